import type { LookUp } from '../intake';
import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { Replies, SegmentsOfRules } from '../replies';
import { membersAmong } from '../segments';

type AudienceKit = Pick<Kit, 'db' | 'clock' | 'settings'>;

/**
 * Segments for reply rules. Nobody is kept in a list: whether a follower is in one is read when a rule that asks
 * could answer them, and for nobody else.
 */
export function replyAudience(kit: AudienceKit): SegmentsOfRules {
  return {
    holding: async (identityId, segmentIds) => {
      const found = await membersAmong(kit.db.read, worldOf(kit), segmentIds, [identityId]);
      return found.get(identityId) ?? new Set();
    },
    namesOf: async (segmentIds) => {
      if (segmentIds.length === 0) return new Map();
      const rows = await kit.db.read.all<{ id: string; name: string }>(
        `SELECT id, name FROM segment WHERE id IN (${marksFor(segmentIds)})`,
        segmentIds,
      );
      return new Map(rows.map(({ id, name }) => [id, name]));
    },
  };
}

/** The same for a group of events, in its own transaction; nothing is read unless a rule asks. */
export const lookUpAudience =
  (kit: AudienceKit, replies: Replies): LookUp =>
  (raw, known) => {
    const segmentIds = new Set<string>();
    const identityIds = new Set<string>();
    for (const { event, state } of known) {
      const asked = replies.askedSegments(event);
      if (asked.size === 0) continue;
      identityIds.add(state.id);
      for (const id of asked) segmentIds.add(id);
    }
    return identityIds.size === 0
      ? undefined
      : membersAmong(raw, worldOf(kit), [...segmentIds], [...identityIds]);
  };

const worldOf = ({ clock, settings }: AudienceKit) => ({
  now: clock.business(),
  zone: settings.orgZone,
});
