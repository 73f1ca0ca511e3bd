import type { Kit } from '../kernel/kit';
import { addOutreach, OutreachBody, startOutreach } from '../outreach';
import { demoCorpLife } from './corp-words';
import type { DemoParts } from './demo-parts';
import type { Happening } from './live';
import { until } from './patience';
import type { SandboxDriver } from './sandbox-driver';
import { seeder } from './seeder';
import { demoNames } from './words';

const { corpId } = demoNames.corp;
/** Reps look at their phones a while after; we ask WeCom how it went a while after that. */
const confirmedAfter = 0.01;
const knownAfter = 0.02;

type Orders = { mass: { msgId: string; confirmed: boolean }[] };

/** Messages through reps: ordered here, confirmed on reps' phones; who does not confirm holds the last one open. */
export function outreachHappenings(
  kit: Kit,
  parts: DemoParts,
  driver: SandboxDriver,
  accountId: string,
): Happening[] {
  return demoCorpLife.outreach.flatMap(({ name, text, ordered, confirmedBy }) => {
    let id = '';
    return [
      {
        daysAgo: ordered,
        happen: async () => {
          const body = OutreachBody.parse({ accountId, name, text });
          id = await addOutreach(kit, parts, seeder, body);
          await startOutreach(kit, parts, seeder, id);
        },
      },
      {
        daysAgo: ordered - confirmedAfter,
        happen: async () => {
          for (const userId of confirmedBy) await confirm(driver, userId);
        },
      },
      {
        daysAgo: ordered - knownAfter,
        happen: () =>
          until(kit, 'what reps confirmed is known', async () => {
            const open = await kit.db.read.all<{ userId: string }>(
              `SELECT userId FROM outreach_order WHERE outreachId = ? AND state <> 'done'`,
              [id],
            );
            return !open.some(({ userId }) => confirmedBy.some((one) => one === userId));
          }),
      },
    ];
  });
}

async function confirm(driver: SandboxDriver, userId: string): Promise<void> {
  const place = `/wecom/corps/${corpId}/staff/${userId}`;
  const { mass } = await driver.get<Orders>(`${place}/orders`);
  for (const { msgId, confirmed } of mass) {
    if (!confirmed) await driver.post(`${place}/confirm-mass?settle=0`, { msgId });
  }
}
