import { correctWindow, windowRoom } from '../channels/official-account';
import type { Actor } from '../kernel/access';
import { execute, insertRows, select, type Raw, type Tx } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { windowsOf } from '../relationships';
import { queueMessage, type RunChange } from '../sending';
import { giveTo, refuseTaken } from './change-hands';
import { writeEntry } from './entries';
import type { InboxBook } from './inbox-settings';
import { holdFor, writeConversation, type Held } from './lock';
import { runMessageFor, spendOne, writeWindows } from './outgoing';
import { knowOperator } from './presence';

type Part = Pick<Kit, 'clock' | 'newId'>;

export type Saying = { readonly clientKey: string } & (
  { readonly text: string } | { readonly mediaId: string }
);

/**
 * An operator's message: queued in the send ledger, paid from the window, and shown in the thread at once.
 * A repeat with the same key is the same message. Whoever answers has the conversation from then on.
 */
export async function say(
  kit: Part,
  inbox: InboxBook,
  tx: Tx,
  actor: Actor,
  identityId: string,
  saying: Saying,
): Promise<string> {
  const held = await holdFor(tx, actor, identityId);
  const said = await saidBefore(tx, actor, identityId, saying);
  if (said !== undefined) return said;
  await knowOperator(kit, tx, actor);
  await refuseTaken(tx, actor, held);
  const now = kit.clock.business();
  await spend(tx, held, now);
  const isHis = held.conversation?.state === 'taken' && held.conversation.operatorId === actor.id;
  if (!isHis) await giveTo(kit, inbox, tx, held, actor, 'taken');
  const world = { now, systemNow: kit.clock.system() };
  await writeConversation(tx, world, held, {
    lastOperatorAt: now,
    draftBy: null,
    draftUntil: null,
  });
  const id = kit.newId();
  const { accountId } = held;
  const message =
    'text' in saying
      ? { kind: 'text' as const, text: saying.text }
      : { kind: 'image' as const, mediaId: saying.mediaId };
  await queueMessage(tx, {
    ...{ id, accountId, identityId, origin: 'operator', title: '', at: now },
    message: await runMessageFor(tx, held, message),
  });
  const { kind: messageKind, ...content } = message;
  await writeEntry(tx, {
    ...{ id, identityId, accountId, at: now, kind: 'message-out' },
    params: {
      ...{ by: 'operator', operatorId: actor.id, operator: actor.name, messageKind, text: '' },
      ...content,
    },
    ...{ refKind: 'send-run', refId: id },
  });
  const row = { id, identityId, operatorId: actor.id, clientKey: saying.clientKey };
  await insertRows(tx, 'conversation_message', [{ ...row, changedAt: world.systemNow }]);
  await markRead(tx, identityId, actor.id, id);
  return id;
}

/** The same key is the same message of the same operator; for anything else it is refused, or it would be lost. */
async function saidBefore(
  tx: Tx,
  actor: Actor,
  identityId: string,
  saying: Saying,
): Promise<string | undefined> {
  const [said] = await select<{ id: string; operatorId: string; params: string }>(
    tx,
    `SELECT m.id, m.operatorId, t.params FROM conversation_message m
     JOIN timeline_entry t ON t.id = m.id WHERE m.identityId = ? AND m.clientKey = ?`,
    [identityId, saying.clientKey],
  );
  if (!said) return undefined;
  const { text: words, mediaId } = JSON.parse(said.params) as { text?: string; mediaId?: string };
  const isSame = 'text' in saying ? words === saying.text : mediaId === saying.mediaId;
  if (said.operatorId !== actor.id || !isSame) throw new Conflict('idempotency_key_reused');
  return said.id;
}

async function spend(tx: Tx, held: Held, now: number): Promise<void> {
  if (await spendOne(tx, held, now)) return;
  const room = windowRoom(windowsOf(held), now);
  const isUsedUp = !room.open && room.reason === 'used-up';
  throw new Conflict(isUsedUp ? 'window_used_up' : 'window_closed');
}

export async function markRead(
  tx: Tx,
  identityId: string,
  operatorId: string,
  entryId: string,
): Promise<void> {
  await insertRows(tx, 'conversation_read', [{ identityId, operatorId, entryId }], {
    onConflict: ['identityId', 'operatorId'],
    update: ['entryId'],
  });
}

/** Refusals that say what is left of a window, in the words of both platforms. */
const refusals: Readonly<Record<string, 'window-closed' | 'window-used-up'>> = {
  'window-closed': 'window-closed',
  'window-used-up': 'window-used-up',
  'kf-window-closed': 'window-closed',
  'kf-session-ended': 'window-closed',
  'kf-window-used-up': 'window-used-up',
};

/** What became of an operator's message; a refusal for want of a window teaches what is left of it. */
export async function noteOutcome(
  kit: Pick<Kit, 'clock'>,
  at: Tx | Raw,
  { origin, runId }: RunChange,
): Promise<void> {
  if (origin !== 'operator') return;
  await execute(at, `UPDATE conversation_message SET changedAt = ? WHERE id = ?`, [
    kit.clock.system(),
    runId,
  ]);
  const [row] = await select<{ id: string; windows: string | null; reason: string | null }>(
    at,
    `SELECT i.id, i.windows, d.reason FROM delivery d JOIN identity i ON i.id = d.identityId WHERE d.runId = ?`,
    [runId],
  );
  const refusal = refusals[row?.reason ?? ''];
  if (!row || !refusal) return;
  const learnt = correctWindow(windowsOf(row), refusal, kit.clock.business());
  await writeWindows(at, row.id, learnt);
}
