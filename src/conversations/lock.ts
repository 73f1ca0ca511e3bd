import { requireAccount, type Actor } from '../kernel/access';
import { execute, insertRows, lockRows, select, type Raw, type Tx } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import type { Conversation } from './conversation.entity';

/** Followers, and customers who wrote to customer service; a rep's other friends talk with the rep alone. */
const talks = `(kind = 'follower' OR lastInboundAt IS NOT NULL)`;

export type Held = {
  id: string;
  accountId: string;
  personId: string;
  kind: 'follower' | 'external-contact';
  externalId: string;
  attended: string | null;
  windows: string | null;
  lastInboundAt: number | null;
  conversation: Conversation | undefined;
};

/**
 * Locks a follower first and the conversation after it, in the order of the callback path: an event and an
 * operator who act at the same moment act one after the other.
 */
export async function holdConversation(at: Tx | Raw, identityId: string): Promise<Held> {
  const [row] = await select<Omit<Held, 'conversation'>>(
    at,
    `SELECT id, accountId, personId, kind, externalId, attended, windows, lastInboundAt FROM identity
     WHERE id = ? AND ${talks}${lockRows(at, 'wait')}`,
    [identityId],
  );
  if (!row) throw new NotFound();
  const [conversation] = await select<Conversation>(
    at,
    `SELECT * FROM conversation WHERE identityId = ?${lockRows(at, 'wait')}`,
    [identityId],
  );
  return { ...row, conversation };
}

export async function holdFor(tx: Tx, actor: Actor, identityId: string): Promise<Held> {
  const held = await holdConversation(tx, identityId);
  requireAccount(actor, held.accountId);
  return held;
}

export type ConversationChange = Partial<Omit<Conversation, 'identityId' | 'accountId'>>;

/** Writes what changed; a conversation nobody was involved in yet becomes a row. */
export async function writeConversation(
  at: Tx | Raw,
  world: { now: number; systemNow: number },
  held: Pick<Held, 'id' | 'accountId' | 'conversation'>,
  change: ConversationChange,
): Promise<void> {
  const changed = { ...change, changedAt: world.systemNow };
  const row = {
    identityId: held.id,
    accountId: held.accountId,
    state: 'bot',
    since: world.now,
    waitingSince: null,
    operatorId: null,
    lastOperatorId: null,
    lastOperatorAt: null,
    draftBy: null,
    draftUntil: null,
    ...changed,
  };
  await insertRows(at, 'conversation', [row], {
    onConflict: ['identityId'],
    update: Object.keys(changed),
  });
}

/** What the callback path reads of it. */
export async function setAttended(
  at: Tx | Raw,
  identityId: string,
  attended: string | null,
): Promise<void> {
  await execute(at, `UPDATE identity SET attended = ? WHERE id = ?`, [attended, identityId]);
}
