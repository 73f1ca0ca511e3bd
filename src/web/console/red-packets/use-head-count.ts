import { computed } from 'vue';
import { api } from '../../shared/api/client';
import { useLoad } from '../../shared/use/use-load';
import type { Segment, SegmentPreview } from '../segments/segments';

/** How many a segment has now: money goes to these, and a kept count may be minutes or days old. */
export function useHeadCount(segment: () => Segment | null) {
  const counted = useLoad(
    async (signal) => {
      const now = segment();
      if (now === null) return null;
      return api.post<SegmentPreview>(
        '/segments/preview',
        { rule: now.rule },
        { signal, timeoutMs: 60_000, reads: true },
      );
    },
    { watch: () => segment()?.id },
  );
  return {
    people: computed(() => counted.data.value?.count ?? null),
    recount: counted.reload,
  };
}
