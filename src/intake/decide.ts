import type { InboundEvent } from '../channels/inbound-event';
import { joinChanges, type Changes, type KnownFollower } from '../relationships';
import type { Decided, EventHandler } from './decision';

/** Handlers in wiring's order; each sees what the ones before it changed, and the first reply wins. */
export function decide(
  handlers: readonly EventHandler[],
  event: InboundEvent,
  before: KnownFollower,
): Decided {
  let after = before;
  let reply: Decided['reply'];
  let later: Decided['later'];
  let because: Decided['because'];
  const parts: Changes[] = [];
  const effects: Decided['effects'] = [];
  const afterCommit: Decided['afterCommit'] = [];
  for (const handler of handlers) {
    const decision = handler(event, after);
    if (!decision) continue;
    if (!reply && !later) {
      reply = decision.reply;
      later = decision.later;
      because = decision.because;
    }
    if (decision.changes) {
      parts.push(decision.changes);
      after = { ...after, ...decision.changes.set, ...retagged(after, decision.changes) };
    }
    if (decision.effect) effects.push(decision.effect);
    if (decision.afterCommit) afterCommit.push(decision.afterCommit);
    if (decision.isLast) break;
  }
  const changes = joinChanges(parts);
  return { reply, later, because, changes, effects, afterCommit, after };
}

/** The next event of a group is judged with the tags this one leaves. */
function retagged({ tagNames }: KnownFollower, { tags }: Changes): Partial<KnownFollower> {
  if (!tags) return {};
  const { add = [], remove = [] } = tags;
  const names = new Set([...(tagNames ? tagNames.split('\n') : []), ...add]);
  for (const name of remove) names.delete(name);
  return { tagNames: [...names].join('\n') };
}
