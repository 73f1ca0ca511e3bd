import { DateTime } from 'luxon';
import type { Actor } from '../kernel/access';
import type { Db } from '../kernel/database';
import { scopeOf } from './waiting';
import type { Kind } from './version-states';

const mark = ':imported:';

/** What a version that came with a file says of itself, until somebody says something of it. */
export const batchNote = (batch: string): string => `${mark}${batch}`;
export const batchOf = (note: string | null): string | null =>
  note?.startsWith(mark) ? note.slice(mark.length) : null;

/** More imports than a reviewer has before them at once. */
const mostBatches = 20;

/** The imports of which something waits for a reviewer, the oldest first. */
export async function batchesIn({ db }: { db: Pick<Db, 'read'> }, actor: Actor) {
  const { sql, params } = scopeOf(actor);
  const rows = await db.read.all<{
    note: string;
    kind: Kind;
    n: number | string;
    savedByName: string | null;
    savedAt: number | string;
  }>(
    `SELECT note, kind, COUNT(*) AS n, MAX(savedByName) AS savedByName, MIN(savedAt) AS savedAt
     FROM answer_version WHERE state = 'in-review' AND note LIKE '${mark}%'${sql}
     GROUP BY note, kind ORDER BY MIN(savedAt), note LIMIT ${mostBatches}`,
    params,
  );
  return rows.map(({ note, kind, n, savedByName, savedAt }) => ({
    id: batchOf(note) ?? '',
    kind,
    waiting: Number(n),
    by: savedByName ?? '',
    savedAt: DateTime.fromMillis(Number(savedAt)).toUTC().toISO() ?? '',
  }));
}
