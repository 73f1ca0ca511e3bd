import { computed, ref, shallowRef } from 'vue';
import { now } from '../../shared/i18n/clock';
import { SandboxGone, SandboxRefusal } from '../client/call';
import { act, readPhone, type Done } from '../client/phone';
import type { MessageBody, PhoneMessage } from '../view';

const pageSize = 40;
const readAfterMs = 400;

/** One person's conversation with one account: what arrived, what is under way, and older pages upward. */
export function useChat(onGone: () => void) {
  const openid = ref('');
  const appId = ref('');
  const messages = shallowRef<PhoneMessage[]>([]);
  const pending = shallowRef<PhoneMessage[]>([]);
  const older = ref<string | null>(null);
  const loading = ref(false);
  const loadingOlder = ref(false);
  const busy = ref(0);

  const shown = computed(() => [...messages.value, ...pending.value]);

  function merge(more: PhoneMessage[]) {
    const byId = new Map(messages.value.map((message) => [message.id, message]));
    for (const message of more) byId.set(message.id, message);
    messages.value = [...byId.values()].sort(
      (a, b) => a.at - b.at || a.id.localeCompare(b.id, 'en', { numeric: true }),
    );
  }

  async function open(nextOpenid: string, nextAppId: string) {
    openid.value = nextOpenid;
    appId.value = nextAppId;
    messages.value = [];
    pending.value = [];
    older.value = null;
    if (!nextOpenid) return;
    loading.value = true;
    await refresh(true);
    loading.value = false;
  }

  /** Reads the newest page again; on the first reading also learns where older ones begin. */
  async function refresh(first = false) {
    const asked = openid.value;
    if (!asked) return;
    try {
      const page = await readPhone(asked, appId.value, { limit: pageSize });
      if (asked !== openid.value) return;
      if (first || messages.value.length === 0) older.value = page.next;
      merge(page.messages);
    } catch (failure) {
      if (failure instanceof SandboxGone) onGone();
    }
  }

  async function showOlder() {
    const cursor = older.value;
    const asked = openid.value;
    if (!cursor || loadingOlder.value) return;
    loadingOlder.value = true;
    try {
      const page = await readPhone(asked, appId.value, { cursor, limit: pageSize });
      if (asked !== openid.value) return;
      older.value = page.next;
      merge(page.messages);
    } catch (failure) {
      if (failure instanceof SandboxGone) onGone();
    } finally {
      loadingOlder.value = false;
    }
  }

  let reading: ReturnType<typeof setTimeout> | undefined;
  /** News from the stream: true when it belongs to the open conversation, which then counts as read. */
  function take(message: PhoneMessage): boolean {
    if (message.openid !== openid.value || message.appId !== appId.value) return false;
    if (message.side === 'mine') settleOne(message.body);
    merge([message]);
    clearTimeout(reading);
    reading = setTimeout(() => void refresh(), readAfterMs);
    return true;
  }

  function settleOne(body: MessageBody) {
    const text = body.kind === 'text' ? body.text : undefined;
    const found = pending.value.find(
      (waiting) =>
        !waiting.failed &&
        waiting.body.kind === body.kind &&
        (waiting.body.kind !== 'text' || waiting.body.text === text),
    );
    if (found) pending.value = pending.value.filter((waiting) => waiting !== found);
  }

  /**
   * Does one thing with the phone. A body is shown at once as one's own bubble until the sandbox confirms it.
   * @throws SandboxRefusal when the sandbox says no and there is no bubble to say it on
   */
  async function perform(
    action: string,
    details: Record<string, unknown> = {},
    body?: MessageBody,
  ): Promise<Done | undefined> {
    const [whose, where] = [openid.value, appId.value];
    const bubble: PhoneMessage | undefined = body && {
      id: `pending-${crypto.randomUUID()}`,
      at: now(),
      openid: whose,
      appId: where,
      side: 'mine',
      body,
      eventId: undefined,
      pending: true,
    };
    if (bubble) pending.value = [...pending.value, bubble];
    busy.value += 1;
    try {
      const done = await act(whose, where, action, details);
      if (whose !== openid.value) return done;
      const reading = refresh();
      if (bubble) {
        // The confirmed one takes the place of the pending one in the same frame.
        await reading;
        forget(bubble.id);
      }
      return done;
    } catch (failure) {
      if (failure instanceof SandboxGone) onGone();
      if (bubble)
        pending.value = pending.value.map((one) =>
          one.id === bubble.id ? { ...one, pending: false, failed: true } : one,
        );
      else if (failure instanceof SandboxRefusal) throw failure;
      return undefined;
    } finally {
      busy.value -= 1;
    }
  }

  const forget = (id: string) => {
    pending.value = pending.value.filter((one) => one.id !== id);
  };

  return {
    openid,
    appId,
    shown,
    older,
    loading,
    loadingOlder,
    busy,
    open,
    refresh,
    showOlder,
    take,
    perform,
    forget,
  };
}

export type Chat = ReturnType<typeof useChat>;
