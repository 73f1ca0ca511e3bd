import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { errorText, ApiError } from '../../shared/api/api-error';
import { api, type Page } from '../../shared/api/client';
import { now } from '../../shared/i18n/clock';
import { t } from '../../shared/i18n/i18n';
import { useReconnect } from '../../shared/use/use-reconnect';
import { conversationAddress, type Message, type Named } from './conversations';

const PAGE = 40;
/** Our own rows have no number yet. */
const LOCAL = 'local:';
/** Our clock may be ahead of the server's. */
const LEAD_MS = 30_000;

/** A row that the server has not answered for; `retry` says that sending it again does no harm. */
export const isLocal = (message: Message): boolean => message.id.startsWith(LOCAL);

/** WeChat tells when a follower wrote to the second only; within it the order of arrival counts. */
const secondOf = ({ at }: Message): number => Math.floor(Date.parse(at) / 1_000);

/** The messages of one conversation, oldest first, and what is being said now. */
export function useMessages(id: string, me: () => Named | null) {
  const items = shallowRef<Message[]>([]);
  const loading = ref(true);
  const loadingOlder = ref(false);
  const error = shallowRef<unknown>(null);
  const olderCursor = ref<string | null>(null);
  let running: AbortController | null = null;
  const reconnect = useReconnect(() => load());

  const fetchPage = (before: string | undefined, signal: AbortSignal) =>
    api.get<Page<Message>>(`${conversationAddress(id)}/messages`, {
      query: { limit: PAGE, before },
      signal,
    });

  /** Puts rows in by their number; a row of ours gives way to the server's, known by its key or its words. */
  function merge(rows: readonly Message[]): void {
    const fresh = new Map(rows.map((row) => [row.id, row]));
    const known = new Set(items.value.map((row) => row.id));
    const news = rows.filter((row) => !known.has(row.id) && !isLocal(row));
    const kept = items.value.filter(
      (row) => !fresh.has(row.id) && !(isLocal(row) && news.some((one) => isSame(row, one))),
    );
    items.value = [...kept, ...fresh.values()].sort(
      (a, b) => secondOf(a) - secondOf(b) || (a.id < b.id ? -1 : 1),
    );
  }

  /** The line may tell of our own message before its answer is here, or when the answer was lost. */
  function isSame(ours: Message, theirs: Message): boolean {
    if (theirs.clientKey != null) return theirs.clientKey === ours.clientKey;
    const isOurs = theirs.by === 'operator' && theirs.operator?.id === ours.operator?.id;
    const isLate = Date.parse(theirs.at) > Date.parse(ours.at) - LEAD_MS;
    return isOurs && isLate && theirs.text === ours.text && ours.state !== 'failed';
  }

  /** The newest page: at the start, and again after the line was cut. */
  async function load(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    reconnect.stop();
    loading.value = items.value.length === 0;
    try {
      const page = await fetchPage(undefined, mine.signal);
      const oldest = page.items.at(-1);
      const joins =
        items.value.length > 0 &&
        page.items.some((row) => items.value.some((one) => one.id === row.id));
      // More was missed than a page holds: what lies between would be a hole.
      if (!joins) items.value = items.value.filter(isLocal);
      if (!joins || oldest === undefined) olderCursor.value = page.nextCursor;
      merge(page.items);
      error.value = null;
      reconnect.ended(null);
    } catch (failure) {
      if (mine.signal.aborted) return;
      error.value = failure;
      reconnect.ended(failure);
    } finally {
      if (running === mine) loading.value = false;
    }
  }

  async function older(): Promise<void> {
    const cursor = olderCursor.value;
    if (cursor === null || loadingOlder.value || running === null) return;
    loadingOlder.value = true;
    const { signal } = running;
    try {
      const page = await fetchPage(cursor, signal);
      olderCursor.value = page.nextCursor;
      merge(page.items);
    } catch (failure) {
      if (!signal.aborted) error.value = failure;
    } finally {
      loadingOlder.value = false;
    }
  }

  function put(row: Message): void {
    merge([row]);
  }

  function drop(row: Message): void {
    items.value = items.value.filter((one) => one.id !== row.id);
  }

  async function post(row: Message): Promise<boolean> {
    const { clientKey, text } = row;
    try {
      const sent = await api.post<Message>(`${conversationAddress(id)}/messages`, {
        text,
        clientKey,
      });
      merge([{ ...sent, clientKey: clientKey ?? null }]);
      return true;
    } catch (failure) {
      const isAnswered = failure instanceof ApiError && failure.status > 0;
      const never = failure instanceof ApiError && failure.code === 'not-sent';
      const state = isAnswered || never ? ('failed' as const) : ('unknown' as const);
      const reasonText =
        state === 'unknown' ? t('conversations.unknown-local') : errorText(failure);
      put({ ...row, state, reasonText });
      return false;
    }
  }

  /** Shows at once what is on its way. */
  function say(text: string): Promise<boolean> {
    const clientKey = crypto.randomUUID();
    const row: Message = {
      id: `${LOCAL}${clientKey}`,
      at: new Date(Math.max(now(), lastAt() + 1)).toISOString(),
      by: 'operator',
      operator: me(),
      kind: 'text',
      text,
      mediaUrl: null,
      voiceText: null,
      because: null,
      state: 'queued',
      reason: null,
      reasonText: null,
      recalled: false,
      clientKey,
    };
    put(row);
    return post(row);
  }

  /** A row of ours keeps its key, so that the server takes it once; a failed one of the server's is said anew. */
  function again(row: Message): Promise<boolean> {
    if (!isLocal(row)) return say(row.text);
    const next = { ...row, state: 'queued' as const, reasonText: null };
    put(next);
    return post(next);
  }

  const lastAt = (): number => Date.parse(items.value.at(-1)?.at ?? '') || 0;

  onScopeDispose(() => running?.abort());
  void load();

  return {
    items,
    loading,
    loadingOlder,
    error,
    hasOlder: computed(() => olderCursor.value !== null),
    load,
    older,
    put,
    drop,
    say,
    again,
  };
}

export type Messages = ReturnType<typeof useMessages>;
