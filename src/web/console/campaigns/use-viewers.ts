import { computed, ref } from 'vue';
import { api, type Page } from '../../shared/api/client';
import type { KnownAccount, Person } from '../../shared/api/types';
import { now } from '../../shared/i18n/clock';
import { useLoad } from '../../shared/use/use-load';
import { isNamed, type Sample } from './campaigns';
import { fillAll } from './fill-liquid';
import { factsOf } from './message';

/**
 * Real people for the picture: of the plan once there is one, before that followers of the account, those
 * with a name first.
 */
export function useViewers(
  account: () => KnownAccount | undefined,
  samples: () => readonly Sample[],
  texts: () => Readonly<Record<string, string>>,
) {
  const place = ref(0);
  const followers = useLoad(
    (signal) =>
      api.get<Page<Person>>('/people', {
        query: { limit: 8, state: 'following', accountId: account()?.id },
        signal,
      }),
    { watch: () => account()?.id, keep: true },
  );
  const people = computed(() =>
    [...(followers.data.value?.items ?? [])].sort((a, b) => Number(b.named) - Number(a.named)),
  );
  const count = computed(() => samples().length || people.value.length);
  const at = <T>(list: readonly T[]): T | undefined => list[place.value % Math.max(1, list.length)];

  const sample = computed(() => at(samples()));
  const person = computed(() => at(people.value));
  const viewer = computed(() => {
    if (sample.value) {
      const { personId, name } = sample.value;
      return { id: personId, name, named: isNamed(name) };
    }
    return person.value ?? null;
  });
  const facts = computed(() =>
    factsOf(person.value ?? null, account()?.id ?? '', account()?.name ?? '', now()),
  );
  /** The message as the viewer gets it. */
  const filled = computed(() => sample.value?.rendered ?? fillAll(texts(), facts.value));

  return { place, count, sample, viewer, facts, filled };
}
