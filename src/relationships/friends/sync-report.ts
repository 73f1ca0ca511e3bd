import { execute, insertRows, type Tx } from '../../kernel/database';
import type { SyncReport } from './sync.entity';

const counted = [
  'reps',
  'listed',
  'newContacts',
  'newLinks',
  'goneLinks',
  'newStaff',
  'goneStaff',
  'unread',
] as const;

export type Findings = Partial<Record<(typeof counted)[number], number>>;

export async function openReport(
  tx: Tx,
  report: Pick<SyncReport, 'id' | 'accountId' | 'kind' | 'startedAt'>,
): Promise<void> {
  const none = Object.fromEntries(counted.map((name) => [name, 0]));
  await insertRows(tx, 'sync_report', [{ ...report, endedAt: null, ...none }]);
}

export async function addToReport(tx: Tx, id: string, found: Findings): Promise<void> {
  const names = counted.filter((name) => (found[name] ?? 0) > 0);
  if (names.length === 0) return;
  const set = names.map((name) => `${name} = ${name} + ?`).join(', ');
  const values = names.map((name) => found[name] ?? 0);
  await execute(tx, `UPDATE sync_report SET ${set} WHERE id = ?`, [...values, id]);
}

export async function closeReport(tx: Tx, id: string, endedAt: number): Promise<void> {
  await execute(tx, `UPDATE sync_report SET endedAt = ? WHERE id = ?`, [endedAt, id]);
}
