import { execute, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { staffLookKind, type StaffLook } from '../friends';
import { planOf, type StoredWay } from './read-way';
import { enqueueSettling } from './settle-way';
import { absentStaff, isSettled } from './standing';
import { everybody, renamedIn } from './way-plan';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'settings'>;

const atOnce = 200;

/** Somebody left, came back or has another userid: the codes and links they stand behind follow. */
export function registerWayLooks(kit: Part): void {
  kit.work.on(staffLookKind, async ({ id: mark, payload }) => {
    const { accountId, renamed } = payload as StaffLook;
    const absent = await absentStaff(kit.db.read, accountId);
    for await (const way of waysOf(kit, accountId)) {
      const plan = planOf(way);
      const isMeant = renamed !== undefined && everybody(plan).includes(renamed.from);
      // Where all are gone WeCom is asked all the same: its refusal is what the page shows.
      const isForsaken = everybody(plan).every((userId) => absent.has(userId));
      if (!isMeant && !isForsaken && (await isSettled(kit, way))) continue;
      await kit.db.transact(async (tx) => {
        if (isMeant) await writePlan(tx, way, renamed);
        await enqueueSettling(kit, tx, way, mark);
      });
    }
    kit.work.ring();
  });
}

async function* waysOf(kit: Part, accountId: string): AsyncGenerator<StoredWay> {
  for (let after = ''; ;) {
    const ways = await kit.db.read.all<StoredWay>(
      `SELECT * FROM contact_way WHERE accountId = ? AND removedAt IS NULL AND id > ?
       ORDER BY id LIMIT ${String(atOnce)}`,
      [accountId, after],
    );
    yield* ways;
    const last = ways.at(-1);
    if (!last || ways.length < atOnce) return;
    after = last.id;
  }
}

/** Only the plan that was read: who saved another meanwhile named people of today. */
async function writePlan(
  tx: Tx,
  way: StoredWay,
  { from, to }: { from: string; to: string },
): Promise<void> {
  const plan = JSON.stringify(renamedIn(planOf(way), from, to));
  const sql = `UPDATE contact_way SET plan = ? WHERE id = ? AND plan = ?`;
  await execute(tx, sql, [plan, way.id, way.plan]);
}
