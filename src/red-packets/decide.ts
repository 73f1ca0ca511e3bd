import type { QueryResult, SendResult } from '../channels/pay/red-packet.client';
import type { Random } from '../kernel/random';
import { nextChinaMidnight } from './china-day';
import type { NextAction, PayoutState } from './payout-states';
import {
  askingMs,
  configLookMs,
  doubtMs,
  frozenLookMs,
  nextPacketLook,
  notFoundApartMs,
  returningLookMs,
  runningMs,
  verifySteps,
  waitAfter,
} from './waits';

/** What a decision needs to know of a payout. */
export type Facts = {
  state: PayoutState;
  nextAction: NextAction | null;
  amountFen: number;
  reasonCode: string | null;
  tries: number;
  asks: number;
  wasUnknown: boolean;
  notFoundAt: number | null;
  refusedAt: number | null;
  firstSentAt: number | null;
  deliveredAt: number | null;
};

/** Whom a bad answer stops, and why. `untilAt`: opens by itself. */
export type Stop = { scope: 'promotion' | 'merchant'; reason: string; untilAt?: number };

export type Decision = {
  state: PayoutState;
  reasonCode: string | null;
  next: { action: NextAction; at: number } | null;
  asks: number;
  wasUnknown: boolean;
  notFoundAt: number | null;
  refusedAt: number | null;
  deliveredAt: number | null;
  stop?: Stop;
  alarm?: string;
};

type World = { now: number; random: Random };

/** What the answer to a send makes of a payout. Pure: nothing is known but the payout and the answer. */
export function decideAfterSend(payout: Facts, result: SendResult, world: World): Decision {
  const { now, random } = world;
  const same = keep(payout);
  const soon = now + waitAfter(payout.tries, random);
  switch (result.kind) {
    case 'sent':
      return delivered(same, now, random);
    case 'not-sendable':
      return notSendable(payout, result.problems.join(' '), now);
    case 'unknown':
      // Without a connection no byte of the order left, and its number may be tried again as it is.
      if (result.reason === 'connect' && !payout.wasUnknown) {
        return {
          ...same,
          state: 'held',
          reasonCode: 'connect',
          next: { action: 'send', at: soon },
        };
      }
      return {
        ...same,
        state: 'unknown',
        reasonCode: result.code ?? result.reason,
        wasUnknown: true,
        next: { action: 'ask', at: result.again === 'in-20-minutes' ? now + runningMs : soon },
      };
    case 'refused':
      return refused(payout, result, soon, world);
  }
}

type Refused = Extract<SendResult, { kind: 'refused' }>;

function refused(payout: Facts, result: Refused, soon: number, { now, random }: World): Decision {
  const held: Decision = {
    ...keep(payout),
    state: 'held',
    reasonCode: result.code,
    // A reply that failed as a whole may have stored the order all the same.
    wasUnknown: payout.wasUnknown || !result.isCertain,
  };
  switch (result.class) {
    case 'blocked':
      return blocked(held, result, soon, now, random);
    case 'config':
      return {
        ...held,
        next: { action: 'send', at: now },
        stop: { scope: 'merchant', reason: `refused:${result.code}` },
        alarm: 'payout.merchant_refused',
      };
    case 'bug':
      return {
        ...held,
        state: 'frozen',
        next: { action: 'ask', at: now + verifySteps[0] },
        stop: { scope: 'promotion', reason: `refused:${result.code}` },
        alarm: 'payout.refused_as_bug',
      };
    case 'final-number':
    case 'final-user':
    case 'final-data': {
      const isOurRequest = result.code === 'MONEY_LIMIT' || result.code === 'PARAM_ERROR';
      return {
        ...held,
        asks: 0,
        refusedAt: now,
        next: { action: 'verify', at: now + verifySteps[0] },
        ...(isOurRequest && { stop: { scope: 'promotion', reason: `refused:${result.code}` } }),
      };
    }
  }
}

function blocked(
  held: Decision,
  result: Refused,
  soon: number,
  now: number,
  random: Random,
): Decision {
  const ofMerchant = result.scope === 'merchant';
  switch (result.again) {
    case 'tomorrow': {
      const at = nextChinaMidnight(now) + random(60_000, 600_000);
      const stop: Stop = {
        scope: 'merchant',
        reason: result.code,
        untilAt: nextChinaMidnight(now),
      };
      return { ...held, next: { action: 'send', at }, ...(ofMerchant && { stop }) };
    }
    case 'repaired':
      // Due at once, and first in line, when somebody starts the promotion again.
      return {
        ...held,
        next: { action: 'send', at: now },
        stop: { scope: 'promotion', reason: result.code },
      };
    default: {
      const stop: Stop = { scope: 'merchant', reason: result.code, untilAt: now + 2_000 };
      return { ...held, next: { action: 'send', at: soon }, ...(ofMerchant && { stop }) };
    }
  }
}

/** Our own check stopped it: on a first try nothing can have left. */
function notSendable(payout: Facts, reason: string, now: number): Decision {
  const same = { ...keep(payout), reasonCode: 'not_sendable' };
  const stop: Stop = { scope: 'promotion', reason: `not_sendable:${reason}`.slice(0, 64) };
  if (payout.tries <= 1) return { ...same, state: 'failed', next: null, stop };
  return { ...same, state: 'frozen', next: { action: 'ask', at: now }, stop };
}

/** What the answer to a question makes of a payout. */
export function decideAfterAsk(payout: Facts, result: QueryResult, world: World): Decision {
  const { now, random } = world;
  const asks = payout.asks + 1;
  const same = { ...keep(payout), asks };
  switch (result.kind) {
    case 'not-found':
      return notFound(payout, same, world);
    case 'refused':
      return later(payout, same, world, {
        reasonCode: payout.reasonCode ?? result.code,
        ...(result.class === 'config' && {
          stop: { scope: 'merchant' as const, reason: `refused:${result.code}` },
          wait: configLookMs,
        }),
      });
    case 'unknown':
      return later(payout, same, world, {});
    case 'found':
      break;
  }
  if (result.amountFen !== payout.amountFen) {
    return {
      ...same,
      state: 'frozen',
      reasonCode: 'amount_differs',
      next: { action: 'ask', at: now + frozenLookMs },
      stop: { scope: 'promotion', reason: 'amount_differs' },
      alarm: 'payout.amount_differs',
    };
  }
  switch (result.state) {
    case 'received':
      return { ...same, state: 'received', reasonCode: null, next: null };
    case 'returned':
      return { ...same, state: 'refunded', reasonCode: null, next: null };
    case 'failed':
      return { ...same, state: 'failed', reasonCode: payout.reasonCode ?? 'FAILED', next: null };
    case 'sent':
      return delivered(same, now, random);
    case 'returning':
      return {
        ...delivered(same, now, random),
        next: { action: 'ask', at: now + returningLookMs },
      };
    case 'sending':
      return later(payout, same, world, { reasonCode: payout.reasonCode ?? 'SENDING' });
  }
}

function delivered(same: Decision, now: number, random: Random): Decision {
  const deliveredAt = same.deliveredAt ?? now;
  const at = nextPacketLook(deliveredAt, now, random);
  return outOfReach(
    { ...same, state: 'sent', reasonCode: null, deliveredAt, next: { action: 'ask', at } },
    deliveredAt,
    now,
  );
}

/** Absent is not failed: the order may still be on its way into WeChat's books. */
function notFound(payout: Facts, same: Decision, world: World): Decision {
  const { now } = world;
  if (payout.nextAction === 'verify') return verified(payout, same, now);
  if (payout.state === 'sent' || payout.state === 'frozen') return later(payout, same, world, {});
  const doubted: Decision = { ...same, state: 'unknown', wasUnknown: true };
  if (payout.notFoundAt === null) {
    return { ...doubted, notFoundAt: now, next: { action: 'ask', at: now + notFoundApartMs } };
  }
  if (now - payout.notFoundAt < notFoundApartMs) {
    return { ...doubted, next: { action: 'ask', at: payout.notFoundAt + notFoundApartMs } };
  }
  if (isStale(payout, now)) return frozen(doubted, payout, now);
  return { ...doubted, next: { action: 'send', at: now } };
}

/** A refusal is final when no question finds the order for a day, and no try was ever unclear. */
function verified(payout: Facts, same: Decision, now: number): Decision {
  const since = payout.refusedAt ?? now;
  const step = verifySteps.find((after) => since + after > now);
  if (step !== undefined) return { ...same, next: { action: 'verify', at: since + step } };
  if (payout.wasUnknown) return frozen(same, payout, now);
  return { ...same, state: 'failed', next: null };
}

type Later = { reasonCode?: string | null; stop?: Stop; wait?: number };

/** Nothing was learned that ends it: look again, and give it to a person when it takes too long. */
function later(payout: Facts, same: Decision, { now, random }: World, more: Later): Decision {
  const { wait, ...rest } = more;
  const state = payout.state === 'sending' ? 'unknown' : payout.state;
  const waiting: Decision = {
    ...same,
    ...rest,
    state,
    wasUnknown: same.wasUnknown || payout.state === 'sending',
  };
  if (state === 'sent') {
    const at = nextPacketLook(payout.deliveredAt ?? now, now, random);
    const kept = {
      ...waiting,
      reasonCode: payout.reasonCode,
      next: { action: 'ask' as const, at },
    };
    return outOfReach(kept, payout.deliveredAt ?? now, now);
  }
  if (state === 'frozen') return frozen({ ...waiting, reasonCode: payout.reasonCode }, payout, now);
  if (isStale(payout, now) && (state === 'unknown' || payout.wasUnknown)) {
    return frozen(waiting, payout, now);
  }
  const action = payout.nextAction === 'verify' ? 'verify' : 'ask';
  return { ...waiting, next: { action, at: now + (wait ?? waitAfter(same.asks, random)) } };
}

const isStale = (payout: Facts, now: number): boolean =>
  payout.firstSentAt !== null && now - payout.firstSentAt >= doubtMs;

/** For a person to decide; asked on as long as WeChat can answer. */
function frozen(waiting: Decision, payout: Facts, now: number): Decision {
  return outOfReach(
    {
      ...waiting,
      state: 'frozen',
      next: { action: 'ask', at: now + frozenLookMs },
      ...(payout.state !== 'frozen' && { alarm: 'payout.frozen' }),
    },
    payout.firstSentAt ?? now,
    now,
  );
}

/** After the query's horizon an answer means nothing any more. */
function outOfReach(waiting: Decision, since: number, now: number): Decision {
  if (now - since < askingMs) return waiting;
  return {
    ...waiting,
    state: 'frozen',
    reasonCode: 'query_horizon',
    next: null,
    alarm: 'payout.out_of_reach',
  };
}

function keep(payout: Facts): Decision {
  return {
    state: payout.state,
    reasonCode: payout.reasonCode,
    next: null,
    asks: payout.asks,
    wasUnknown: payout.wasUnknown,
    notFoundAt: payout.notFoundAt,
    refusedAt: payout.refusedAt,
    deliveredAt: payout.deliveredAt,
  };
}
