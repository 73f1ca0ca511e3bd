import { marksFor, type Db } from '../kernel/database';

/** What goes and what stays when somebody is erased. */
export type PersonCounts = {
  messages: number;
  media: number;
  notes: number;
  tasks: number;
  tags: number;
  fields: number;
  phones: number;
  conversations: number;
  stays: { episodes: number; deliveries: number; payouts: number; paidFen: number };
};

/** Only what an index finds: the events as they came are counted while they are emptied. */
export async function countPerson(db: Db, ids: readonly string[]): Promise<PersonCounts> {
  const whose = `identityId IN (${marksFor(ids)})`;
  const count = async (what: string, sql = 'COUNT(*)') => {
    const [row] = await db.read.all<{ n: number | string | null }>(
      `SELECT ${sql} AS n FROM ${what}`,
      ids,
    );
    return Number(row?.n ?? 0);
  };
  const entries = (more: string) => count(`timeline_entry WHERE ${whose} AND ${more}`);
  const said = `kind IN ('message-in', 'message-out')`;
  return {
    messages: await entries(said),
    media: await entries(`${said} AND params LIKE '%"mediaId"%'`),
    notes: await entries(`kind = 'note'`),
    tasks: await count(`sales_task WHERE ${whose}`),
    tags: await count(`identity_tag WHERE ${whose}`, 'COUNT(DISTINCT tagId)'),
    fields: await count(`identity_field WHERE ${whose}`, 'COUNT(DISTINCT fieldKey)'),
    phones: await count(`identity_phone WHERE ${whose}`, 'COUNT(DISTINCT phone)'),
    conversations: await count(`conversation WHERE ${whose}`),
    stays: {
      episodes:
        (await count(`episode WHERE ${whose}`)) + (await count(`link_episode WHERE ${whose}`)),
      deliveries: await entries(`kind = 'template-sent'`),
      payouts: await count(`payout WHERE ${whose}`),
      paidFen: await count(`payout WHERE ${whose} AND state = 'received'`, 'SUM(amountFen)'),
    },
  };
}
