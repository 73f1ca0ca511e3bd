import { marksFor, type Db, type Scalar } from '../kernel/database';
import { text, type Locale } from '../kernel/text';
import { personName } from '../relationships';
import type { CallKind, CallPhase } from './payout.entity';
import type { NextAction, PayoutState } from './payout-states';
import { isoOf, reasonText } from './read-promotions';

export type LedgerRow = {
  id: string;
  createdAt: number;
  identityId: string;
  personId: string | null;
  displayName: string | null;
  openid: string | null;
  amountFen: number;
  billNo: string;
  state: PayoutState;
  reasonCode: string | null;
  nextAction: NextAction | null;
  nextActionAt: number | null;
};

type Page = { limit: number; afterId?: string | undefined; state?: string | undefined };

/** Payouts in the order of their numbers; one more than `limit` when there are more. */
export async function listPayouts(db: Db, promotionId: string, page: Page): Promise<LedgerRow[]> {
  const parts = ['p.promotionId = ?'];
  const params: Scalar[] = [promotionId];
  if (page.afterId !== undefined) {
    parts.push('p.id > ?');
    params.push(page.afterId);
  }
  if (page.state !== undefined) {
    parts.push('p.state = ?');
    params.push(page.state);
  }
  return db.read.all<LedgerRow>(
    `SELECT p.id, p.createdAt, p.identityId, p.amountFen, p.billNo, p.state, p.reasonCode,
            p.nextAction, p.nextActionAt,
            i.externalId AS openid, i.personId, n.displayName
     FROM payout p
     LEFT JOIN identity i ON i.id = p.identityId
     LEFT JOIN person n ON n.id = i.personId
     WHERE ${parts.join(' AND ')} ORDER BY p.id LIMIT ${String(page.limit + 1)}`,
    params,
  );
}

type Line = {
  payoutId: string;
  at: number;
  kind: CallKind;
  phase: CallPhase;
  code: string | null;
  state: PayoutState;
};

/** What happened to these payouts, step by step: each call with its answer, each state with its time. */
export async function stepsOf(
  db: Db,
  payoutIds: readonly string[],
  locale: Locale,
): Promise<Map<string, { at: string; kind: string; code: string | null; text: string }[]>> {
  const steps = new Map(payoutIds.map((id) => [id, [] as Told[]]));
  if (payoutIds.length === 0) return steps;
  const lines = await db.read.all<Line>(
    `SELECT payoutId, at, kind, phase, code, state FROM payout_call
     WHERE payoutId IN (${marksFor(payoutIds)}) ORDER BY payoutId, id`,
    payoutIds,
  );
  const last = new Map<string, PayoutState>();
  for (const line of lines) {
    const before = last.get(line.payoutId);
    last.set(line.payoutId, line.state);
    const told = tell(line, before, locale);
    if (told) steps.get(line.payoutId)?.push(told);
  }
  return steps;
}

type Told = { at: string; kind: string; code: string | null; text: string };

/** Questions that changed nothing are left out; the call log keeps them. */
function tell(line: Line, before: PayoutState | undefined, locale: Locale): Told | undefined {
  const at = isoOf(line.at);
  const reason = line.code === null ? '' : reasonText(locale, 'payout.reason', line.code);
  if (line.phase === 'before') {
    if (line.kind === 'ask') return undefined;
    return { at, kind: 'send', code: null, text: text(locale, 'payout.step.send') };
  }
  if (line.phase === 'late') {
    return {
      at,
      kind: 'late',
      code: line.code,
      text: text(locale, 'payout.step.late', { reason }),
    };
  }
  const hasNews = line.state !== before || line.kind === 'send';
  if (!hasNews) return undefined;
  const words = text(locale, `payout.step.${line.state}`, { reason });
  return { at, kind: line.state, code: line.code, text: words };
}

/** When WeChat is asked about it again; nothing while it waits to be sent, or is final. */
function nextLookOf({ nextAction, nextActionAt }: LedgerRow): string | null {
  const isLook = nextAction === 'ask' || nextAction === 'verify';
  return isLook && nextActionAt !== null ? isoOf(nextActionAt) : null;
}

export function presentPayout(
  row: LedgerRow,
  steps: Told[],
  locale: Locale,
): Record<string, unknown> {
  return {
    id: row.id,
    at: isoOf(row.createdAt),
    identityId: row.identityId,
    personId: row.personId,
    personName: personName(locale, row.displayName, row.openid ?? ''),
    openid: row.openid ?? '',
    amountFen: row.amountFen,
    billNo: row.billNo,
    state: row.state,
    stateText: text(locale, `payout.state.${row.state}`),
    reasonCode: row.reasonCode,
    reasonText:
      row.reasonCode === null ? null : reasonText(locale, 'payout.reason', row.reasonCode),
    nextLookAt: nextLookOf(row),
    steps,
  };
}

/** What these identities really received; for people's pages. */
export async function receivedFen(
  db: Db,
  identityIds: readonly string[],
): Promise<Map<string, number>> {
  if (identityIds.length === 0) return new Map();
  const rows = await db.read.all<{ identityId: string; fen: number }>(
    `SELECT identityId, SUM(amountFen) AS fen FROM payout
     WHERE identityId IN (${marksFor(identityIds)}) AND state = 'received' GROUP BY identityId`,
    identityIds,
  );
  return new Map(rows.map((row) => [row.identityId, row.fen]));
}
