import { marksFor, type Reader } from '../../kernel/database';
import { findMoment, namesIn } from './moment-kit';

/** Who publishes a moment and who may see it, by name, and how far its one order is. */
export async function presentMoment(read: Reader, id: string) {
  const moment = await findMoment(read, id);
  if (!moment) return null;
  const [userIds, corpTags] = [namesIn(moment.userIds), namesIn(moment.corpTags)];
  const staff = await named(
    userIds,
    read,
    `SELECT userId AS id, name FROM staff WHERE accountId = ? AND userId IN`,
    [moment.accountId],
  );
  const tags = await named(corpTags, read, `SELECT id, name FROM corp_tag WHERE id IN`);
  return {
    reps: staff.map((one) => ({ userId: one.id, name: one.name })),
    tags,
    ...{ state: moment.state, reason: moment.reason },
  };
}

async function named(
  ids: readonly string[],
  read: Reader,
  sql: string,
  before: readonly string[] = [],
): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0) return [];
  const rows = await read.all<{ id: string; name: string }>(`${sql} (${marksFor(ids)})`, [
    ...before,
    ...ids,
  ]);
  const names = new Map(rows.map((row) => [row.id, row.name]));
  return ids.map((id) => ({ id, name: names.get(id) ?? id }));
}
