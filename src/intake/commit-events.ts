import type { InboundEvent, Reply } from '../channels/inbound-event';
import { insertRows, marksFor, padded, type Raw } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import type { NewId } from '../kernel/ids';
import type { Seal } from '../kernel/seal';
import {
  comesBack,
  commitChanges,
  letBack,
  lockStates,
  newFollower,
  type Changes,
  type FollowerState,
  type IdentityChanges,
  type KnownFollower,
} from '../relationships';
import { decide } from './decide';
import type { Decided, EventHandler, LookUp } from './decision';
import { bareEvent, erasedLanes, isHeard, withoutErased } from './hide-erased';
import type { ReplyState } from './inbound-event.entity';
import { failedRow, storeEvent } from './stored-event';

export type Taken = {
  eventId: string;
  reply: Reply | undefined;
  replyState: ReplyState;
  /** False for a repeat: it gets the stored reply and has no further effect. */
  isNew: boolean;
  identityId: string | null;
  later?: Decided['later'];
  because?: Decided['because'];
  afterCommit?: Decided['afterCommit'];
  /** What was written for it besides its own row. */
  changes?: Changes | undefined;
};

export type World = {
  newId: NewId;
  seal: Seal;
  systemNow: number;
  lookUp?: LookUp | undefined;
};

type Stored = {
  id: string;
  dedupeKey: string;
  reply: string | null;
  replyState: ReplyState;
  identityId: string | null;
};

const lanesOf = (events: readonly InboundEvent[]) =>
  events
    .filter((event) => event.openid !== '')
    .map((event) => [event.accountId, event.openid] as const);

/**
 * Decides a group of events and writes them with all their changes. The rows of their followers are locked
 * first, so what was read is still true when it is written, whatever other processes do.
 */
export async function commitEvents(
  raw: Raw,
  world: World,
  handlers: readonly EventHandler[],
  arrived: readonly InboundEvent[],
): Promise<Taken[]> {
  const { seal } = world;
  const events = await withoutErased(raw, seal, arrived);
  // In this order: what another process stored for these followers is seen once its lock is ours.
  const [locked, stored] = await Promise.all([
    lockStates(raw, lanesOf(events)),
    readStored(raw, events),
  ]);
  const states = new Map<string, KnownFollower>(
    locked.map((state) => [`${state.accountId}:${state.externalId}`, state]),
  );
  const isNewcomer = ({ accountId, openid }: InboundEvent) =>
    openid !== '' && !states.has(`${accountId}:${openid}`);
  const erasedBy = await erasedLanes(raw, seal, events.filter(isNewcomer));
  await addAudience(raw, world, events, states);
  const rows: Record<string, string | number | null>[] = [];
  const failed: ReturnType<typeof failedRow>[] = [];
  const changed: IdentityChanges[] = [];
  const effects: Decided['effects'] = [];

  const taken = events.map((event): Taken => {
    const earlier = stored.get(`${event.accountId} ${event.dedupeKey}`);
    if (earlier) return repeatOf(earlier);
    const lane = `${event.accountId}:${event.openid}`;
    const known = states.get(lane);
    const before = known ?? newcomer(world, event);
    const eventId = world.newId();
    const erased = known ? undefined : erasedBy.get(lane);
    let decided: Decided | undefined;
    let hasFailed = false;
    try {
      if (isHeard(event, erased)) decided = decide(handlers, event, before);
    } catch (error) {
      hasFailed = erased === undefined || comesBack(event, erased);
      if (hasFailed) failed.push(failedRow(eventId, event, error, world.systemNow));
    }
    const isPerson = event.openid !== '' && (known !== undefined || saysSomething(decided));
    if (decided && isPerson) {
      states.set(lane, decided.after);
      changed.push({ before: known, after: decided.after, changes: decided.changes });
    }
    if (erased && isPerson)
      effects.push((at) => letBack(at, seal, event.accountId, [event.openid]));
    if (decided) effects.push(...decided.effects);
    const identityId = isPerson ? before.id : null;
    const replyState = decided?.later ? 'pending' : decided?.reply ? 'passive' : 'none';
    rows.push({
      id: eventId,
      ...(erased && !isPerson && !hasFailed ? bareEvent(eventId, event) : storeEvent(event)),
      identityId,
      receivedAt: world.systemNow,
      reply: decided?.reply ? JSON.stringify(decided.reply) : null,
      replyState,
    });
    if (decided?.later) {
      decided.changes.work = [
        ...(decided.changes.work ?? []),
        lateJob(eventId, event, decided.later),
      ];
    }
    return {
      eventId,
      reply: decided?.reply,
      replyState,
      isNew: true,
      identityId,
      later: decided?.later,
      because: decided?.because,
      afterCommit: decided?.afterCommit ?? [],
      changes: decided?.changes,
    };
  });

  await insertRows(raw, 'inbound_event', rows);
  await insertRows(raw, 'failed_event', failed);
  await commitChanges(raw, world, changed);
  for (const effect of effects) await effect(raw);
  faultPoint('intake.before-commit');
  return taken;
}

/** Of a newcomer nothing is stored, so no segment holds. */
async function addAudience(
  raw: Raw,
  { lookUp }: World,
  events: readonly InboundEvent[],
  states: Map<string, KnownFollower>,
): Promise<void> {
  if (!lookUp) return;
  const known = events.flatMap((event) => {
    const state = states.get(`${event.accountId}:${event.openid}`);
    return state ? [{ event, state }] : [];
  });
  const found = await lookUp(raw, known);
  if (!found) return;
  for (const [lane, state] of states) {
    const inSegments = found.get(state.id);
    if (inSegments) states.set(lane, { ...state, inSegments });
  }
}

async function readStored(raw: Raw, events: readonly InboundEvent[]): Promise<Map<string, Stored>> {
  const accounts = [...new Set(events.map((event) => event.accountId))];
  const found = await Promise.all(
    accounts.map(async (accountId) => {
      const own = events.filter((event) => event.accountId === accountId);
      const keys = padded(
        raw,
        own.map((event) => event.dedupeKey),
      );
      const rows = await raw.all<Stored>(
        `SELECT id, dedupeKey, reply, replyState, identityId FROM inbound_event
         WHERE accountId = ? AND dedupeKey IN (${marksFor(keys)})`,
        [accountId, ...keys],
      );
      return rows.map((row) => [`${accountId} ${row.dedupeKey}`, row] as const);
    }),
  );
  return new Map(found.flat());
}

function repeatOf(stored: Stored): Taken {
  return {
    eventId: stored.id,
    reply: stored.reply === null ? undefined : (JSON.parse(stored.reply) as Reply),
    replyState: stored.replyState,
    isNew: false,
    identityId: stored.identityId,
  };
}

/** Notices of the platform come from senders that are no followers: nothing is known, so nobody is made. */
function saysSomething(decided: Decided | undefined): boolean {
  if (!decided) return false;
  const { set, episodes, timeline, work } = decided.changes;
  const lists = [episodes, timeline, work, Object.keys(set ?? {})];
  return decided.later !== undefined || lists.some((list) => (list?.length ?? 0) > 0);
}

function newcomer(world: World, event: InboundEvent): KnownFollower {
  return newFollower({
    id: world.newId(),
    personId: world.newId(),
    accountId: event.accountId,
    externalId: event.openid,
    kind: kindOf(event),
    createdAt: world.systemNow,
  });
}

/** Only a corp's events name the app that heard them, or the customer service they were said in. */
export const kindOf = (event: InboundEvent): FollowerState['kind'] =>
  'agentId' in event || 'kf' in event ? 'external-contact' : 'follower';

/** How long an answer may be worked on before a customer-service message has to carry it. */
export const replyBudgetMs = 4_500;

function lateJob(eventId: string, event: InboundEvent, later: { kind: string; payload: unknown }) {
  return {
    kind: 'late-reply',
    dedupeKey: eventId,
    accountId: event.accountId,
    priority: 0,
    // This process answers at once; the row is for the case that it dies on the way.
    dueAt: event.at + replyBudgetMs + 3_000,
    payload: { eventId, later },
  };
}
