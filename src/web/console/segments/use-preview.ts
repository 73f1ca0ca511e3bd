import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { api } from '../../shared/api/client';
import { useReconnect } from '../../shared/use/use-reconnect';
import { ruleOf, ruleOfBlock, type Block, type Rule } from './rule';
import type { SegmentPreview } from './segments';

const DEBOUNCE_MS = 300;

/**
 * The live count of what is written. The number comes first; how the conditions narrow it down, and the
 * count of every condition inside a group, follow by themselves. An older question is called off.
 */
export function usePreview(blocks: () => readonly Block[] | null) {
  const preview = shallowRef<SegmentPreview | null>(null);
  const steps = shallowRef<ReadonlyMap<number, { alone: number; left: number }>>(new Map());
  /** Persons by the uid of a condition inside a group. */
  const alone = shallowRef<ReadonlyMap<number, number>>(new Map());
  const counting = ref(true);
  const error = shallowRef<unknown>(null);
  let running: AbortController | null = null;
  const reconnect = useReconnect(() => start(0));
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = (rule: Rule, withSteps: boolean, signal: AbortSignal) =>
    api.post<SegmentPreview>(
      '/segments/preview',
      { rule, steps: withSteps },
      { signal, timeoutMs: 60_000, reads: true },
    );

  async function count(now: readonly Block[]): Promise<void> {
    const mine = new AbortController();
    running = mine;
    try {
      preview.value = await ask(ruleOf(now), false, mine.signal);
      error.value = null;
      reconnect.ended(null);
      counting.value = false;
      await Promise.all([countSteps(now, mine.signal), countInner(now, mine.signal)]);
    } catch (failure) {
      if (mine.signal.aborted) return;
      error.value = failure;
      reconnect.ended(failure);
      counting.value = false;
    }
  }

  async function countSteps(now: readonly Block[], signal: AbortSignal): Promise<void> {
    if (now.length === 0) {
      steps.value = new Map();
      return;
    }
    const found = await ask(ruleOf(now), true, signal);
    const uids = now.map((block) => block.uid);
    steps.value = new Map(found.steps.map((step) => [uids[step.index] ?? 0, step]));
  }

  async function countInner(now: readonly Block[], signal: AbortSignal): Promise<void> {
    const inner = now.flatMap((block) =>
      block.kind === 'any' || block.kind === 'none' ? block.conditions : [],
    );
    if (inner.length === 0) {
      alone.value = new Map();
      return;
    }
    const rules = inner.map((one) => ruleOfBlock({ uid: 0, kind: 'one', conditions: [one] }));
    const found = await ask({ all: rules }, true, signal);
    alone.value = new Map(found.steps.map((step) => [inner[step.index]?.uid ?? 0, step.alone]));
  }

  function start(delay = DEBOUNCE_MS): void {
    clearTimeout(timer);
    reconnect.stop();
    running?.abort();
    const now = blocks();
    if (now === null) return;
    counting.value = true;
    timer = setTimeout(() => void count(now), delay);
  }

  watch(
    () => {
      const now = blocks();
      return now === null ? '' : JSON.stringify(ruleOf(now));
    },
    () => start(),
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    running?.abort();
  });

  return { preview, steps, alone, counting, error, recount: () => start(0) };
}
