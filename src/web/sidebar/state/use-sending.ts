import { ref, type Ref } from 'vue';
import { t } from '../../shared/i18n/i18n';
import { notify, notifyError } from '../../shared/notices/notices';
import { beginSending, wasNotSent, wasSent, type Sending } from '../client/sidebar-api';
import { sendToChat } from '../wecom-bridge';

/** One tap: ours is told, WeCom takes it into the chat, ours hears how it went. */
export function useSending(ext: Ref<string>, onSent: () => void) {
  /** What is on its way, by the caller's own name for it. */
  const busy = ref('');

  async function send(key: string, what: Sending, name: string): Promise<boolean> {
    if (busy.value) return false;
    busy.value = key;
    try {
      const { id, message } = await beginSending(ext.value, what);
      try {
        await sendToChat(message);
      } catch {
        await wasNotSent(id).catch(() => undefined);
        notify(t('sb.notSent'));
        return false;
      }
      notify(t('sb.sent', { name }));
      // It is in the chat already; that our books do not know yet is no reason to say otherwise.
      await wasSent(id).catch(() => wasSent(id).catch(() => undefined));
      onSent();
      return true;
    } catch (failure) {
      notifyError(failure);
      return false;
    } finally {
      busy.value = '';
    }
  }

  return { busy, send };
}

export type SendingDesk = ReturnType<typeof useSending>;
