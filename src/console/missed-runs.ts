import type { Actor, Permission } from '../kernel/access';
import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { WaitingTick } from '../kernel/schedule';

export type MissedRun = WaitingTick & { name: string; href: string };

type Kind = { kind: string; table: string; permission: Permission; page: string };
const kinds: readonly Kind[] = [
  {
    kind: 'campaign',
    table: 'campaign',
    permission: 'campaigns.send',
    page: '/console/campaigns',
  },
  {
    kind: 'promotion',
    table: 'promotion',
    permission: 'promotions.pay',
    page: '/console/red-packets',
  },
];

/** Whoever may start a thing may also say whether its missed run is made up for. */
export const permissionFor = (kind: string): Permission | undefined =>
  kinds.find((one) => one.kind === kind)?.permission;

/** Runs that wait for somebody to decide, of accounts the actor may see. */
export async function missedRuns(
  kit: Pick<Kit, 'db' | 'schedules'>,
  actor: Actor,
): Promise<MissedRun[]> {
  const waiting = await kit.schedules.waiting();
  const found: MissedRun[] = [];
  for (const { kind, table, page } of kinds) {
    const ticks = waiting.filter((tick) => tick.kind === kind);
    if (ticks.length === 0) continue;
    const ids = [...new Set(ticks.map((tick) => tick.ownerId))];
    const owners = await kit.db.read.all<{ id: string; name: string; accountId: string }>(
      `SELECT id, name, accountId FROM ${table} WHERE id IN (${marksFor(ids)})`,
      ids,
    );
    for (const tick of ticks) {
      const owner = owners.find(({ id }) => id === tick.ownerId);
      const { accountIds } = actor;
      if (!owner || (accountIds !== 'all' && !accountIds.includes(owner.accountId))) continue;
      found.push({ ...tick, name: owner.name, href: `${page}/${owner.id}` });
    }
  }
  return found.sort((a, b) => a.dueAt - b.dueAt);
}
