import { marksFor, type Scalar } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { friendLines, friendMove } from '../friends';

export const figures = ['friends', 'added', 'lost', 'dropped', 'returned', 'rooms'] as const;
export type Figure = (typeof figures)[number];

export type RepRow = Record<Figure, number> & {
  id: string;
  accountId: string;
  userId: string;
  name: string;
  position: string | null;
  status: string;
};

type Part = Pick<Kit, 'db'>;
type Wanted = {
  accountId: string;
  /** Of what happened, the part from then on. */
  since: number;
  where?: string;
  values?: readonly Scalar[];
  order?: string;
  limit?: number;
};

/** What the figures count: losses and returns are lines, as on the page that lists them. */
const moves = {
  added: `${friendMove} = 'added'`,
  lost: `t.kind = 'friend-deleted-by-customer'`,
  dropped: `t.kind = 'friend-deleted-by-rep'`,
  returned: `t.kind = 'friend-back'`,
};

/** Members of a corp with their friends and rooms now, and whom they won and lost. */
export async function readReps({ db }: Part, wanted: Wanted): Promise<RepRow[]> {
  const { accountId, since, where = '1 = 1', values = [], order = 'x.userId', limit = 1 } = wanted;
  const sums = Object.entries(moves).map(([name, is]) => `SUM(${is}) AS ${name}`);
  const moved = Object.keys(moves).map((name) => `COALESCE(m.${name}, 0) AS ${name}`);
  const rows = await db.longRead<Omit<RepRow, Figure> & Record<Figure, number | string>>(
    `SELECT x.* FROM (
       SELECT s.id, s.accountId, s.userId, s.name, s.position, s.status,
         COALESCE(f.n, 0) AS friends, COALESCE(r.n, 0) AS rooms, ${moved.join(', ')}
       FROM staff s
       LEFT JOIN (SELECT userId, COUNT(*) AS n FROM staff_link
         WHERE accountId = ? AND state IN ('friend', 'half') GROUP BY userId) f ON f.userId = s.userId
       LEFT JOIN (SELECT ownerId, COUNT(*) AS n FROM room
         WHERE accountId = ? AND state <> 'dismissed' GROUP BY ownerId) r ON r.ownerId = s.userId
       LEFT JOIN (SELECT e.userId, ${sums.join(', ')} FROM timeline_entry t
         JOIN link_episode e ON e.id = t.refId
         JOIN staff_link l ON l.identityId = e.identityId AND l.userId = e.userId
         WHERE t.kind IN (${marksFor(friendLines)}) AND t.at >= ? AND t.accountId = ? GROUP BY e.userId) m
         ON m.userId = s.userId
       WHERE s.accountId = ?) x
     WHERE ${where} ORDER BY ${order} LIMIT ${limit}`,
    [accountId, accountId, ...friendLines, since, accountId, accountId, ...values],
  );
  // Sums come as text from one of the engines.
  return rows.map((row) => ({
    ...row,
    ...(Object.fromEntries(figures.map((name) => [name, Number(row[name])])) as Record<
      Figure,
      number
    >),
  }));
}

export type CodeOfRep = { id: string; name: string; kind: string };

/** The codes and links each member stands behind on the platform now. */
export async function codesBehind(
  { db }: Part,
  accountId: string,
): Promise<Map<string, CodeOfRep[]>> {
  const ways = await db.read.all<CodeOfRep & { behind: string }>(
    `SELECT id, name, kind, behind FROM contact_way
     WHERE accountId = ? AND removedAt IS NULL ORDER BY name, id`,
    [accountId],
  );
  const codes = new Map<string, CodeOfRep[]>();
  for (const { behind, ...way } of ways) {
    for (const userId of JSON.parse(behind) as string[])
      codes.set(userId, [...(codes.get(userId) ?? []), way]);
  }
  return codes;
}
