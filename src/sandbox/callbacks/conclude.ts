import type { Account, CallbackTarget } from '../official-account/accounts';
import { hasMedia } from '../official-account/media-calls';
import { putOnPhone } from '../phone/messages';
import { sandboxText } from '../text';
import type { World } from '../world';
import { judgeAnswer, type PassiveMessage } from './classify';
import type { EventRow } from './shapes';
import type { Heard } from './transport';

/** How one delivery ended. `message` is there when the verdict is `reply`. */
export interface Ending {
  verdict: string;
  plain: string | null;
  reason: string | null;
  message: PassiveMessage | undefined;
}

/** What the platform makes of what it heard, or did not hear. */
export function judge(
  world: World,
  account: Account,
  target: CallbackTarget,
  event: EventRow,
  heard: Heard,
): Ending {
  if (heard.outcome !== 'answered') {
    return { verdict: heard.outcome, plain: null, reason: heard.reason, message: undefined };
  }
  const judged = judgeAnswer({
    ...{ account, target, openid: event.openid, isMessage: event.msgId !== null },
    ...{ status: heard.status, body: heard.body },
    hasMedia: (mediaId) => hasMedia(world, event.appId, mediaId, world.clock.now()),
  });
  const isHeeded = event.background === 0 || !['reply', 'transfer'].includes(judged.verdict);
  return {
    verdict: isHeeded ? judged.verdict : 'ignored',
    plain: judged.plain,
    reason: 'reason' in judged ? judged.reason : null,
    message: isHeeded && judged.verdict === 'reply' ? judged.message : undefined,
  };
}

export const isTriedAgain = (verdict: string): boolean =>
  ['timeout', 'refused', 'not-200'].includes(verdict);

const isFailure = (verdict: string) => verdict === 'bad-reply' || isTriedAgain(verdict);

/** Inside a work: what the person sees of the answer. Of an event and its repeats, the first that is answered speaks. */
export function conclude(world: World, event: EventRow, end: Ending, isRepeat: boolean): void {
  const { openid, appId, id: eventId } = event;
  const common = { openid, appId, direction: 'in' as const, eventId };
  const notice = (text: string) =>
    putOnPhone(
      world,
      { ...common, via: 'system', kind: 'notice', body: { text } },
      world.clock.now(),
    );
  if (end.message) {
    if (!hasPassiveMessage(world, eventId))
      putOnPhone(world, { ...common, via: 'passive', ...end.message }, world.clock.now());
  } else if (!isRepeat && end.verdict === 'transfer') {
    notice(sandboxText.transferred);
  } else if (!isRepeat && event.background === 0 && isFailure(end.verdict)) {
    notice(sandboxText.unavailable);
  }
  if (!isRepeat) markDone(world, event, end.verdict);
  world.tally.count(appId, 'callback', end.verdict);
}

function hasPassiveMessage(world: World, eventId: number): boolean {
  return (
    world.store
      .sql<{ id: number }>(`SELECT id FROM message WHERE eventId = ? AND via = 'passive' LIMIT 1`)
      .get(eventId) !== undefined
  );
}

/** Inside a work. */
export function markDone(world: World, event: EventRow, verdict: string): void {
  world.store
    .sql(`UPDATE event SET state = 'done', verdict = ? WHERE id = ?`)
    .run(verdict, event.id);
  if (!world.bus.isHeard) return;
  const { id, openid } = event;
  world.store.afterCommit(() =>
    world.bus.tell({ kind: 'event', openid, payload: () => ({ id: String(id), openid, verdict }) }),
  );
}
