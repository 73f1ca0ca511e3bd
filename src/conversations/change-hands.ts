import { recordChange, type Actor } from '../kernel/access';
import type { Tx } from '../kernel/database';
import { Conflict, InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { writeEntry } from './entries';
import { giveToBot, handBackAt, idleJob } from './idle-hand-back';
import type { InboxBook } from './inbox-settings';
import { holdFor, setAttended, writeConversation, type Held } from './lock';
import { knowOperator, operatorFor, type Operator } from './presence';

type Part = Pick<Kit, 'clock' | 'newId'>;

/** Another operator has them: two never answer the same person unknowingly. */
export async function refuseTaken(tx: Tx, actor: Actor, held: Held): Promise<void> {
  const { conversation } = held;
  if (conversation?.state !== 'taken' || conversation.operatorId === null) return;
  if (conversation.operatorId === actor.id) return;
  const by = await operatorFor(tx, conversation.operatorId, held.accountId);
  throw new Conflict('conversation_taken', {
    by: { id: conversation.operatorId, name: by?.name ?? '' },
    name: by?.name ?? '',
  });
}

export async function take(
  kit: Part,
  inbox: InboxBook,
  tx: Tx,
  actor: Actor,
  identityId: string,
  isForced: boolean,
): Promise<void> {
  const held = await holdFor(tx, actor, identityId);
  await knowOperator(kit, tx, actor);
  if (isHis(held, actor)) return;
  if (!isForced) await refuseTaken(tx, actor, held);
  const from = held.conversation?.state === 'taken' ? held.conversation.operatorId : null;
  await giveTo(kit, inbox, tx, held, actor, 'taken');
  if (from === null) return;
  await recordChange(tx, actor, {
    ...{ id: kit.newId(), at: kit.clock.system(), action: 'conversation.taken-over' },
    ...{ targetKind: 'person', targetId: held.personId },
    before: { operatorId: from },
    after: { operatorId: actor.id },
  });
}

const isHis = ({ conversation }: Held, actor: Actor): boolean =>
  conversation?.state === 'taken' && conversation.operatorId === actor.id;

/** An operator has them from now on, and the bot is silent. */
export async function giveTo(
  kit: Part,
  inbox: InboxBook,
  tx: Tx,
  held: Held,
  operator: Operator,
  what: 'taken' | 'assigned',
  by?: Operator,
): Promise<void> {
  const now = kit.clock.business();
  const { id: identityId, accountId, conversation } = held;
  const change = {
    state: 'taken' as const,
    since: now,
    waitingSince: null,
    operatorId: operator.id,
    lastOperatorId: operator.id,
  };
  await setAttended(tx, identityId, 'taken');
  await writeConversation(tx, { now, systemNow: kit.clock.system() }, held, change);
  await writeEntry(tx, {
    ...{ id: kit.newId(), identityId, accountId, at: now, kind: 'conversation' },
    params: {
      ...{ what, operator: operator.name, operatorId: operator.id },
      ...(by ? { by: by.name } : {}),
    },
  });
  const minutes = inbox.of(accountId).handBackAfterMinutes;
  const lastOperatorAt = conversation?.lastOperatorAt ?? null;
  const dueAt = handBackAt({ ...change, lastOperatorAt }, held.lastInboundAt, minutes) ?? now;
  await enqueue(tx, [idleJob(kit, { identityId, accountId, since: now, dueAt })]);
}

/** Back to the bot, or done; somebody else's needs the word of whoever has them, or a take-over first. */
export async function letGo(
  kit: Part,
  tx: Tx,
  actor: Actor,
  identityId: string,
  what: 'handed-back' | 'closed',
): Promise<void> {
  const held = await holdFor(tx, actor, identityId);
  await refuseTaken(tx, actor, held);
  const state = held.conversation?.state ?? 'bot';
  if (state === 'bot' && what === 'handed-back') return;
  if (state === 'closed' && what === 'closed' && held.attended === null) {
    const hasWritten = (held.lastInboundAt ?? 0) > (held.conversation?.since ?? 0);
    if (!hasWritten) return;
  }
  await giveToBot(kit, tx, held, {
    ...{ what, operator: actor.name, operatorId: actor.id },
  });
}

/** To one operator, or to nobody: then they wait. */
export async function assign(
  kit: Part,
  inbox: InboxBook,
  tx: Tx,
  actor: Actor,
  identityId: string,
  operatorId: string | null,
): Promise<void> {
  const held = await holdFor(tx, actor, identityId);
  await knowOperator(kit, tx, actor);
  if (operatorId !== null) {
    const operator = await operatorFor(tx, operatorId, held.accountId);
    if (!operator) throw new InvalidInput('operator_unknown');
    if (held.conversation?.state === 'taken' && held.conversation.operatorId === operatorId) return;
    await giveTo(kit, inbox, tx, held, operator, 'assigned', actor);
  } else await letWait(kit, tx, held, actor);
  await recordChange(tx, actor, {
    ...{ id: kit.newId(), at: kit.clock.system(), action: 'conversation.assigned' },
    ...{ targetKind: 'person', targetId: held.personId },
    before: { operatorId: held.conversation?.operatorId ?? null },
    after: { operatorId },
  });
}

async function letWait(kit: Part, tx: Tx, held: Held, actor: Actor): Promise<void> {
  const now = kit.clock.business();
  const { id: identityId, accountId } = held;
  const change = { state: 'waiting', since: now, waitingSince: now, operatorId: null } as const;
  await setAttended(tx, identityId, 'waiting');
  await writeConversation(tx, { now, systemNow: kit.clock.system() }, held, change);
  await writeEntry(tx, {
    ...{ id: kit.newId(), identityId, accountId, at: now, kind: 'conversation' },
    params: { what: 'released', operator: actor.name, operatorId: actor.id },
  });
  const lastOperatorAt = null;
  const dueAt = handBackAt({ ...change, lastOperatorAt }, held.lastInboundAt, 0) ?? now;
  await enqueue(tx, [idleJob(kit, { identityId, accountId, since: now, dueAt })]);
}
