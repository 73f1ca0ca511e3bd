import { chinaDay } from '../clock';
import type { World } from '../world';
import type { MassCap } from './corps';
import { relationOf } from './contacts';
import { partsOf, putMessage } from './messages';
import { roomOf } from './rooms';

export interface MassRow {
  seq: number;
  msgId: string;
  corpId: string;
  /** The app that ordered it; null for a rep's own. */
  agentId: string | null;
  kind: 'single' | 'group';
  body: string;
  createdAt: number;
  /** Until then it is being dispatched. */
  readyAt: number;
  cancelledAt: number | null;
  /** Instants of the reminders, a JSON list. */
  reminders: string;
}

export interface MassTargetRow {
  seq: number;
  msgId: string;
  userId: string;
  target: string;
  /** 0 waiting, 1 sent, 2 no friend, 3 had as many as they may. */
  status: number;
  sentAt: number | null;
}

const DAY = 86_400_000;
const CHINA = 8 * 3_600_000;

export function massOf(world: World, msgId: string): MassRow | undefined {
  return world.store.sql<MassRow>('SELECT * FROM wecom_mass WHERE msgId = ?').get(msgId);
}

export function targetsOf(world: World, msgId: string, userId: string): MassTargetRow[] {
  return world.store
    .sql<MassTargetRow>(
      'SELECT * FROM wecom_mass_target WHERE msgId = ? AND userId = ? ORDER BY seq',
    )
    .all(msgId, userId);
}

/** Whether one more would be too many for this customer or room. Orders of the corp and a rep's own count together. */
export function isCapped(world: World, cap: MassCap, target: string, now: number): boolean {
  const month = chinaDay(now).slice(0, 7);
  const monthStart = Date.parse(`${month}-01T00:00:00Z`) - CHINA;
  const [year = 0, number = 0] = month.split('-').map(Number);
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const dayStart = Date.parse(`${chinaDay(now)}T00:00:00Z`) - CHINA;
  const weekday = (new Date(dayStart + CHINA).getUTCDay() + 6) % 7;
  const had = (since: number) =>
    world.store
      .sql<{ n: number }>(
        'SELECT count(*) AS n FROM wecom_mass_target WHERE target = ? AND status = 1 AND sentAt >= ?',
      )
      .get(target, since)?.n ?? 0;
  switch (cap) {
    case 'days-of-month':
      return had(monthStart) >= days;
    case 'week':
      return had(dayStart - weekday * DAY) >= 7;
    case 'day':
      return had(dayStart) >= 1;
    case 'legacy':
      return had(dayStart) >= 1 || had(monthStart) >= 4;
  }
}

/** Inside a work: the rep confirms, and everybody on the list gets it who can. */
export function confirmMass(
  world: World,
  mass: MassRow,
  userId: string,
  cap: MassCap,
  now: number,
): { sent: number; failed: number } {
  const content = JSON.parse(mass.body) as Parameters<typeof partsOf>[0];
  const parts = partsOf(content);
  let sent = 0;
  let failed = 0;
  for (const target of targetsOf(world, mass.msgId, userId)) {
    if (target.status !== 0) continue;
    const status = isCapped(world, cap, target.target, now)
      ? 3
      : canReceive(world, mass, target)
        ? 1
        : 2;
    world.store
      .sql('UPDATE wecom_mass_target SET status = ?, sentAt = ? WHERE seq = ?')
      .run(status, status === 1 ? now : null, target.seq);
    if (status !== 1) {
      failed += 1;
      continue;
    }
    sent += 1;
    const whom =
      mass.kind === 'group' ? { roomId: target.target } : { externalUserId: target.target };
    for (const part of parts) {
      putMessage(
        world,
        {
          ...{ corpId: mass.corpId, via: 'mass', direction: 'in', userId, ref: mass.msgId },
          ...{ ...whom, ...part },
        },
        now,
      );
    }
  }
  world.store
    .sql('UPDATE wecom_mass_task SET status = 2, sentAt = ? WHERE msgId = ? AND userId = ?')
    .run(now, mass.msgId, userId);
  return { sent, failed };
}

function canReceive(world: World, mass: MassRow, { target, userId }: MassTargetRow): boolean {
  if (mass.kind === 'group') return roomOf(world, target)?.dismissedAt === null;
  return relationOf(world, mass.corpId, userId, target)?.status === 'friends';
}
