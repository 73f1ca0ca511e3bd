import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { Page } from '../api/client';
import { useReconnect } from './use-reconnect';

export interface PagedOptions {
  /** Starts again from the first page when this changes: filters, account, search. */
  watch?: () => unknown;
  limit?: number;
  /** `pages` shows one page at a time (tables); `more` appends (timelines, side lists). */
  mode?: 'pages' | 'more';
}

export type PageQuery = { limit: number; cursor?: string };

/** A keyset list. Pages that were seen are gone back to by their own cursor, never by an offset. */
export function usePaged<T>(
  load: (page: PageQuery, signal: AbortSignal) => Promise<Page<T>>,
  options: PagedOptions = {},
) {
  const limit = options.limit ?? 50;
  const appends = options.mode === 'more';
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

  const restart = () => fetchPage([undefined]);
  const reload = () => fetchPage(appends ? [undefined] : trail.value);
  const next = async () => {
    if (nextCursor.value !== null && !loading.value) {
      await fetchPage([...trail.value, nextCursor.value]);
    }
  };
  const previous = async () => {
    if (trail.value.length > 1 && !loading.value) await fetchPage(trail.value.slice(0, -1));
  };

  if (options.watch) {
    watch(options.watch, () => {
      fresh.value = true;
      items.value = [];
      error.value = null;
      void restart();
    });
  }
  onScopeDispose(() => running?.abort());
  void restart();

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
