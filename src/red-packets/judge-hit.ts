import { select, type Reader, type Scalar, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { chinaDay, chinaMidnight } from './china-day';
import type { Waiting } from './deal-chunk';
import { everything, merchantSwitch, readSwitches } from './kill-switch';
import { availableOf } from './ledger';
import type { PayoutState } from './payout-states';
import type { Promotion } from './promotion.entity';
import { merchantScope, promotionScope } from './spend-day';

/** Somebody hit a reply rule that pays. */
export type KeywordHit = {
  promotionId: string;
  accountId: string;
  identityId: string;
  /** The message, hashed: told again, it is answered again and not paid again. */
  cause: string;
};

/** `ended`: its last moment has passed, whatever its state. `lapsed`: they had one, and it came back unopened or could not be paid. */
export const refusals = [
  'already',
  'lapsed',
  'used_up',
  'used_up_today',
  'not_started',
  'paused',
  'over',
  'ended',
  'not_eligible',
] as const;
export type Refusal = (typeof refusals)[number];
export type HitAnswer = { code: 'paid'; amountFen: number } | { code: Refusal };

export type Terms = Pick<
  Promotion,
  | 'id'
  | 'name'
  | 'accountId'
  | 'merchantAccountId'
  | 'status'
  | 'minFen'
  | 'maxFen'
  | 'budgetFen'
  | 'reservedFen'
  | 'inFlightFen'
  | 'paidFen'
  | 'perPersonFen'
  | 'perDayFen'
  | 'oncePer'
  | 'endsAt'
  | 'segmentId'
  | 'createdAt'
>;
/** They may be paid, as far as this look can see. */
export type MayPay = { code: 'may'; terms: Terms; recipient: Waiting; hasFen: number };

type Earlier = { state: PayoutState; amountFen: number; cause: string | null; dueAt: number };

/**
 * What becomes of a hit. Asked before the promotion is locked, so that a crowd after the end waits for nobody, and
 * again under its lock, where the answer counts.
 */
export async function judgeHit(
  at: Reader | Tx,
  kit: Pick<Kit, 'clock' | 'settings'>,
  hit: { promotionId: string; accountId: string; identityId: string | undefined; cause?: string },
): Promise<HitAnswer | MayPay> {
  const ask = <Row>(sql: string, params: readonly Scalar[]): Promise<Row[]> =>
    'em' in at ? at.all<Row>(sql, params) : select<Row>(at, sql, params);
  const now = kit.clock.business();
  const [terms] = await ask<Terms>(
    `SELECT id, name, accountId, merchantAccountId, status, minFen, maxFen, budgetFen, reservedFen,
            inFlightFen, paidFen, perPersonFen, perDayFen, oncePer, endsAt, segmentId, createdAt
     FROM promotion WHERE id = ?`,
    [hit.promotionId],
  );
  if (!terms?.oncePer || terms.accountId !== hit.accountId) return { code: 'not_eligible' };
  const [known] = await ask<Waiting>(
    `SELECT id AS identityId, personId, externalId AS openid, state AS channelState, optedOutAt
     FROM identity WHERE id = ? AND accountId = ? AND kind = 'follower'`,
    [hit.identityId ?? '', terms.accountId],
  );
  const recipient = hit.identityId === undefined ? nobodyYet : known;
  if (!recipient) return { code: 'not_eligible' };
  const earlier = await ask<Earlier>(
    `SELECT p.state, p.amountFen, p.cause, r.dueAt
     FROM identity i JOIN payout p ON p.identityId = i.id JOIN promotion_run r ON r.id = p.runId
     WHERE i.personId = ? AND p.promotionId = ?`,
    [recipient.personId, terms.id],
  );
  const told = earlier.find(({ cause }) => cause !== null && cause === hit.cause);
  if (told) return { code: 'paid', amountFen: told.amountFen };
  const hasFen = earlier.filter(({ state }) => !isLapsed(state)).reduce(sumOf, 0);
  const ofRun = earlier.filter(({ dueAt }) => dueAt === runDueAt(terms, now));
  if (ofRun.length > 0) return { code: ofRun.every(lapsed) ? 'lapsed' : 'already' };
  const refused =
    refusalOf(terms, recipient, now) ??
    (terms.perPersonFen !== null && terms.perPersonFen - hasFen < terms.minFen
      ? 'already'
      : availableOf(terms) < terms.minFen
        ? 'used_up'
        : undefined);
  if (refused) return { code: refused };
  const switches = await readSwitches(at, now);
  if (switches.has(everything) || switches.has(merchantSwitch(terms.merchantAccountId))) {
    return { code: 'paused' };
  }
  const spent = await ask<{ scope: string; spentFen: number }>(
    `SELECT scope, spentFen FROM spend_day WHERE chinaDay = ? AND scope IN (?, ?)`,
    [chinaDay(now), promotionScope(terms.id), merchantScope(terms.merchantAccountId)],
  );
  const isFull = spent.some(({ scope, spentFen }) => {
    const cap =
      scope === promotionScope(terms.id) ? terms.perDayFen : kit.settings.dailyPayoutCapFen;
    return cap !== null && cap - spentFen < terms.minFen;
  });
  return isFull ? { code: 'used_up_today' } : { code: 'may', terms, recipient, hasFen };
}

const nobodyYet: Waiting = {
  ...{ identityId: '', personId: '', openid: '', channelState: 'following', optedOutAt: null },
};

const sumOf = (sum: number, { amountFen }: { amountFen: number }) => sum + amountFen;
const isLapsed = (state: PayoutState): boolean =>
  state === 'failed' || state === 'skipped' || state === 'refunded';
const lapsed = ({ state }: Earlier): boolean => isLapsed(state);

function refusalOf(
  { status, endsAt }: Terms,
  recipient: Waiting,
  now: number,
): Refusal | undefined {
  if (status === 'draft') return 'not_started';
  if (status === 'cancelled') return 'over';
  if (endsAt !== null && endsAt <= now) return 'ended';
  if (status === 'finished') return 'over';
  if (status !== 'running') return 'paused';
  const hasLeft = recipient.channelState === 'unfollowed' || recipient.optedOutAt !== null;
  return hasLeft ? 'not_eligible' : undefined;
}

/** The run that somebody joins now: the only one, or that of the day in China. */
export const runDueAt = (
  { oncePer, createdAt }: Pick<Terms, 'oncePer' | 'createdAt'>,
  now: number,
) => (oncePer === 'day' ? chinaMidnight(now) : createdAt);
