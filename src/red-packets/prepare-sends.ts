import type { RedPacket } from '../channels/pay/red-packet';
import { execute, marksFor, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { isErased } from '../relationships';
import { chinaDay, nextChinaMidnight } from './china-day';
import { thawRequest } from './frozen-request';
import { moveForStates, pausePromotion } from './give-back';
import { everything, merchantSwitch, readSwitches } from './kill-switch';
import { lockPromotion, type LockedPromotion } from './ledger';
import type { PayRail, PayingMerchant } from './pay-rail';
import { logCalls, type CallLine } from './payout-log';
import { ownedPayouts } from './payout-row';
import type { Payout } from './payout.entity';
import { giveBackToDay, lockDay, merchantScope, promotionScope, spendOnDay } from './spend-day';
import { doubtMs, frozenLookMs, verifySteps } from './waits';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'settings' | 'log'>;
export type Ready = { payout: Payout; packet: RedPacket; merchant: PayingMerchant };

type Person = { id: string; state: string; optedOutAt: number | null; externalId: string };

/** What becomes of a claimed payout right before its send. */
type Verdict =
  | { kind: 'go'; packet: RedPacket }
  | { kind: 'leave' }
  | { kind: 'skip'; reason: string }
  | { kind: 'verify'; reason: string }
  | { kind: 'freeze'; reason: string }
  | { kind: 'move-day' };

/**
 * The last look before money leaves (kill switch, promotion, person, day, frozen request), and the commit
 * of what is about to happen. Only what this returns may be sent; all of it is `sending` in the database.
 */
export async function prepareSends(
  kit: Part,
  rail: PayRail,
  owner: string,
  claimed: readonly { id: string; merchantAccountId: string }[],
): Promise<Ready[]> {
  const [first] = claimed;
  if (!first) return [];
  const merchant = rail.merchant(first.merchantAccountId);
  return kit.db.transact(async (tx) => {
    const now = kit.clock.business();
    const payouts = await ownedPayouts(
      tx,
      claimed.map(({ id }) => id),
      owner,
    );
    const isStopped = await isAnySwitchOn(tx, first.merchantAccountId, now);
    if (!merchant || isStopped || payouts.length === 0) {
      await release(tx, owner);
      return [];
    }
    const promotions = await statuses(tx, payouts);
    const people = await persons(tx, payouts);
    const judged = payouts.map((payout) => {
      const isRunning = promotions.get(payout.promotionId) === 'running';
      const person = people.get(payout.identityId);
      const verdict: Verdict = isRunning
        ? judge(payout, person, merchant.mchId, now)
        : { kind: 'leave' };
      return { payout, verdict };
    });
    const ready = await carryOut(tx, kit, judged, merchant, now);
    const going = await markSending(tx, kit, owner, ready, now);
    await release(
      tx,
      owner,
      going.map(({ payout }) => payout.id),
    );
    return going;
  });
}

async function isAnySwitchOn(tx: Tx, merchantAccountId: string, now: number): Promise<boolean> {
  const on = await readSwitches(tx, now);
  return on.has(everything) || on.has(merchantSwitch(merchantAccountId));
}

async function statuses(tx: Tx, payouts: readonly Payout[]): Promise<Map<string, string>> {
  const ids = [...new Set(payouts.map((payout) => payout.promotionId))];
  const rows = await select<{ id: string; status: string }>(
    tx,
    `SELECT id, status FROM promotion WHERE id IN (${marksFor(ids)})`,
    ids,
  );
  return new Map(rows.map((row) => [row.id, row.status]));
}

async function persons(tx: Tx, payouts: readonly Payout[]): Promise<Map<string, Person>> {
  const ids = payouts.map((payout) => payout.identityId);
  const rows = await select<Person>(
    tx,
    `SELECT id, state, optedOutAt, externalId FROM identity WHERE id IN (${marksFor(ids)})`,
    ids,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

function judge(payout: Payout, person: Person | undefined, mchId: string, now: number): Verdict {
  // Their address is gone: what may have left is looked up by its number, and never sent again.
  if (person && isErased(person.externalId)) {
    if (payout.tries === 0) return { kind: 'skip', reason: 'erased' };
    return { kind: payout.wasUnknown ? 'freeze' : 'verify', reason: 'erased' };
  }
  const hasLeft = !person || person.state === 'unfollowed' || person.optedOutAt !== null;
  if (hasLeft && !payout.wasUnknown) {
    const reason = person?.optedOutAt ? 'opted_out' : person ? 'unfollowed' : 'erased';
    // A definite refusal came before: the order may still stand in WeChat's books, so that is checked.
    return { kind: payout.tries === 0 ? 'skip' : 'verify', reason };
  }
  const age = payout.firstSentAt === null ? 0 : now - payout.firstSentAt;
  if (payout.wasUnknown && age >= doubtMs) {
    return { kind: 'freeze', reason: payout.reasonCode ?? 'unknown' };
  }
  const packet = thawRequest(mchId, payout, person?.externalId ?? null);
  if (!packet) return { kind: 'freeze', reason: 'request_altered' };
  // Money counts to the day on which it leaves; what may have left already keeps its day.
  if (!payout.wasUnknown && payout.chinaDay !== chinaDay(now)) return { kind: 'move-day' };
  return { kind: 'go', packet };
}

type Judged = { payout: Payout; verdict: Verdict };
type Going = { payout: Payout; packet: RedPacket };

async function carryOut(
  tx: Tx,
  kit: Part,
  judged: readonly Judged[],
  merchant: PayingMerchant,
  now: number,
): Promise<Ready[]> {
  const going: Going[] = [];
  const special: Judged[] = [];
  for (const one of judged) {
    if (one.verdict.kind === 'go') going.push({ payout: one.payout, packet: one.verdict.packet });
    else if (one.verdict.kind !== 'leave') special.push(one);
  }
  const promotionIds = [...new Set(special.map(({ payout }) => payout.promotionId))].sort();
  for (const id of promotionIds) {
    const locked = await lockPromotion(tx, id);
    if (!locked) continue;
    for (const one of special.filter(({ payout }) => payout.promotionId === id)) {
      const moved = await applyVerdict(tx, kit, locked, one, merchant.mchId, now);
      if (moved) going.push(moved);
    }
  }
  return going.map((one) => ({ ...one, merchant }));
}

async function applyVerdict(
  tx: Tx,
  kit: Part,
  locked: LockedPromotion,
  { payout, verdict }: Judged,
  mchId: string,
  now: number,
): Promise<Going | undefined> {
  switch (verdict.kind) {
    case 'move-day':
      return moveToToday(tx, kit, locked, payout, mchId, now);
    case 'skip': {
      const isOurs = await setAside(tx, kit, payout, 'skipped', verdict.reason, null, now);
      if (isOurs) await moveForStates(tx, kit, locked, [{ payout, state: 'skipped' }]);
      return undefined;
    }
    case 'verify': {
      const next = { action: 'verify', at: now + verifySteps[0] };
      await setAside(tx, kit, payout, 'held', verdict.reason, next, now);
      return undefined;
    }
    case 'freeze': {
      const next = payout.tries === 0 ? null : { action: 'ask', at: now + frozenLookMs };
      await setAside(tx, kit, payout, 'frozen', verdict.reason, next, now);
      kit.log.error('payout.frozen', { payout: payout.id, reason: verdict.reason });
      if (verdict.reason === 'request_altered') {
        await pausePromotion(tx, payout.promotionId, 'request_altered');
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

async function moveToToday(
  tx: Tx,
  kit: Part,
  locked: LockedPromotion,
  payout: Payout,
  mchId: string,
  now: number,
): Promise<Going | undefined> {
  const today = chinaDay(now);
  const [limit] = await select<{ perDayFen: number | null }>(
    tx,
    `SELECT perDayFen FROM promotion WHERE id = ?`,
    [locked.id],
  );
  const cap = kit.settings.dailyPayoutCapFen;
  const perDay = limit?.perDayFen === null || !limit ? null : limit.perDayFen;
  const scopes = [
    { scope: promotionScope(locked.id), cap: perDay },
    { scope: merchantScope(locked.merchantAccountId), cap },
  ];
  for (const { scope, cap: capFen } of scopes) {
    const room = await lockDay(tx, scope, today, capFen);
    if (room < payout.amountFen) {
      await execute(
        tx,
        `UPDATE payout SET nextActionAt = ?, version = version + 1 WHERE id = ? AND version = ?`,
        [nextChinaMidnight(now), payout.id, payout.version],
      );
      return undefined;
    }
  }
  for (const { scope, cap: capFen } of scopes) {
    await giveBackToDay(tx, scope, payout.chinaDay, payout.amountFen);
    await spendOnDay(tx, scope, today, payout.amountFen, capFen);
  }
  await execute(tx, `UPDATE payout SET chinaDay = ? WHERE id = ? AND version = ?`, [
    today,
    payout.id,
    payout.version,
  ]);
  const packet = thawRequest(mchId, payout, null);
  return packet && { payout, packet };
}

async function setAside(
  tx: Tx,
  kit: Part,
  payout: Payout,
  state: 'skipped' | 'held' | 'frozen',
  reason: string,
  next: { action: string; at: number } | null,
  now: number,
): Promise<boolean> {
  const changed = await execute(
    tx,
    `UPDATE payout SET state = ?, moneyPlace = ?, reasonCode = ?, nextAction = ?, nextActionAt = ?,
            refusedAt = COALESCE(refusedAt, ?), finishedAt = ?, leaseBy = NULL, leaseUntil = NULL,
            version = version + 1
     WHERE id = ? AND version = ?`,
    [
      state,
      state === 'skipped' ? 'available' : payout.moneyPlace,
      reason,
      next?.action ?? null,
      next?.at ?? null,
      now,
      state === 'skipped' ? now : null,
      payout.id,
      payout.version,
    ],
  );
  if (changed !== 1) return false;
  const line: CallLine = { payoutId: payout.id, kind: 'state', phase: 'none', code: reason, state };
  await logCalls(tx, kit, [line]);
  return true;
}

/** The intent, committed before the first byte: whoever finds the row later asks first. */
async function markSending(
  tx: Tx,
  kit: Part,
  owner: string,
  ready: readonly Ready[],
  now: number,
): Promise<Ready[]> {
  if (ready.length === 0) return [];
  const ids = ready.map(({ payout }) => payout.id);
  await execute(
    tx,
    `UPDATE payout
     SET state = 'sending', nextAction = 'ask', nextActionAt = ?, tries = tries + 1, asks = 0,
         notFoundAt = NULL, firstSentAt = COALESCE(firstSentAt, ?), lastSentAt = ?,
         version = version + 1
     WHERE id IN (${marksFor(ids)}) AND leaseBy = ? AND nextAction = 'send'`,
    [now, now, now, ...ids, owner],
  );
  const owned = await ownedPayouts(tx, ids, owner);
  const sending = new Map(owned.map((payout) => [payout.id, payout]));
  const going = ready.flatMap((one) => {
    const payout = sending.get(one.payout.id);
    return payout?.state === 'sending' ? [{ ...one, payout }] : [];
  });
  await logCalls(
    tx,
    kit,
    going.map(({ payout }) => ({
      payoutId: payout.id,
      kind: 'send',
      phase: 'before',
      code: null,
      state: 'sending',
      detail: `try ${String(payout.tries)} ${payout.billNo} ${String(payout.amountFen)}`,
    })),
  );
  return going;
}

/** Gives back the claimed rows that are not going out now. */
async function release(tx: Tx, owner: string, going: readonly string[] = []): Promise<void> {
  const kept = going.length > 0 ? ` AND id NOT IN (${marksFor(going)})` : '';
  await execute(
    tx,
    `UPDATE payout SET leaseBy = NULL, leaseUntil = NULL WHERE leaseBy = ?${kept}`,
    [owner, ...going],
  );
}
