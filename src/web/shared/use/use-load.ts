import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { useReconnect } from './use-reconnect';

export interface Load<T> {
  data: ShallowRef<T | null>;
  error: ShallowRef<unknown>;
  /** True from the first moment, so that a skeleton is there at once. */
  loading: Ref<boolean>;
  /** True when four seconds have gone by without an answer. */
  slow: Ref<boolean>;
  reload: () => Promise<void>;
}

export interface LoadOptions {
  /** Loads again when this changes; the old data goes away when `keep` is false (default). */
  watch?: () => unknown;
  keep?: boolean;
}

/** Loads one thing, cancels the older request when a newer one starts, and keeps the error. */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  options: LoadOptions = {},
): Load<T> {
  const data = shallowRef<T | null>(null);
  const error = shallowRef<unknown>(null);
  const loading = ref(true);
  const slow = ref(false);
  let running: AbortController | null = null;
  const reconnect = useReconnect(() => reload());

  async function reload(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    reconnect.stop();
    loading.value = true;
    slow.value = false;
    const timer = setTimeout(() => {
      slow.value = running === mine && loading.value;
    }, 4_000);
    try {
      const loaded = await load(mine.signal);
      if (mine.signal.aborted) return;
      data.value = loaded;
      error.value = null;
      reconnect.ended(null);
    } catch (failure) {
      if (mine.signal.aborted) return;
      error.value = failure;
      reconnect.ended(failure);
    } finally {
      clearTimeout(timer);
      if (running === mine) {
        loading.value = false;
        slow.value = false;
      }
    }
  }

  if (options.watch) {
    watch(options.watch, () => {
      if (options.keep !== true) data.value = null;
      error.value = null;
      void reload();
    });
  }
  onScopeDispose(() => running?.abort());
  void reload();
  return { data, error, loading, slow, reload };
}
