import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { orderHandover } from '../relationships';
import { demoCorpLife } from './corp-words';
import type { Happening } from './live';
import { until } from './patience';
import type { SandboxDriver } from '../accounts';
import { seeder } from './seeder';
import { demoNames } from './words';

const { corpId } = demoNames.corp;
/** WeCom settles after a day whatever nobody refused. */
const refusedAfter = 0.1;
const settledAfter = 1.1;

/** Customers and rooms that go from rep to rep: one hand-over that is over, and one that waits. */
export function handoverHappenings(
  kit: Kit,
  driver: SandboxDriver,
  { accountId, phoneOf }: { accountId: string; phoneOf: (name: string) => string },
): Happening[] {
  return demoCorpLife.handovers.flatMap((one) => {
    let id = '';
    const { from: fromUserId, to: toUserId, names, withRooms, message, refuses } = one;
    const ordered: Happening = {
      daysAgo: one.ordered,
      happen: async () => {
        const rows = await kit.db.read.all<{ identityId: string }>(
          `SELECT identityId FROM contact_profile WHERE name IN (${marksFor(names)})`,
          [...names],
        );
        const identityIds = rows.map(({ identityId }) => identityId);
        id = await kit.db.transact((tx) =>
          orderHandover(kit, tx, {
            ...{ accountId, way: 'on-job', fromUserId, toUserId, message, withRooms },
            ...{ identityIds, orderedBy: seeder.name },
          }),
        );
        kit.work.ring();
      },
    };
    if (refuses === undefined) return [ordered];
    const refused: Happening = {
      daysAgo: one.ordered - refusedAfter,
      happen: async () => {
        const path = `/wecom/people/${phoneOf(refuses)}/refuse-transfer?settle=0`;
        await driver.post(path, { corpId });
      },
    };
    const settled: Happening = {
      daysAgo: one.ordered - settledAfter,
      happen: () =>
        until(kit, 'the hand-over is over', async () => {
          const sql = `SELECT id FROM handover WHERE id = ? AND endedAt IS NOT NULL`;
          return (await kit.db.read.all(sql, [id])).length > 0;
        }),
    };
    return [ordered, refused, settled];
  });
}
