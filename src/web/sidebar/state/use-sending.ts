import { ref, shallowRef, type Ref } from 'vue';
import { t } from '../../shared/i18n/i18n';
import { notify, notifyError, waitWithUndo } from '../../shared/notices/notices';
import { beginSending, wasNotSent, wasSent, type Sending } from '../client/sidebar-api';
import { customerOfChat, patienceMs, sendToChat, type ChatMessage } from '../wecom-bridge';
import { openSends, type Outcome } from './send-once';

/** WeCom cannot take a message back out of the chat for us, so the way back comes before it. */
const takeBackMs = 3_000;

const said: Readonly<Record<Outcome, string>> = {
  sent: 'sb.sent',
  refused: 'sb.notSent',
  unclear: 'sb.unclear',
  'taken-back': 'sb.takenBack',
  elsewhere: 'sb.elsewhere',
};

/** One tap: ours is told, WeCom takes it into the chat, ours hears how it went. */
export function useSending(ext: Ref<string>, onSent: () => void) {
  /** What is on its way, by the caller's own name for it. */
  const busy = ref('');
  /** The same went to them at `sentAt`: whether it may go once more. */
  const again = shallowRef<{ sentAt: string; answer: (yes: boolean) => void } | null>(null);
  const ask = (sentAt: string) =>
    new Promise<boolean>((resolve) => {
      const answer = (yes: boolean) => {
        again.value = null;
        resolve(yes);
      };
      again.value = { sentAt, answer };
    });
  /** Whom it goes to. */
  let name = '';
  const tell = (outcome: Outcome) => {
    notify(t(said[outcome], { name }));
    if (outcome === 'sent') onSent();
  };
  const tap = openSends<ChatMessage>({
    again: ask,
    hold: () => waitWithUndo(t('sb.holding', { name }), takeBackMs),
    isHere: async () => (await customerOfChat()) === ext.value,
    hand: sendToChat,
    patience: () => new Promise((resolve) => setTimeout(resolve, patienceMs)),
    confirm: async (id, answers) => void (await wasSent(id, answers)),
    drop: async (id) => void (await wasNotSent(id)),
    late: tell,
  });

  /** `answers`: the customer's question that it is sent for. */
  async function send(
    key: string,
    what: Sending,
    whom: string,
    answers?: string,
  ): Promise<boolean> {
    if (busy.value) return false;
    [busy.value, name] = [key, whom];
    const to = ext.value;
    try {
      const place = JSON.stringify([to, what]);
      const outcome = await tap(place, () => beginSending(to, what), answers);
      tell(outcome);
      return outcome === 'sent';
    } catch (failure) {
      notifyError(failure);
      return false;
    } finally {
      busy.value = '';
    }
  }

  return { busy, again, send };
}

export type SendingDesk = ReturnType<typeof useSending>;
