import {
  execute,
  insertRows,
  marksFor,
  select,
  type Raw,
  type Scalar,
  type Tx,
} from '../../kernel/database';
import type { NewId } from '../../kernel/ids';
import { tellLink, type Happening, type LinkEpisodeKind, type LinkLine } from './link-history';

export type LinkKey = {
  readonly identityId: string;
  readonly accountId: string;
  readonly userId: string;
};

export type NewLinkEpisode = {
  readonly kind: LinkEpisodeKind;
  readonly at: number;
  readonly source?: string | undefined;
  readonly learnedBy: 'event' | 'sync';
};

const refKind = 'link-episode';

/**
 * Adds what happened between a rep and a contact to the ledger, and writes down anew what follows from it:
 * the link, its lines on the timeline, and whether the contact is anybody's friend. The caller holds the
 * contact's row. What is known already changes nothing.
 */
export async function keepLink(
  at: Raw | Tx,
  newId: NewId,
  link: LinkKey,
  episodes: readonly NewLinkEpisode[],
): Promise<void> {
  const rows = episodes.map(({ kind, at: happenedAt, source, learnedBy }) => ({
    id: newId(),
    ...link,
    kind,
    at: happenedAt,
    source: source ?? null,
    learnedBy,
  }));
  await insertRows(at, 'link_episode', rows, {
    onConflict: ['identityId', 'userId', 'at', 'kind'],
  });
  const all = await select<Happening>(
    at,
    `SELECT id, kind, at, source FROM link_episode WHERE identityId = ? AND userId = ?`,
    [link.identityId, link.userId],
  );
  const { now, lines } = tellLink(all);
  const told: Record<string, Scalar> = { id: newId(), ...link, ...now };
  await insertRows(at, 'staff_link', [told], {
    onConflict: ['identityId', 'userId'],
    update: Object.keys(now),
  });
  await writeLines(at, newId, link, lines, all);
  await writeStanding(at, link.identityId);
}

/** A late episode can change what the lines after it say. */
async function writeLines(
  at: Raw | Tx,
  newId: NewId,
  { identityId, accountId, userId }: LinkKey,
  lines: readonly LinkLine[],
  all: readonly Happening[],
): Promise<void> {
  if (all.length === 0) return;
  const ids = all.map(({ id }) => id);
  const there = await select<{ id: string; refId: string; kind: string; params: string }>(
    at,
    `SELECT id, refId, kind, params FROM timeline_entry
     WHERE identityId = ? AND refKind = ? AND refId IN (${marksFor(ids)})`,
    [identityId, refKind, ...ids],
  );
  const written = new Map(there.map((row) => [row.refId, row]));
  for (const line of lines) {
    const before = written.get(line.episodeId);
    written.delete(line.episodeId);
    const params = JSON.stringify({ userId, ...line.params });
    if (!before) {
      const { kind, at: happenedAt, episodeId: refId } = line;
      const row = { id: newId(), identityId, accountId, at: happenedAt, kind, params };
      await insertRows(at, 'timeline_entry', [{ ...row, refKind, refId }]);
    } else if (before.kind !== line.kind || before.params !== params) {
      await execute(at, `UPDATE timeline_entry SET kind = ?, params = ? WHERE id = ?`, [
        line.kind,
        params,
        before.id,
      ]);
    }
  }
  for (const { id } of written.values()) {
    await execute(at, `DELETE FROM timeline_entry WHERE id = ?`, [id]);
  }
}

/** A contact follows us while one rep or more has them as a friend. */
const writeStanding = (at: Raw | Tx, identityId: string) => writeStandings(at, [identityId]);

export async function writeStandings(at: Raw | Tx, identityIds: readonly string[]): Promise<void> {
  if (identityIds.length === 0) return;
  const links = (what: string) =>
    `(SELECT ${what} FROM staff_link l WHERE l.identityId = identity.id)`;
  const open = `EXISTS (SELECT 1 FROM staff_link l
    WHERE l.identityId = identity.id AND l.state IN ('friend', 'half'))`;
  await execute(
    at,
    `UPDATE identity SET state = CASE WHEN ${open} THEN 'following' ELSE 'unfollowed' END,
       stateAt = CASE WHEN ${open} THEN ${links('MAX(l.addedAt)')} ELSE ${links('MAX(l.endedAt)')} END,
       firstFollowedAt = ${links('MIN(l.firstAddedAt)')},
       followedAt = ${links('MAX(l.addedAt)')},
       unfollowedAt = ${links('MAX(l.endedAt)')},
       followCount = ${links('COALESCE(SUM(l.addCount), 0)')}
     WHERE id IN (${marksFor(identityIds)})`,
    identityIds,
  );
}
