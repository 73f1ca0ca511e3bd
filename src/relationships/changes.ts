import type { NewJob } from '../kernel/work';
import type { FollowerState } from './follower-state';
import type { ToldData } from './told-data';

/** What an event changes, as data: nothing is written until the event itself is committed. */
export type Changes = {
  /** New values of the identity's own row. */
  set?: Partial<FollowerState>;
  episodes?: NewEpisode[];
  timeline?: NewTimelineEntry[];
  tags?: { add?: string[]; remove?: string[] };
  work?: Omit<NewJob, 'id' | 'createdAt'>[];
  /** What WeChat told of them and must be deleted now. */
  forget?: ToldData[];
};

export type NewEpisode = {
  kind: 'followed' | 'unfollowed';
  at: number;
  sourceKind?: string | undefined;
  scene?: string | undefined;
  nth: number;
};

export type NewTimelineEntry = {
  at: number;
  kind: string;
  params: Readonly<Record<string, unknown>>;
  refKind?: string | undefined;
  refId?: string | undefined;
};

export function joinChanges(parts: readonly (Changes | undefined)[]): Changes {
  const joined: Required<Omit<Changes, 'tags'>> & { tags: { add: string[]; remove: string[] } } = {
    set: {},
    episodes: [],
    timeline: [],
    tags: { add: [], remove: [] },
    work: [],
    forget: [],
  };
  for (const part of parts) {
    if (!part) continue;
    Object.assign(joined.set, part.set);
    joined.episodes.push(...(part.episodes ?? []));
    joined.timeline.push(...(part.timeline ?? []));
    joined.tags.add.push(...(part.tags?.add ?? []));
    joined.tags.remove.push(...(part.tags?.remove ?? []));
    joined.work.push(...(part.work ?? []));
    joined.forget.push(...(part.forget ?? []));
  }
  return joined;
}
