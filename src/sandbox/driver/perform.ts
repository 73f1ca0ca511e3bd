import type { AttemptRow, Delivered } from '../callbacks/shapes';
import { iso } from '../clock';
import type { Follower } from '../official-account/followers';
import { walletOf } from '../pay/packets';
import { showMessage, type MessageRow } from '../phone/messages';
import type { World } from '../world';
import { acts } from './actions';
import { tellPerson } from './people';
import { notFound, Problem } from './problem';

/** Lets a person act, tells the app, and answers with what arrived on the phone because of it. */
export async function perform(
  world: World,
  action: string,
  follower: Follower,
  body: unknown,
  settleMs: number,
): Promise<Record<string, unknown>> {
  const act = acts[action] ?? notFound('action');
  const before = lastMessageId(world, follower.openid);
  // A refused act has written nothing, so its problem may leave the work as a value.
  const acted = await world.store.write(() => {
    try {
      return act(world, follower, body);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  });
  if (acted instanceof Problem) throw acted;
  if (['follow', 'unfollow', 'scan'].includes(action)) tellPerson(world, follower.openid);
  const told = await Promise.all(acted.events.map((id) => world.courier.deliver(id)));
  const delivered = told.filter((one) => one !== undefined);
  const mayComeLate = delivered.some((one) => one.verdict === 'success' || one.verdict === 'empty');
  if (settleMs > 0 && mayComeLate && lastIncomingId(world, follower.openid) <= before) {
    await world.bus.nextMessage(follower.openid, settleMs);
  }
  return {
    ...phoneSince(world, follower.openid, before, acted.events),
    events: delivered.map(showDelivered),
    wallet: walletOf(world, follower.openid),
    ...acted.more,
  };
}

/** Sends an old event again, once or several times, one after another or all at once. */
export async function repeatEvent(
  world: World,
  id: number,
  openid: string,
  times: number,
  together: boolean,
): Promise<Record<string, unknown>> {
  const before = lastMessageId(world, openid);
  let last: Delivered | undefined;
  if (together) {
    const all = await Promise.all(Array.from({ length: times }, () => world.courier.repeat(id)));
    last = all[0];
  } else {
    for (let turn = 0; turn < times; turn += 1) last = await world.courier.repeat(id);
  }
  return {
    ...phoneSince(world, openid, before, [id]),
    events: last ? [showDelivered(last)] : [],
    wallet: walletOf(world, openid),
  };
}

/** What reached the phone since, without the answers to what the same person did meanwhile. */
function phoneSince(
  world: World,
  openid: string,
  after: number,
  events: number[],
): { received: Record<string, unknown>[] } {
  const rows = world.store
    .sql<MessageRow>(
      `SELECT * FROM message WHERE openid = ? AND id > ? AND direction = 'in' ORDER BY id`,
    )
    .all(openid, after)
    .filter((row) => row.eventId === null || events.includes(row.eventId));
  return { received: rows.map((row) => showMessage(world, row)) };
}

function lastMessageId(world: World, openid: string): number {
  return (
    world.store
      .sql<{ id: number | null }>('SELECT max(id) AS id FROM message WHERE openid = ?')
      .get(openid)?.id ?? 0
  );
}

function lastIncomingId(world: World, openid: string): number {
  return (
    world.store
      .sql<{ id: number | null }>(
        `SELECT max(id) AS id FROM message WHERE openid = ? AND direction = 'in'`,
      )
      .get(openid)?.id ?? 0
  );
}

export const showDelivered = (delivered: Delivered) => ({
  id: String(delivered.id),
  kind: delivered.kind,
  verdict: delivered.verdict,
  attempts: delivered.attempts.map(showAttempt),
});

const showAttempt = (attempt: AttemptRow) => ({
  at: iso(attempt.systemAt),
  ms: attempt.ms,
  status: attempt.status,
  reply: attempt.replyPlain ?? attempt.replyRaw,
  verdict: attempt.verdict,
  reason: attempt.reason,
});
