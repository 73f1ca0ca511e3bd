import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { presentMoment } from './moments/present-moment';
import { attachmentsOf, type OutreachRow } from './outreach-kit';
import { recipientStates, type RecipientState } from './states';

type Part = Pick<Kit, 'db'>;

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** With their figures, read from the rows themselves: two questions for a whole page. */
export async function presentOutreach(kit: Part, rows: readonly OutreachRow[]) {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const marks = marksFor(ids);
  const [people, orders, segments] = await Promise.all([
    kit.db.longRead<
      Record<'outreachId', string> &
        Record<'state', RecipientState> &
        Record<'n' | 'liked' | 'commented', number | string>
    >(
      `SELECT outreachId, state, COUNT(*) AS n, COUNT(likedAt) AS liked,
         COUNT(commentedAt) AS commented FROM outreach_recipient
       WHERE outreachId IN (${marks}) GROUP BY outreachId, state`,
      ids,
    ),
    kit.db.read.all<
      Record<'outreachId', string> &
        Record<'n' | 'confirmed' | 'waiting' | 'unclear', number | string>
    >(
      `SELECT outreachId, COUNT(DISTINCT userId) AS n,
         COUNT(DISTINCT CASE WHEN confirmedAt IS NOT NULL THEN userId END) AS confirmed,
         COUNT(DISTINCT CASE WHEN state = 'ordered' AND confirmedAt IS NULL THEN userId END) AS waiting,
         COUNT(DISTINCT CASE WHEN state = 'unknown' THEN userId END) AS unclear
       FROM outreach_order WHERE outreachId IN (${marks}) GROUP BY outreachId`,
      ids,
    ),
    kit.db.read.all<{ id: string; name: string }>(
      `SELECT s.id, s.name FROM segment s JOIN outreach o ON o.segmentId = s.id
       WHERE o.id IN (${marks})`,
      ids,
    ),
  ]);
  return rows.map((row) => {
    const own = people.filter(({ outreachId }) => outreachId === row.id);
    const count = (state: RecipientState) => Number(own.find((one) => one.state === state)?.n ?? 0);
    const reps = orders.find(({ outreachId }) => outreachId === row.id);
    const sum = (what: 'liked' | 'commented') =>
      own.reduce((total, one) => total + Number(one[what]), 0);
    const { id, accountId, kind, name, segmentId, text, status, remindAfterHours, createdBy } = row;
    return {
      ...{ id, accountId, kind, name, segmentId, text, status, remindAfterHours, createdBy },
      segmentName: segments.find((one) => one.id === segmentId)?.name ?? null,
      attachments: attachmentsOf(row),
      startsAt: iso(row.startsAt),
      createdAt: new Date(row.createdAt).toISOString(),
      ...{ frozenAt: iso(row.frozenAt), endedAt: iso(row.endedAt) },
      counts: Object.fromEntries(recipientStates.map((state) => [state, count(state)])) as Record<
        RecipientState,
        number
      >,
      ...{ liked: sum('liked'), commented: sum('commented') },
      reps: {
        all: Number(reps?.n ?? 0),
        confirmed: Number(reps?.confirmed ?? 0),
        open: Number(reps?.waiting ?? 0),
        unknown: Number(reps?.unclear ?? 0),
      },
    };
  });
}

/** One of them, with why people were left out. */
export async function presentDetail(kit: Part, row: OutreachRow) {
  const [[shown], leftOut, moment] = await Promise.all([
    presentOutreach(kit, [row]),
    kit.db.longRead<{ reason: string; n: number | string }>(
      `SELECT reason, COUNT(*) AS n FROM outreach_recipient
       WHERE outreachId = ? AND state = 'left-out' GROUP BY reason ORDER BY COUNT(*) DESC`,
      [row.id],
    ),
    row.kind === 'moment' ? presentMoment(kit.db.read, row.id) : null,
  ]);
  if (!shown) throw new Error('a message without its figures');
  return {
    ...shown,
    outsiders: row.outsiders,
    leftOut: leftOut.map(({ reason, n }) => ({ reason, count: Number(n) })),
    moment,
  };
}
