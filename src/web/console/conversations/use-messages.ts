import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { errorText, ApiError } from '../../shared/api/api-error';
import { api, type Page } from '../../shared/api/client';
import { now } from '../../shared/i18n/clock';
import { t } from '../../shared/i18n/i18n';
import { useReconnect } from '../../shared/use/use-reconnect';
import type { Attached } from './attached';
import { conversationAddress, type Message, type Named } from './conversations';
import { givePicture } from './give-picture';

const PAGE = 40;
/** Our own rows have no number yet. */
const LOCAL = 'local:';
/** Our clock may be ahead of the server's. */
const LEAD_MS = 30_000;

/** A row that the server has not answered for; `retry` says that sending it again does no harm. */
export const isLocal = (message: Message): boolean => message.id.startsWith(LOCAL);

/** WeChat tells when a follower wrote to the second only; within it the order of arrival counts. */
const secondOf = ({ at }: Message): number => Math.floor(Date.parse(at) / 1_000);

/** What is still on its way stands last, in the order it was said. */
const isPending = (message: Message): boolean => isLocal(message) && message.state === 'queued';
const inOrder = (a: Message, b: Message): number =>
  isPending(a) && isPending(b)
    ? Date.parse(a.at) - Date.parse(b.at)
    : secondOf(a) - secondOf(b) || (a.id < b.id ? -1 : 1);

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
      (a, b) => Number(isPending(a)) - Number(isPending(b)) || inOrder(a, b),
    );
  }

  /** The line may tell of our own message before its answer is here, or when the answer was lost. */
  function isSame(ours: Message, theirs: Message): boolean {
    if (theirs.clientKey != null) return theirs.clientKey === ours.clientKey;
    const isOurs = theirs.by === 'operator' && theirs.operator?.id === ours.operator?.id;
    const isLate = Date.parse(theirs.at) > Date.parse(ours.at) - LEAD_MS;
    const isAlike =
      ours.kind === 'image' ? theirs.mediaId === ours.mediaId : theirs.text === ours.text;
    return isOurs && isLate && isAlike && ours.state !== 'failed';
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

  /** Pictures that WeChat does not have yet, by the key of their row. */
  const attached = new Map<string, Attached>();

  /** A picture is given to WeChat first; until then nothing was said, so it may always be tried again. */
  async function contentOf(row: Message): Promise<{ text: string } | { mediaId: string }> {
    if (row.kind !== 'image') return { text: row.text };
    if (row.mediaId !== null) return { mediaId: row.mediaId };
    const picture = attached.get(row.id);
    if (!picture) throw new Error('the picture is gone');
    const mediaId = await givePicture(id, picture);
    attached.delete(row.id);
    put({ ...row, mediaId });
    return { mediaId };
  }

  async function post(row: Message): Promise<boolean> {
    const { clientKey } = row;
    let isSaid = false;
    let mediaId = row.mediaId;
    try {
      const content = await contentOf(row);
      if ('mediaId' in content) mediaId = content.mediaId;
      isSaid = true;
      const sent = await api.post<Message>(`${conversationAddress(id)}/messages`, {
        ...content,
        clientKey,
      });
      merge([{ ...sent, clientKey: clientKey ?? null }]);
      return true;
    } catch (failure) {
      const isAnswered = failure instanceof ApiError && failure.status > 0;
      const never = failure instanceof ApiError && failure.code === 'not-sent';
      const state = !isSaid || isAnswered || never ? ('failed' as const) : ('unknown' as const);
      const reasonText =
        state === 'unknown' ? t('conversations.unknown-local') : errorText(failure);
      put({ ...row, mediaId, state, reasonText });
      return false;
    }
  }

  /** One after the other, so that a picture and the words below it arrive in this order. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn(row: Message): Promise<boolean> {
    const turn = last.then(() => post(row));
    last = turn;
    return turn;
  }

  /** Shows at once what is on its way. */
  function say(said: Pick<Message, 'kind' | 'text' | 'mediaUrl' | 'mediaId'>): Message {
    const clientKey = crypto.randomUUID();
    const row: Message = {
      id: `${LOCAL}${clientKey}`,
      at: new Date(Math.max(now(), lastAt() + 1)).toISOString(),
      by: 'operator',
      operator: me(),
      ...said,
      voiceText: null,
      transcript: null,
      mayHear: false,
      because: null,
      state: 'queued',
      reason: null,
      reasonText: null,
      recalled: false,
      clientKey,
    };
    put(row);
    return row;
  }
  const sayText = (text: string): Promise<boolean> =>
    inTurn(say({ kind: 'text', text, mediaUrl: null, mediaId: null }));
  function sayPicture(picture: Attached): Promise<boolean> {
    const row = say({ kind: 'image', text: '', mediaUrl: picture.url, mediaId: null });
    attached.set(row.id, picture);
    return inTurn(row);
  }

  /** A row of ours keeps its key, so that the server takes it once; a failed one of the server's is said anew. */
  function again(row: Message): Promise<boolean> {
    if (!isLocal(row)) {
      const { kind, text, mediaUrl, mediaId } = row;
      return inTurn(say({ kind, text, mediaUrl, mediaId }));
    }
    const next = { ...row, state: 'queued' as const, reasonText: null };
    put(next);
    return inTurn(next);
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
    sayText,
    sayPicture,
    again,
  };
}

export type Messages = ReturnType<typeof useMessages>;
