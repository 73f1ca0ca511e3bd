import { execute } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { countPersons, judgingNow } from './count-members';
import { readRule } from './read-rule';
import type { Segment } from './segment.entity';

/** A segment as it is stored: its rule is JSON. */
export type SegmentRow = Omit<Segment, 'rule'> & { rule: string };

type CountKit = Pick<Kit, 'db' | 'clock' | 'settings'>;

/** Counts a segment now and keeps the figure, unless its rule changed meanwhile. */
export async function recountSegment(kit: CountKit, row: SegmentRow): Promise<SegmentRow> {
  const judging = await judgingNow(kit);
  const rule = readRule(JSON.parse(row.rule), judging.fields);
  const people = await countPersons(kit, rule, judging);
  const counted = { ...row, people, countedAt: judging.now };
  await kit.db.transact((tx) =>
    execute(tx, `UPDATE segment SET people = ?, countedAt = ? WHERE id = ? AND version = ?`, [
      people,
      judging.now,
      row.id,
      row.version,
    ]),
  );
  return counted;
}

/** The persons of a stored segment, counted now. Throws `NotFound`. */
export async function countSegment(kit: CountKit, id: string): Promise<number> {
  const [row] = await kit.db.read.all<SegmentRow>(`SELECT * FROM segment WHERE id = ?`, [id]);
  if (!row) throw new NotFound('segment_not_found');
  return (await recountSegment(kit, row)).people ?? 0;
}
