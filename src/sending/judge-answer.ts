import { limits, WeChatError, type Ended, type Outcome } from '../channels/official-account';
import type { HoldUntil } from './quota-reset';
import type { SendChannel, SendOrigin } from './send-run.entity';

/** What is known of a try when its answer comes. */
export type Attempt = {
  readonly channel: SendChannel;
  readonly origin: SendOrigin;
  /** An earlier try of this delivery may have arrived. */
  readonly inDoubt: boolean;
  /** 1 at the first try. */
  readonly tries: number;
  /** Business time of the first try nobody knows the end of. */
  readonly firstSentAt: number;
};

export type Verdict =
  | { readonly kind: 'sent'; readonly messageId: string | null }
  | {
      readonly kind: 'ended';
      readonly state: 'failed' | 'skipped' | 'unknown';
      readonly reason: string;
      readonly errcode: number | null;
    }
  | {
      readonly kind: 'again';
      readonly afterMs: number;
      readonly inDoubt: boolean;
      readonly reason: string;
      readonly errcode: number | null;
      /** The account answers badly as a whole: everything on this channel slows down. */
      readonly slow?: true;
      /** A quota is used up: the account says nothing on this channel until then. */
      readonly hold?: HoldUntil;
      /** Only an operator can help: the run pauses. */
      readonly pause?: true;
    };

/**
 * How long a repeat with the same `client_msg_id` is safe: WeChat's ten minutes less a minute for clocks
 * and for the call itself.
 */
export const repeatWindowMs = limits.template.clientMessageIdMs - 60_000;

const longestWaitMs = 5 * 60_000;
/** With the waits above that is about three hours of "busy". */
const mostTries = 40;
const mostTriesForFollower = 10;

/** The follower exists no more, or never did: not their choice, so it counts as an error. */
const brokenAddress = new Set(['openid-invalid', 'user-missing', 'openid-of-other-account']);

export function judgeAnswer(
  ended: Ended<{ messageId: string } | undefined>,
  attempt: Attempt,
  now: number,
): Verdict {
  switch (ended.kind) {
    case 'ok':
      return { kind: 'sent', messageId: ended.value?.messageId ?? null };
    case 'unknown':
      return unclear(attempt, now);
    case 'unsent':
      return ended.error instanceof WeChatError
        ? refused(ended.error.outcome, ended.error.errcode, attempt, true)
        : { ...again(attempt, 'unreachable', null, 5_000), slow: true };
    case 'refused':
      return refused(ended.error.outcome, ended.error.errcode, attempt, false);
  }
}

/** A try whose end nobody knows, by time-out or because the process died. */
export function unclear(attempt: Attempt, now: number): Verdict {
  const waitMs = backOff(2_000, attempt.tries, 60_000);
  if (!mayRepeat(attempt.channel, attempt.firstSentAt, now + waitMs)) {
    return { kind: 'ended', state: 'unknown', reason: 'no-answer', errcode: null };
  }
  return { kind: 'again', afterMs: waitMs, inDoubt: true, reason: 'no-answer', errcode: null };
}

/**
 * An Official Account's customer-service messages have no key: repeating one may say it twice to a human being.
 * How long WeCom knows the key of one of its own is not written anywhere; it is taken to be as long.
 */
export function mayRepeat(channel: SendChannel, firstSentAt: number, at: number): boolean {
  return channel !== 'customer-service' && at - firstSentAt < repeatWindowMs;
}

/** `unsent`: the refusal came from the token endpoint, the message itself never left. */
function refused(outcome: Outcome, errcode: number, attempt: Attempt, unsent: boolean): Verdict {
  switch (outcome.kind) {
    case 'ok':
    case 'duplicate':
      return { kind: 'sent', messageId: null };
    case 'retry':
      if (attempt.tries >= mostTries) return ended(attempt, 'failed', outcome.name, errcode);
      return {
        ...again(attempt, outcome.name, errcode, backOff(outcome.afterMs, attempt.tries)),
        slow: true,
      };
    case 'token':
      return { ...again(attempt, outcome.name, errcode, 10_000), slow: true };
    case 'defer':
      if (outcome.name !== 'too-frequent-to-follower') {
        return { ...again(attempt, outcome.name, errcode, 0), hold: outcome.until };
      }
      return attempt.tries >= mostTriesForFollower
        ? ended(attempt, 'failed', outcome.name, errcode)
        : again(attempt, outcome.name, errcode, 60_000);
    case 'refused-follower': {
      const state = brokenAddress.has(outcome.name) ? 'failed' : 'skipped';
      return ended(attempt, state, outcome.name, errcode);
    }
    case 'window':
    case 'request':
      return unsent
        ? { ...again(attempt, outcome.name, errcode, 60_000), slow: true }
        : ended(attempt, 'failed', outcome.name, errcode);
    case 'account':
      if (attempt.tries <= outcome.tries) return again(attempt, outcome.name, errcode, 5_000);
      return attempt.origin === 'campaign'
        ? { ...again(attempt, outcome.name, errcode, 0), pause: true }
        : ended(attempt, 'failed', outcome.name, errcode);
  }
}

const again = (attempt: Attempt, reason: string, errcode: number | null, afterMs: number) =>
  ({ kind: 'again', afterMs, inDoubt: attempt.inDoubt, reason, errcode }) as const;

/** A definite no after a try in doubt says nothing about that try: we do not guess. */
function ended(
  attempt: Attempt,
  state: 'failed' | 'skipped',
  reason: string,
  errcode: number,
): Verdict {
  return attempt.inDoubt
    ? { kind: 'ended', state: 'unknown', reason: 'no-answer', errcode }
    : { kind: 'ended', state, reason, errcode };
}

const backOff = (firstMs: number, tries: number, most = longestWaitMs) =>
  Math.min(firstMs * 2 ** Math.min(tries - 1, 12), most);
