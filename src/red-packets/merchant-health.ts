import { refusalOf } from '../channels/pay/red-packet-errors';
import type { QueryResult } from '../channels/pay/red-packet.client';
import type { Kit } from '../kernel/kit';
import type { PayRail } from './pay-rail';

export type MerchantHealth = {
  state: 'ok' | 'failing' | 'unknown';
  /** When WeChat Pay last answered a call of this merchant as its own; business time, epoch ms. */
  lastOkAt: number | null;
  /** Why the newest call failed. */
  errorName?: string | undefined;
};

type Part = Pick<Kit, 'db' | 'cache' | 'clock'>;
type Line = { at: number; code: string | null; detail: string | null };
type Check = { at: number; code: string; isGood: boolean };

const newestCalls = 500;
const checkKeptMs = 30 * 86_400_000;
const checkKey = (accountId: string) => `merchant-check:${accountId}`;

/** What the call book says about the connection of a merchant: certificate, keys and network. */
export async function merchantHealth(kit: Part, accountId: string): Promise<MerchantHealth> {
  const calls = await callsOf(kit, accountId);
  const check = await lastCheck(kit, accountId);
  const newestFirst = (check ? [check, ...calls] : calls).sort((a, b) => b.at - a.at);
  const [newest] = newestFirst;
  if (!newest) return quiet(kit, accountId);
  const lastOkAt = newestFirst.find((call) => call.isGood)?.at ?? null;
  return newest.isGood
    ? { state: 'ok', lastOkAt }
    : { state: 'failing', lastOkAt, errorName: newest.code };
}

/**
 * Asks about an order that does not exist: certificate, signature and network are proved, and no money moves.
 * Undefined for a merchant that cannot be called.
 */
export async function askMerchant(
  kit: Part,
  rail: PayRail,
  accountId: string,
  appId: string,
): Promise<{ isGood: boolean; code: string } | undefined> {
  const merchant = rail.merchant(accountId);
  if (!merchant) return undefined;
  const billNo = `${merchant.mchId}20000101${'0'.repeat(10)}`;
  const result = await rail.client.query(merchant, { billNo, appId });
  const check: Check = { at: kit.clock.business(), ...meaningOf(result) };
  await kit.cache
    .set(checkKey(accountId), JSON.stringify(check), checkKeptMs)
    .catch(() => undefined);
  return check;
}

function meaningOf(result: QueryResult): { isGood: boolean; code: string } {
  if (result.kind === 'unknown') return { isGood: false, code: result.reason };
  if (result.kind === 'refused') return { isGood: isOurs(result.code), code: result.code };
  return { isGood: true, code: result.kind };
}

/** A refusal of the order is an answer to this merchant; one of its settings is not. */
const isOurs = (code: string): boolean => refusalOf(code).class !== 'config';

async function callsOf(kit: Part, accountId: string): Promise<Check[]> {
  const lines = await kit.db.longRead<Line>(
    `SELECT c.at, c.code, c.detail FROM
       (SELECT id, payoutId, at, kind, phase, code, detail FROM payout_call ORDER BY id DESC LIMIT ${String(newestCalls)}) c
     JOIN payout p ON p.id = c.payoutId
     WHERE p.merchantAccountId = ? AND c.phase IN ('after', 'late') AND c.kind IN ('send', 'ask')
     ORDER BY c.id DESC`,
    [accountId],
  );
  return lines.map(({ at, code, detail }) => {
    // Kept shortened, so it is not always whole JSON.
    const refusal = /"errorCode":"([^"]*)"/.exec(detail ?? '')?.[1] ?? '';
    const isAnswer = detail?.includes('"returnCode":"SUCCESS"') ?? false;
    return { at, code: code ?? '', isGood: isAnswer && isOurs(refusal) };
  });
}

async function lastCheck(kit: Part, accountId: string): Promise<Check | undefined> {
  const kept = await kit.cache.get(checkKey(accountId)).catch(() => undefined);
  return kept === undefined ? undefined : (JSON.parse(kept) as Check);
}

/** Nothing lately: the last packet that went out tells. */
async function quiet(kit: Part, accountId: string): Promise<MerchantHealth> {
  const [row] = await kit.db.longRead<{ at: number | null }>(
    `SELECT MAX(deliveredAt) AS at FROM payout WHERE merchantAccountId = ?`,
    [accountId],
  );
  const lastOkAt = row?.at ?? null;
  return { state: lastOkAt === null ? 'unknown' : 'ok', lastOkAt };
}
