import { computed, type ComputedRef } from 'vue';
import { api, type Page } from '../../shared/api/client';
import type { Tag } from '../../shared/api/types';
import { useLoad } from '../../shared/use/use-load';
import { can } from '../session/session';
import type { Names } from './conditions';

export interface Choice {
  value: string;
  name: string;
}

/** A promotion that pays by keyword. */
export interface PacketChoice extends Choice {
  appId: string;
  status: string;
}

/** Tags, segments, scenes and red packets that can be named in a rule; what one may not see is an empty list. */
export interface Choices {
  tags: ComputedRef<Choice[]>;
  segments: ComputedRef<Choice[]>;
  scenes: ComputedRef<Choice[]>;
  /** Those that are not over, running ones first. */
  packets: ComputedRef<PacketChoice[]>;
  names: ComputedRef<Names>;
}

type Promoted = { id: string; name: string; appId: string; status: string };

const none = <T>(): Page<T> => ({ items: [], nextCursor: null });

export function useChoices(): Choices {
  const query = { limit: 200 };
  const tags = useLoad((signal) =>
    can('people.read')
      ? api.get<Page<Tag>>('/tags', { query, signal })
      : Promise.resolve(none<Tag>()),
  );
  const segments = useLoad((signal) =>
    can('segments.read')
      ? api.get<Page<{ id: string; name: string }>>('/segments', { query, signal })
      : Promise.resolve(none<{ id: string; name: string }>()),
  );
  const scenes = useLoad((signal) =>
    can('people.read')
      ? api.get<Page<{ scene: string; name: string }>>('/scenes', { query, signal })
      : Promise.resolve(none<{ scene: string; name: string }>()),
  );
  const packets = useLoad((signal) =>
    can('promotions.read')
      ? api.get<Page<Promoted>>('/promotions', { query: { ...query, payBy: 'keyword' }, signal })
      : Promise.resolve(none<Promoted>()),
  );
  const isRunning = ({ status }: Promoted): number => Number(status === 'running');
  const listed = {
    packets: computed(() =>
      (packets.data.value?.items ?? [])
        .filter(({ status }) => status !== 'finished' && status !== 'cancelled')
        .sort((one, other) => isRunning(other) - isRunning(one))
        .map(({ id, name, appId, status }) => ({ value: id, name, appId, status })),
    ),
    tags: computed(() => (tags.data.value?.items ?? []).map(({ name }) => ({ value: name, name }))),
    segments: computed(() =>
      (segments.data.value?.items ?? []).map(({ id, name }) => ({ value: id, name })),
    ),
    scenes: computed(() =>
      (scenes.data.value?.items ?? []).map(({ scene, name }) => ({ value: scene, name })),
    ),
  };
  const byValue = (list: readonly Choice[]) =>
    new Map(list.map(({ value, name }) => [value, name]));
  const names = computed(() => ({
    scenes: byValue(listed.scenes.value),
    segments: byValue(listed.segments.value),
  }));
  return { ...listed, names };
}
