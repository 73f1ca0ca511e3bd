import { onUnmounted, ref, shallowRef, watch, type Ref } from 'vue';
import { ApiError } from '../../shared/api/api-error';
import { api } from '../../shared/api/client';
import type { Check } from './rule-life';
import { bodyOf, isReady, type Draft } from './rules';

/** A breath after the last key: long enough that typing asks once, short enough to be read while writing. */
const PAUSE_MS = 600;

/** What is in the draft's way and how its examples end, asked again while it is written. */
export function useDraftCheck(draft: Readonly<Ref<Draft>>, ruleId: string | null) {
  const check = shallowRef<Check | null>(null);
  const failed = ref(false);
  /** Why what is typed could not be saved. */
  const refused = shallowRef<ApiError | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | null = null;

  async function ask(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const body = { ...(ruleId === null ? {} : { ruleId }), draft: bodyOf(draft.value) };
    try {
      const found = await api.post<Check>('/reply-rules/check', body, {
        signal: mine.signal,
        reads: true,
      });
      if (mine.signal.aborted) return;
      check.value = found;
      failed.value = false;
      refused.value = null;
    } catch (error) {
      if (mine.signal.aborted) return;
      const isRefused = error instanceof ApiError && error.fields.length > 0;
      refused.value = isRefused ? error : null;
      failed.value = !isRefused;
      if (isRefused) check.value = null;
    }
  }

  watch(
    draft,
    (next) => {
      clearTimeout(timer);
      if (!isReady(next)) {
        check.value = null;
        refused.value = null;
        return;
      }
      timer = setTimeout(() => void ask(), PAUSE_MS);
    },
    { deep: true, immediate: true },
  );
  onUnmounted(() => {
    clearTimeout(timer);
    running?.abort();
  });
  return { check, failed, refused };
}
