import type { Kit } from '../kernel/kit';
import { moveClock, until } from './patience';
import type { SandboxDriver } from '../accounts';

const day = 86_400_000;
/** What is heard of a room is read this much later. */
const laterMs = 3_000;

/** Something on the day it is dated; `daysAgo` may be a part of a day. */
export type Happening = { readonly daysAgo: number; happen(): Promise<void> };

/** Day by day from the oldest on; what a day brought is in our books before the next one comes. */
export async function live(
  kit: Kit,
  driver: SandboxDriver,
  happenings: readonly Happening[],
): Promise<void> {
  const days = [...new Set(happenings.map(({ daysAgo }) => daysAgo))].sort((a, b) => b - a);
  const goTo = (offset: number) =>
    moveClock(kit, driver, { setTo: kit.clock.system() + offset }, offset);
  for (const daysAgo of days) {
    const offset = -Math.round(daysAgo * day);
    await goTo(offset);
    for (const one of happenings.filter((other) => other.daysAgo === daysAgo)) await one.happen();
    if (!(await hasWork(kit))) continue;
    await goTo(offset + laterMs);
    await until(kit, 'what this day brought is known', async () => !(await hasWork(kit)));
  }
}

export async function hasWork(kit: Kit): Promise<boolean> {
  const [row] = await kit.db.read.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM job WHERE state = 'queued' AND kind IN (
       'fetch-contact', 'send-welcome', 'arrive-by-way', 'settle-way', 'tell-of-friend',
       'fetch-room', 'settle-room-code', 'settle-room-greeting',
       'run-handover', 'hand-over-rooms', 'outreach-start', 'outreach-order',
       'outreach-moment-order', 'outreach-moment-await')`,
  );
  return (row?.n ?? 0) > 0;
}
