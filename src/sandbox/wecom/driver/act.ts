import { iso } from '../../clock';
import { Problem } from '../../driver/problem';
import type { World } from '../../world';
import type { Corp } from '../corps';
import { showWeComMessage, type WeComMessageRow } from '../messages';
import type { WeComDelivered } from '../shapes';
import type { Staff } from '../staff';

/** What somebody's doing leaves to be told; `more` goes into the answer. */
export interface Acted {
  events: number[];
  more?: Record<string, unknown>;
}

/** A member of staff who does something by hand. */
export interface Rep {
  corp: Corp;
  staff: Staff;
}

/** Whose phone the answer looks at. */
export type Phone =
  { externalUserId: string } | { corpId: string; userId: string } | { roomId: string };

/** Does it, tells the apps, and answers with what reached the phone because of it. */
export async function perform(
  world: World,
  phone: Phone | undefined,
  settleMs: number,
  work: () => Acted,
): Promise<Record<string, unknown>> {
  const before = phone ? lastId(world, phone) : 0;
  // A refused act has written nothing, so its problem may leave the work as a value.
  const acted = await world.store.write(() => {
    try {
      return work();
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  });
  if (acted instanceof Problem) throw acted;
  const told = await Promise.all(acted.events.map((id) => world.wecom.courier.deliver(id)));
  const delivered = told.filter((one) => one !== undefined);
  const mayAnswer = delivered.some(({ event }) =>
    ['empty', 'success'].includes(event.verdict ?? ''),
  );
  if (phone && mayAnswer) await untilMessage(world, phone, before, settleMs);
  return {
    received: phone ? messagesSince(world, phone, before).map(showWeComMessage) : [],
    events: delivered.map(showDelivered),
    ...acted.more,
  };
}

export const showDelivered = ({ event, attempts }: WeComDelivered) => ({
  id: String(event.id),
  kind: event.kind,
  agentId: event.agentId,
  verdict: event.verdict ?? 'waiting',
  attempts: attempts.map(({ systemAt, ms, status, reply, verdict, reason }) => ({
    ...{ at: iso(systemAt), ms, status, reply, verdict, reason },
  })),
});

/** The condition and its values, for whatever phone it is. */
export function phoneIs(phone: Phone): { where: string; values: string[] } {
  if ('externalUserId' in phone)
    return { where: 'externalUserId = ?', values: [phone.externalUserId] };
  if ('roomId' in phone) return { where: 'roomId = ?', values: [phone.roomId] };
  const where = `corpId = ? AND userId = ? AND via IN ('app', 'chat')`;
  return { where, values: [phone.corpId, phone.userId] };
}

function lastId(world: World, phone: Phone): number {
  const { where, values } = phoneIs(phone);
  return (
    world.store
      .sql<{ id: number | null }>(`SELECT max(id) AS id FROM wecom_message WHERE ${where}`)
      .get(...values)?.id ?? 0
  );
}

function messagesSince(world: World, phone: Phone, after: number): WeComMessageRow[] {
  const { where, values } = phoneIs(phone);
  return world.store
    .sql<WeComMessageRow>(
      `SELECT * FROM wecom_message WHERE ${where} AND id > ? AND direction = 'in' ORDER BY id`,
    )
    .all(...values, after);
}

async function untilMessage(
  world: World,
  phone: Phone,
  after: number,
  withinMs: number,
): Promise<void> {
  const until = Date.now() + withinMs;
  while (Date.now() < until && messagesSince(world, phone, after).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
}
