import { computed, ref, shallowRef } from 'vue';
import { errorText } from '../../shared/api/api-error';
import { api, type Page } from '../../shared/api/client';
import type { Batch, Review } from './review';

/** One call's worth: its answer comes within a breath, so that the figure moves. */
const AT_ONCE = 20;
const PAGE = 200;

export type Step = { do: 'publish' } | { do: 'send-back'; note: string };
interface Answer {
  done: number;
  failed: { id: string; code: string; reason: string }[];
}

export const keyOf = ({ kind, id, version }: Pick<Review, 'kind' | 'id' | 'version'>): string =>
  `${kind} ${id} ${version}`;

/** Many changes decided one call after the other; what could not be stays, with its reason. */
export function useDeciding(ended: () => Promise<void>) {
  const chosen = shallowRef<ReadonlyMap<string, Review>>(new Map());
  /** By key: why it was not decided. */
  const reasons = shallowRef<ReadonlyMap<string, string>>(new Map());
  const total = ref(0);
  const done = ref(0);
  const failed = ref(0);
  const busy = ref(false);
  /** What ended the whole, such as a line that broke. */
  const failure = ref('');
  const isOver = computed(() => !busy.value && total.value > 0);
  let isStopped = false;

  function choose(review: Review, wanted: boolean): void {
    const next = new Map(chosen.value);
    if (wanted) next.set(keyOf(review), review);
    else next.delete(keyOf(review));
    chosen.value = next;
  }

  async function decide(reviews: readonly Review[], step: Step): Promise<void> {
    const wanted = reviews.filter((one) => one.inBulk && one.mayPublish);
    total.value = wanted.length;
    for (let at = 0; at < wanted.length && !isStopped;) {
      const { kind } = wanted[at] as Review;
      const rest = wanted.slice(at, at + AT_ONCE);
      const other = rest.findIndex((one) => one.kind !== kind);
      const part = other === -1 ? rest : rest.slice(0, other);
      const items = part.map(({ id, version }) => ({ id, version }));
      const answer = await api.post<Answer>('/reviews/decide', { kind, items, step });
      const why = new Map(answer.failed.map((one) => [one.id, one.reason]));
      const next = new Map(reasons.value);
      for (const one of part) {
        const reason = why.get(one.id);
        if (reason === undefined) next.delete(keyOf(one));
        else next.set(keyOf(one), reason);
      }
      reasons.value = next;
      done.value += answer.done;
      failed.value += answer.failed.length;
      at += part.length;
    }
  }

  async function run(reviewsOf: () => Promise<readonly Review[]>, step: Step): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    isStopped = false;
    [total.value, done.value, failed.value, failure.value] = [0, 0, 0, ''];
    try {
      await decide(await reviewsOf(), step);
    } catch (error) {
      failure.value = errorText(error);
    } finally {
      busy.value = false;
      chosen.value = new Map();
      await ended();
    }
  }

  /** All that came with one import, read before the first of it is decided. */
  async function allOf(batch: Batch): Promise<Review[]> {
    const found: Review[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Review> = await api.get<Page<Review>>('/reviews', {
        query: { batch: batch.id, limit: PAGE, ...(cursor === null ? {} : { cursor }) },
      });
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }

  return {
    ...{ chosen, reasons, total, done, failed, busy, failure, isOver, choose },
    decideChosen: (step: Step) => run(() => Promise.resolve([...chosen.value.values()]), step),
    decideBatch: (batch: Batch, step: Step) => run(() => allOf(batch), step),
    stop: () => (isStopped = true),
    close: () => ([total.value, failure.value] = [0, '']),
  };
}
