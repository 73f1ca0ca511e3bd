import type { Reader } from '../../kernel/database';

/** The two sides of a hand-over are told of each by itself. */
const apart = 5 * 60_000;

/** SQL: at about the same time. */
export const isAround = (one: string, other: string): string =>
  `${one} BETWEEN ${other} - ${apart} AND ${other} + ${apart}`;

/** SQL: the id and name of the rep from whom a contact was handed to `userId` at `at`, or null. */
export const giverAt = (identityId: string, userId: string, at: string): string =>
  otherSide('transferred', { identityId, userId, at });
/** SQL: to whom `userId` handed a contact at `at`. */
export const takerAt = (identityId: string, userId: string, at: string): string =>
  otherSide('added', { identityId, userId, at });

const otherSide = (
  kind: 'added' | 'transferred',
  { identityId, userId, at }: Record<'identityId' | 'userId' | 'at', string>,
): string =>
  `(SELECT COALESCE(os.name, o.userId) FROM link_episode o
    LEFT JOIN staff os ON os.accountId = o.accountId AND os.userId = o.userId
    WHERE o.identityId = ${identityId} AND o.userId <> ${userId} AND o.kind = '${kind}'
      AND ${isAround('o.at', at)} LIMIT 1)`;

/** Handed over to a rep, or by them: the other one's name where it is known, and since when the contact knows us. */
export type HandOver = {
  readonly from?: string | null;
  readonly to?: string | null;
  readonly knownSince: number | null;
};

/** Who was on the other side of a link that began or ended by a hand-over; undefined for every other link. */
export async function handOverOf(read: Reader, linkId: string): Promise<HandOver | undefined> {
  const [row] = await read.all<{
    state: string;
    addWay: string | null;
    giver: string | null;
    taker: string | null;
    knownSince: number | null;
  }>(
    `SELECT l.state, l.addWay, ${giverAt('l.identityId', 'l.userId', 'l.addedAt')} AS giver,
       ${takerAt('l.identityId', 'l.userId', 'l.endedAt')} AS taker,
       (SELECT MIN(a.firstAddedAt) FROM staff_link a WHERE a.identityId = l.identityId) AS knownSince
     FROM staff_link l WHERE l.id = ?`,
    [linkId],
  );
  if (!row) return undefined;
  const { state, addWay, giver, taker, knownSince } = row;
  if (state === 'transferred') return { to: taker, knownSince };
  const isOpen = state === 'friend' || state === 'half';
  if (!isOpen || (giver === null && addWay !== assigned)) return undefined;
  return { from: giver, knownSince };
}

/** How WeCom names the way by which a rep got whom another one had. */
export const assigned = 'assigned-by-admin';
