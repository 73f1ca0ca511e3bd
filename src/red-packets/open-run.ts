import { execute, insertOnce, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { startProgress } from '../kernel/work';

type Part = Pick<Kit, 'newId' | 'clock'>;

/**
 * One run of a promotion for `dueAt`: the unique row makes it fire once, whoever asks. The segment's rule is
 * kept as it is now. False when the run was there.
 */
export async function openRun(
  tx: Tx,
  kit: Part,
  promotion: { id: string; name: string; segmentId: string; accountId: string },
  dueAt: number,
): Promise<boolean> {
  const [segment] = await select<{ rule: string }>(tx, `SELECT rule FROM segment WHERE id = ?`, [
    promotion.segmentId,
  ]);
  const id = kit.newId();
  const row = {
    id,
    promotionId: promotion.id,
    dueAt,
    state: 'freezing',
    segmentRule: segment?.rule ?? '',
    audience: 0,
    decided: 0,
    poolFen: 0,
    nextActionAt: dueAt,
    failures: 0,
    lastError: null,
    leaseBy: null,
    leaseUntil: null,
    createdAt: kit.clock.system(),
  };
  const isNew = await insertOnce(tx, 'promotion_run', row, ['promotionId', 'dueAt']);
  if (!isNew) return false;
  await startProgress(tx, {
    id,
    kind: 'promotion',
    titleCode: 'work.promotion',
    accountId: promotion.accountId,
    params: { name: promotion.name, promotionId: promotion.id },
    total: 0,
    at: kit.clock.system(),
  });
  return true;
}

/** The tick of a promotion's timetable. A promotion that is paused or over does not fire. */
export async function runOnTick(
  tx: Tx,
  kit: Part,
  tick: { ownerId: string; dueAt: number },
): Promise<void> {
  const [promotion] = await select<{
    id: string;
    name: string;
    segmentId: string;
    accountId: string;
  }>(
    tx,
    `SELECT id, name, segmentId, accountId FROM promotion WHERE id = ? AND status IN ('scheduled', 'running')`,
    [tick.ownerId],
  );
  if (!promotion) return;
  await openRun(tx, kit, promotion, tick.dueAt);
  await execute(
    tx,
    `UPDATE promotion SET status = 'running', version = version + 1 WHERE id = ? AND status = 'scheduled'`,
    [promotion.id],
  );
}
