import { marksFor, type Db } from '../../kernel/database';

export type MergePlan = {
  identities: number;
  entries: number;
  newTags: number;
  fields: number;
  phones: number;
  receivedFen: number;
  /** Two WeChat accounts: each with a unionid, and not the same. */
  twoWeChats: boolean;
};

/** What goes to the other person, in numbers. */
export async function planMerge(
  db: Db,
  target: readonly string[],
  moving: readonly string[],
  receivedFen: (identityIds: string[]) => Promise<Map<string, number>>,
): Promise<MergePlan> {
  const count = async (sql: string, ...params: (readonly string[])[]) => {
    const [row] = await db.read.all<{ n: number }>(
      params.reduce((all, ids) => all.replace('(?)', `(${marksFor(ids)})`), sql),
      params.flat(),
    );
    return row?.n ?? 0;
  };
  const unionidsOf = (ids: readonly string[]) =>
    db.read.all<{ unionid: string }>(
      `SELECT DISTINCT unionid FROM identity WHERE unionid IS NOT NULL AND id IN (${marksFor(ids)})`,
      ids,
    );
  const [entries, newTags, fields, phones, money, mine, theirs] = await Promise.all([
    count(`SELECT COUNT(*) AS n FROM timeline_entry WHERE identityId IN (?)`, moving),
    count(
      `SELECT COUNT(DISTINCT tagId) AS n FROM identity_tag WHERE identityId IN (?) AND tagId NOT IN
         (SELECT tagId FROM identity_tag WHERE identityId IN (?))`,
      moving,
      target,
    ),
    count(
      `SELECT COUNT(DISTINCT fieldKey) AS n FROM identity_field WHERE identityId IN (?)`,
      moving,
    ),
    count(`SELECT COUNT(DISTINCT phone) AS n FROM identity_phone WHERE identityId IN (?)`, moving),
    receivedFen([...moving]),
    unionidsOf(target),
    unionidsOf(moving),
  ]);
  const known = new Set(mine.map(({ unionid }) => unionid));
  return {
    ...{ identities: moving.length, entries, newTags, fields, phones },
    receivedFen: [...money.values()].reduce((sum, fen) => sum + fen, 0),
    twoWeChats:
      known.size > 0 && theirs.length > 0 && !theirs.some(({ unionid }) => known.has(unionid)),
  };
}
