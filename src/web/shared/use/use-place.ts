import { computed, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useQuery } from './use-query';

/** Which page of a list is shown, in the address: the cursors of the pages gone through, so that all of them can be gone back to. */
export interface Place {
  trail: ComputedRef<string>;
  /** A step of its own: the way back leads to the page before. */
  go: (trail: string) => void;
  leave: () => void;
}

export function usePlace(): Place {
  const route = useRoute();
  const router = useRouter();
  const after = useQuery('after');
  return {
    trail: computed(() => after.value),
    go: (trail) =>
      void router.push({ query: { ...route.query, after: trail === '' ? undefined : trail } }),
    leave: () => (after.value = ''),
  };
}

type Trail = (string | undefined)[];

/** The first page has no cursor. Cursors are base64url, which has no full stop. */
export const trailIn = (text: string): Trail => [
  undefined,
  ...text.split('.').filter((cursor) => cursor !== ''),
];
export const trailText = (trail: Trail): string => trail.slice(1).join('.');
