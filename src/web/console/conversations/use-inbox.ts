import { computed, onScopeDispose, ref, watch } from 'vue';
import { api } from '../../shared/api/client';
import { usePaged } from '../../shared/use/use-paged';
import { useQuery } from '../../shared/use/use-query';
import { useSse } from '../../shared/use/use-sse';
import { useScope } from '../scope';
import { session } from '../session/session';
import {
  views,
  type Conversation,
  type ConversationPage,
  type Counts,
  type Message,
  type View,
} from './conversations';
import { placeConversation } from './place-conversation';
import { feedCounts, setFed } from './waiting-store';

const SILENT_MS = 2_500;
/** A little longer than the server remembers it. */
const WRITING_MS = 9_000;

export interface Listener {
  conversation(changed: Conversation): void;
  message(conversationId: string, message: Message): void;
  /** The line was cut and is back: what was missed has to be asked for. */
  back(): void;
}

/** The list of conversations and the line that keeps it live; whoever shows one of them listens along. */
export function useInbox() {
  const listeners = new Set<Listener>();
  const { accountId } = useScope();
  const viewQuery = useQuery('view');
  const view = computed<View>({
    get: () => views.find((one) => one === viewQuery.value) ?? 'all',
    set: (next) => (viewQuery.value = next === 'all' ? '' : next),
  });
  const q = useQuery('q');
  const counts = ref<Counts | null>(null);
  const writing = new Map<string, ReturnType<typeof setTimeout>>();
  const me = computed(() => session.value?.operator.id ?? '');

  function takeCounts(next: Counts): void {
    counts.value = next;
    if (accountId.value === null) feedCounts(next);
  }

  const list = usePaged<Conversation>(
    async (page, signal) => {
      const query = { ...page, view: view.value, q: q.value, accountId: accountId.value };
      const found = await api.get<ConversationPage>('/conversations', { query, signal });
      if (found.counts) takeCounts(found.counts);
      return found;
    },
    { watch: () => [view.value, q.value, accountId.value], mode: 'more', limit: 50 },
  );

  function take(changed: Conversation): void {
    if (list.fresh.value) return;
    list.items.value = placeConversation(list.items.value, changed, {
      view: view.value,
      me: me.value,
      accountId: accountId.value,
      searching: q.value !== '',
      hasMore: list.hasNext.value,
    });
  }

  /** A change from the line or of our own doing. Who writes is forgotten when nothing more is heard of it. */
  function changed(conversation: Conversation): void {
    const { id, draftBy } = conversation;
    clearTimeout(writing.get(id));
    if (draftBy !== null) {
      const forget = () => changed({ ...conversation, draftBy: null });
      writing.set(id, setTimeout(forget, WRITING_MS));
    }
    take(conversation);
    for (const listener of listeners) listener.conversation(conversation);
  }

  function listen(listener: Listener): void {
    listeners.add(listener);
    onScopeDispose(() => listeners.delete(listener));
  }

  async function askCounts(): Promise<void> {
    const query = { view: 'waiting', limit: 1, accountId: accountId.value };
    const page = await api.get<ConversationPage>('/conversations', { query }).catch(() => null);
    if (page?.counts) takeCounts(page.counts);
  }

  const { connected } = useSse(() => api.url('/conversations/events'), {
    conversation: (data) => {
      changed((data as { conversation: Conversation }).conversation);
    },
    message: (data) => {
      const { conversationId, message } = data as { conversationId: string; message: Message };
      for (const listener of listeners) listener.message(conversationId, message);
    },
    counts: (data) => {
      // Of one account only the list's own answer tells.
      const told = data as Partial<Counts>;
      if (accountId.value === null && told.waiting !== undefined) takeCounts(told as Counts);
      else void askCounts();
    },
  });

  /** Shown only when the line stays cut: a short gap is nobody's business. */
  const isCut = ref(false);
  let wasThere = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    connected,
    (isThere) => {
      clearTimeout(timer);
      if (!isThere) {
        timer = setTimeout(() => (isCut.value = true), SILENT_MS);
        return;
      }
      isCut.value = false;
      if (wasThere) {
        void list.reload();
        for (const listener of listeners) listener.back();
      }
      wasThere = true;
    },
    { immediate: true },
  );
  // The rail counts all accounts: it asks itself while only one is looked at here.
  watch(
    () => connected.value && accountId.value === null,
    (isFed) => setFed(isFed),
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    for (const one of writing.values()) clearTimeout(one);
    setFed(false);
  });

  return { view, q, counts, me, list, isCut, changed, listen };
}

export type Inbox = ReturnType<typeof useInbox>;
