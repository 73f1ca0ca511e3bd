import { insertRows, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { CallKind, CallPhase } from './payout.entity';
import type { PayoutState } from './payout-states';

export type CallLine = {
  payoutId: string;
  kind: CallKind;
  phase: CallPhase;
  code: string | null;
  state: PayoutState;
  tookMs?: number;
  detail?: string | null;
};

/** Append-only lines about payouts; no openid, no key, no raw reply. */
export async function logCalls(
  tx: Tx,
  kit: Pick<Kit, 'newId' | 'clock'>,
  lines: readonly CallLine[],
): Promise<void> {
  const at = kit.clock.business();
  const rows = lines.map((line) => ({
    id: kit.newId(),
    payoutId: line.payoutId,
    at,
    kind: line.kind,
    phase: line.phase,
    code: line.code?.slice(0, 64) ?? null,
    state: line.state,
    tookMs: line.tookMs ?? null,
    detail: line.detail?.slice(0, 500) ?? null,
  }));
  await insertRows(tx, 'payout_call', rows);
}

type Told = {
  id: string;
  identityId: string;
  accountId: string;
  promotionId: string;
  amountFen: number;
};

/** What a person's timeline tells: money that went out, arrived, came back or was refused. */
const tellable: readonly PayoutState[] = ['sent', 'received', 'refunded', 'failed'];

export async function tellTimeline(
  tx: Tx,
  kit: Pick<Kit, 'newId' | 'clock'>,
  payout: Told,
  state: PayoutState,
): Promise<void> {
  if (!tellable.includes(state)) return;
  const { promotionId, amountFen } = payout;
  const row = {
    id: kit.newId(),
    identityId: payout.identityId,
    accountId: payout.accountId,
    at: kit.clock.business(),
    kind: 'payout',
    params: JSON.stringify({ promotionId, payoutId: payout.id, amountFen, state }),
    refKind: 'payout',
    refId: payout.id,
  };
  await insertRows(tx, 'timeline_entry', [row]);
}
