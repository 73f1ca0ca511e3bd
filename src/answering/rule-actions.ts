import type { KfOrigin } from '../channels/inbound-event';
import type { Kit } from '../kernel/kit';
import type { Raw, Tx } from '../kernel/database';
import { markKind, type Changes, type KnownFollower } from '../relationships';
import type { Answered } from '../replies';
import { queueMessage } from '../sending';
import { inKf } from './speak-in-kf';

type Part = Pick<Kit, 'newId'>;

/** What a rule does besides answering, as changes of the event itself. */
export function changesByRule(answered: Answered, at: number, state: KnownFollower): Changes {
  const { also, ruleId, ruleName } = answered;
  if (!also || ruleId === undefined) return {};
  const by = ruleName ?? '';
  const entry = (kind: string, params: Record<string, unknown>) => ({
    ...{ at, kind, params: { ...params, by } },
    ...{ refKind: 'rule', refId: ruleId },
  });
  const tags = new Set(state.tagNames ? state.tagNames.split('\n') : []);
  const add = (also.addTags ?? []).filter((tag) => !tags.has(tag));
  const remove = (also.removeTags ?? []).filter((tag) => tags.has(tag));
  return {
    ...(add.length + remove.length > 0 ? { tags: { add, remove } } : {}),
    timeline: [
      ...add.map((tag) => entry('tagged', { tag })),
      ...remove.map((tag) => entry('untagged', { tag })),
      ...(also.mark ? [entry(markKind(also.mark.name), { ...also.mark })] : []),
      ...(also.note === undefined ? [] : [entry('note', { text: also.note })]),
    ],
  };
}

/** Messages after the passive one follow it by this much each, so that they arrive in their order. */
const afterMs = 1_000;

/** What follows the passive answer, into the send ledger with the event that causes it. */
export function queueMore(
  kit: Part,
  { more = [] }: Answered,
  to: { accountId: string; identityId: string; now: number; kf?: KfOrigin | undefined },
): ((at: Raw | Tx) => Promise<void>) | undefined {
  if (more.length === 0) return undefined;
  const { accountId, identityId, now, kf } = to;
  const messages = more.flatMap((said, place) => {
    const message = kf ? inKf(kf, said) : ({ type: 'customer-service', message: said } as const);
    if (!message) return [];
    const origin = 'reply' as const;
    const at = now + (place + 1) * afterMs;
    return [{ ...{ id: kit.newId(), accountId, identityId, origin, title: '' }, message, at }];
  });
  return async (at) => {
    for (const one of messages) await queueMessage(at, one);
  };
}
