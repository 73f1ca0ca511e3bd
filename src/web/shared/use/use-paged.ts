import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Page } from '../api/client';
import { trailIn, trailText, type Place } from './use-place';
import { useReconnect } from './use-reconnect';

export interface PagedOptions {
  /** Starts again from the first page when this changes: filters, account, search. */
  watch?: () => unknown;
  limit?: number;
  /** `pages` shows one page at a time (tables); `more` appends (timelines, side lists). */
  mode?: 'pages' | 'more';
  /** Keeps the page in the address: for `pages`, with a `watch` that is one text. */
  place?: Place;
}

export type PageQuery = { limit: number; cursor?: string };

/** A keyset list. Pages that were seen are gone back to by their own cursor, never by an offset. */
export function usePaged<T>(
  load: (page: PageQuery, signal: AbortSignal) => Promise<Page<T>>,
  options: PagedOptions = {},
) {
  const limit = options.limit ?? 50;
  const appends = options.mode === 'more';
  const { place } = options;
  const items = shallowRef<T[]>([]);
  const total = ref<number | null>(null);
  const error = shallowRef<unknown>(null);
  const loading = ref(true);
  const fresh = ref(true);
  /** Cursor of each page up to the present one; the first has none. */
  const trail = shallowRef<(string | undefined)[]>([undefined]);
  const nextCursor = ref<string | null>(null);
  let running: AbortController | null = null;
  /** What is being read, or could not be. */
  let wanted: (string | undefined)[] = [undefined];
  const reconnect = useReconnect(() => fetchPage(wanted));

  async function fetchPage(cursors: (string | undefined)[]): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    wanted = cursors;
    reconnect.stop();
    loading.value = true;
    const cursor = cursors.at(-1);
    try {
      const page = await load(cursor === undefined ? { limit } : { limit, cursor }, mine.signal);
      if (mine.signal.aborted) return;
      const isFirst = cursors.length === 1;
      items.value = appends && !isFirst ? [...items.value, ...page.items] : page.items;
      if (page.total !== undefined) total.value = page.total;
      else if (isFirst) total.value = null;
      nextCursor.value = page.nextCursor;
      trail.value = cursors;
      error.value = null;
      fresh.value = false;
      reconnect.ended(null);
    } catch (failure) {
      if (mine.signal.aborted) return;
      error.value = failure;
      reconnect.ended(failure);
    } finally {
      if (running === mine) loading.value = false;
    }
  }

  /** With a place the address is changed, and what is shown follows it. */
  const goTo = async (cursors: (string | undefined)[]) => {
    if (place) place.go(trailText(cursors));
    else await fetchPage(cursors);
  };
  const restart = () => fetchPage([undefined]);
  const reload = () => fetchPage(appends ? [undefined] : trail.value);
  const next = async () => {
    if (nextCursor.value !== null && !loading.value) {
      await goTo([...trail.value, nextCursor.value]);
    }
  };
  const previous = async () => {
    if (trail.value.length > 1 && !loading.value) await goTo(trail.value.slice(0, -1));
  };

  function startAgain(cursors: (string | undefined)[]): void {
    fresh.value = true;
    items.value = [];
    error.value = null;
    void fetchPage(cursors);
  }

  /** Cursors of other filters mean nothing; a way back that changes both brings its own. */
  function follow({ trail: there, leave }: Place): void {
    watch([() => options.watch?.(), there] as const, ([list, to], [oldList, from]) => {
      if (list === oldList) return void fetchPage(trailIn(to));
      const isForeign = to !== '' && to === from;
      if (isForeign) leave();
      startAgain(isForeign ? [undefined] : trailIn(to));
    });
  }

  if (place) follow(place);
  else if (options.watch) watch(options.watch, () => startAgain([undefined]));
  onScopeDispose(() => running?.abort());
  void fetchPage(trailIn(place?.trail.value ?? ''));

  return {
    items,
    total,
    error,
    loading,
    /** Nothing was shown yet: draw the skeleton. */
    fresh,
    hasNext: computed(() => nextCursor.value !== null),
    hasPrevious: computed(() => !appends && trail.value.length > 1),
    from: computed(() => (items.value.length === 0 ? 0 : (trail.value.length - 1) * limit + 1)),
    to: computed(() =>
      appends ? items.value.length : (trail.value.length - 1) * limit + items.value.length,
    ),
    next,
    previous,
    reload,
    restart,
  };
}

export type Paged<T> = ReturnType<typeof usePaged<T>>;
