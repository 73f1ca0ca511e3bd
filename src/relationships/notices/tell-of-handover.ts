import { select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { text, type Locale } from '../../kernel/text';
import type { NewJob } from '../../kernel/work';
import type { Notice, Words } from './tell';

export type HandedOver = { handoverId: string; accountId: string };
type Given = { identityId: string; at: number; name: string | null };
type Parties = { fromUserId: string; toUserId: string; giver: string | null };

export const handedOverKind = 'tell-of-handover';
/** Whoever is settled within it is told of together, and by then their names have been read. */
const gatherMs = 60_000;
const mostNamed = 3;
const mostAtOnce = 200;

/** One waits for each order, however many customers of it are settled meanwhile. */
export function handedOverJob(
  handedOver: HandedOver,
  now: number,
): Omit<NewJob, 'id' | 'createdAt'> {
  const { handoverId: dedupeKey, accountId } = handedOver;
  return { kind: handedOverKind, dedupeKey, accountId, payload: handedOver, dueAt: now + gatherMs };
}

/** Whose hand-over is done and whose new rep has not been told. */
const untold = `FROM handover_item i JOIN handover h ON h.id = i.handoverId
  LEFT JOIN friend_notice n ON n.accountId = i.accountId AND n.kind = 'handed-over'
    AND n.userId = h.toUserId AND n.at = i.changedAt AND n.identityId = i.identityId
  WHERE i.handoverId = ? AND i.state = 'done' AND (n.id IS NULL OR n.state = 'due')`;

/** One message to the rep who takes over, with whom they got and who had them before. */
export async function handedOver(
  kit: Pick<Kit, 'db'>,
  { handoverId, accountId }: HandedOver,
): Promise<{ notices: Notice[]; words: Words } | undefined> {
  const given = await kit.db.read.all<Given>(
    `SELECT x.identityId, x.changedAt AS at, COALESCE(p.displayName, c.name) AS name
     FROM (SELECT i.identityId, i.changedAt ${untold} ORDER BY i.identityId LIMIT ${mostAtOnce}) x
     JOIN identity me ON me.id = x.identityId JOIN person p ON p.id = me.personId
     LEFT JOIN contact_profile c ON c.identityId = x.identityId ORDER BY x.identityId`,
    [handoverId],
  );
  const [parties] = await kit.db.read.all<Parties>(
    `SELECT h.fromUserId, h.toUserId, s.name AS giver FROM handover h
     LEFT JOIN staff s ON s.accountId = h.accountId AND s.userId = h.fromUserId WHERE h.id = ?`,
    [handoverId],
  );
  if (!parties || given.length === 0) return undefined;
  const { fromUserId, toUserId: userId, giver } = parties;
  const rep = (language: Locale) => {
    const names = given
      .slice(0, mostNamed)
      .map(({ name }) => name ?? text(language, 'notice.nameless'));
    const several = given.length > mostNamed ? '.more' : given.length > 1 ? '.many' : '';
    return text(language, `notice.handed-over.rep${several}`, {
      ...{ n: given.length, former: giver ?? fromUserId },
      customer: names.join(text(language, 'authorization.and')),
    });
  };
  const notices = given.map(({ identityId, at }): Notice => ({
    ...{ accountId, key: `handed-over:${handoverId}:${identityId}`, kind: 'handed-over' },
    ...{ userId, identityId, at },
  }));
  return { notices, words: { rep } };
}

/** Who was settled while we told of others. */
export async function isAnyUntold(tx: Tx, handoverId: string): Promise<boolean> {
  const rows = await select(tx, `SELECT i.identityId ${untold} LIMIT 1`, [handoverId]);
  return rows.length > 0;
}
