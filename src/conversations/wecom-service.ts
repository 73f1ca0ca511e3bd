import { WeChatError, WeChatUnclear, type KfState, type WeComAgent } from '../channels/wecom';
import { recordChange, type Actor } from '../kernel/access';
import { marksFor } from '../kernel/database';
import { AppError, Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { elsewhere } from '../kf';
import { refuseTaken } from './change-hands';
import { writeEntry } from './entries';
import { holdFor, setAttended, writeConversation, type Held } from './lock';
import type { ConversationParts } from './parts';

type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;
type World = Pick<ConversationParts, 'book' | 'wecom'>;
type Chat = { agent: WeComAgent; accountId: string; kfId: string; externalUserId: string };
export type Named = { userId: string; name: string };

/** How a chat of customer service stands in WeCom, and which of its staff could have it. */
export type WeComService = {
  state: KfState;
  servicer: Named | null;
  servicers: (Named & { serving: boolean })[];
};
export type ServiceTo = { to: 'pool' } | { to: 'servicer'; userId: string };

/** Refusals that an operator can do something about. */
const refusals: Readonly<Record<number, string>> = {
  95014: 'kf_not_servicer',
  95016: 'kf_cannot_move',
  95019: 'kf_servicer_away',
};

export async function readService(kit: Part, world: World, held: Held): Promise<WeComService> {
  const { agent, accountId, kfId, externalUserId } = await chatOf(kit, world, held);
  const [now, listed] = await asked(() =>
    Promise.all([
      world.wecom.kfState(agent, kfId, externalUserId),
      world.wecom.kfServicers(agent, kfId),
    ]),
  );
  const members = await membersOf(kit, accountId, listed.departmentIds);
  const all = [
    ...listed.staff,
    ...members
      .filter((userId) => !listed.staff.some((one) => one.userId === userId))
      .map((userId) => ({ userId, serving: true })),
  ];
  const nameOf = await namesOf(kit, accountId, [
    ...all.map(({ userId }) => userId),
    ...(now.servicer === undefined ? [] : [now.servicer]),
  ]);
  return {
    state: now.state,
    servicer:
      now.servicer === undefined ? null : { userId: now.servicer, name: nameOf(now.servicer) },
    servicers: all.map((one) => ({ ...one, name: nameOf(one.userId) })),
  };
}

/**
 * Gives a chat to WeCom's own staff: the bot and we are silent until they end it. WeCom is asked first; when
 * the answer got lost, asking again finds the chat where it was wanted.
 */
export async function moveToService(
  kit: Part,
  world: World,
  actor: Actor,
  identityId: string,
  wanted: ServiceTo,
): Promise<void> {
  const held = await kit.db.transact(async (tx) => {
    const found = await holdFor(tx, actor, identityId);
    await refuseTaken(tx, actor, found);
    return found;
  });
  const chat = await chatOf(kit, world, held);
  await move(world, chat, wanted);
  const nameOf = await namesOf(kit, held.accountId, wanted.to === 'pool' ? [] : [wanted.userId]);
  const now = kit.clock.business();
  await kit.db.transact(async (tx) => {
    const found = await holdFor(tx, actor, identityId);
    await setAttended(tx, identityId, elsewhere);
    await writeConversation(tx, { now, systemNow: kit.clock.system() }, found, {
      ...{ state: 'bot', since: now, waitingSince: null, operatorId: null },
      ...{ lastOperatorId: actor.id, draftBy: null, draftUntil: null },
    });
    const to = wanted.to === 'pool' ? null : nameOf(wanted.userId);
    const params = {
      ...{ what: to === null ? 'to-pool' : 'to-servicer', operator: actor.name },
      ...{ operatorId: actor.id, ...(to === null ? {} : { to }) },
    };
    await writeEntry(tx, {
      ...{ id: kit.newId(), identityId, accountId: held.accountId, at: now },
      ...{ kind: 'conversation', params },
    });
    await recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action: 'conversation.to-wecom' },
      ...{ targetKind: 'person', targetId: held.personId, after: wanted },
    });
  });
}

async function move({ wecom }: World, chat: Chat, wanted: ServiceTo): Promise<void> {
  const { agent, kfId, externalUserId } = chat;
  const to =
    wanted.to === 'pool'
      ? ({ state: 'pool' } as const)
      : ({ state: 'person', servicer: wanted.userId } as const);
  try {
    await wecom.moveKfChat(agent, { kfId, externalUserId }, to);
  } catch (error) {
    if (!(error instanceof WeChatError)) throw lost(error);
    const code = refusals[error.errcode];
    if (code === undefined) throw lost(error);
    const { state, servicer } = await asked(() => wecom.kfState(agent, kfId, externalUserId));
    const isThere = state === to.state && (to.state === 'pool' || servicer === to.servicer);
    if (!isThere) throw new Conflict(state === 'ended' ? 'kf_ended' : code);
  }
}

async function chatOf({ db }: Part, { book }: World, held: Held): Promise<Chat> {
  const [row] = await db.read.all<{ kfId: string; agentId: string }>(
    `SELECT kfId, agentId FROM kf_chat WHERE identityId = ?`,
    [held.id],
  );
  const { accountId, externalId: externalUserId } = held;
  const agent = book.weComApps(accountId).find(({ agentId }) => agentId === row?.agentId);
  if (!row || !agent) throw new NotFound();
  return { agent, accountId, kfId: row.kfId, externalUserId };
}

async function membersOf(
  { db }: Part,
  accountId: string,
  departmentIds: readonly string[],
): Promise<string[]> {
  if (departmentIds.length === 0) return [];
  const rows = await db.read.all<{ userId: string }>(
    `SELECT DISTINCT d.userId FROM staff_department d
     JOIN staff s ON s.accountId = d.accountId AND s.userId = d.userId AND s.status = 'active'
     WHERE d.accountId = ? AND d.departmentId IN (${marksFor(departmentIds)}) ORDER BY d.userId`,
    [accountId, ...departmentIds],
  );
  return rows.map(({ userId }) => userId);
}

async function namesOf({ db }: Part, accountId: string, userIds: readonly string[]) {
  const rows =
    userIds.length === 0
      ? []
      : await db.read.all<Named>(
          `SELECT userId, name FROM staff WHERE accountId = ? AND userId IN (${marksFor(userIds)})`,
          [accountId, ...userIds],
        );
  const names = new Map(rows.map(({ userId, name }) => [userId, name]));
  return (userId: string): string => names.get(userId) ?? userId;
}

async function asked<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw lost(error);
  }
}

/** WeCom's no is an answer to whoever asked. */
function lost(error: unknown): unknown {
  if (error instanceof WeChatError && error.outcome.kind !== 'retry') {
    return new AppError(502, 'wechat_refused', { errcode: error.errcode });
  }
  const isAway = error instanceof WeChatError || error instanceof WeChatUnclear;
  return isAway ? new AppError(503, 'wecom_unreachable') : error;
}
