import type { ReceiptOutcome } from '../channels/inbound-event';
import { execute, insertRows, marksFor, select, type Raw, type Tx } from '../kernel/database';
import type { NewId } from '../kernel/ids';

export type Receipt = {
  accountId: string;
  /** WeChat's msgid, as a string. */
  messageId: string;
  outcome: ReceiptOutcome;
};

type World = { newId: NewId; /** Business time, epoch ms. */ now: number };

/**
 * WeChat tells how messages arrived. A receipt may come before the answer to its own call is stored: it is
 * kept under its message id and taken up with the answer. Repeated receipts change nothing.
 */
export async function takeReceipts(
  at: Raw | Tx,
  world: World,
  receipts: readonly Receipt[],
): Promise<void> {
  const rows = receipts.map(({ accountId, messageId, outcome }) => ({
    accountId,
    messageId,
    runId: null,
    identityId: null,
    outcome,
    receivedAt: world.now,
  }));
  await insertRows(at, 'send_receipt', rows, {
    onConflict: ['accountId', 'messageId'],
    update: ['outcome', 'receivedAt'],
  });
  const linked = await readLinked(at, receipts);
  for (const one of linked) await applyReceipt(at, world, one);
}

/** One receipt, as `takeReceipts`. */
export function takeReceipt(
  at: Raw | Tx,
  world: World,
  accountId: string,
  messageId: string,
  outcome: ReceiptOutcome,
): Promise<void> {
  return takeReceipts(at, world, [{ accountId, messageId, outcome }]);
}

type Linked = {
  accountId: string;
  messageId: string;
  runId: string;
  identityId: string;
  outcome: ReceiptOutcome;
  receivedAt: number;
};

/** Receipts that were here before the message ids were known to be ours, by `accountId messageId`. */
export async function earlyReceipts(
  raw: Raw,
  links: readonly { accountId: string; messageId: string }[],
): Promise<Map<string, Linked>> {
  const kept = await readLinked(raw, links);
  return new Map(kept.map((row) => [`${row.accountId} ${row.messageId}`, row]));
}

async function readLinked(
  at: Raw | Tx,
  keys: readonly { accountId: string; messageId: string }[],
): Promise<Linked[]> {
  const found: Linked[] = [];
  for (const accountId of new Set(keys.map((key) => key.accountId))) {
    const ids = keys.filter((key) => key.accountId === accountId).map((key) => key.messageId);
    found.push(
      ...(await select<Linked>(
        at,
        `SELECT accountId, messageId, runId, identityId, outcome, receivedAt FROM send_receipt
         WHERE accountId = ? AND messageId IN (${marksFor(ids)}) AND runId IS NOT NULL AND outcome IS NOT NULL`,
        [accountId, ...ids],
      )),
    );
  }
  return found;
}

/** A follower who blocks us is no error of ours, but the message did not arrive: both are `failed`. */
export function stateAfterReceipt(outcome: ReceiptOutcome): {
  state: 'delivered' | 'failed';
  reason: string | null;
} {
  switch (outcome) {
    case 'delivered':
      return { state: 'delivered', reason: null };
    case 'blocked':
      return { state: 'failed', reason: 'blocked-by-follower' };
    case 'failed':
      return { state: 'failed', reason: 'not-delivered' };
  }
}

async function applyReceipt(at: Raw | Tx, world: World, receipt: Linked): Promise<void> {
  const after = stateAfterReceipt(receipt.outcome);
  const changed = await execute(
    at,
    `UPDATE delivery SET state = ?, reason = ?, receiptAt = ?
     WHERE runId = ? AND identityId = ? AND state = 'sent'`,
    [after.state, after.reason, receipt.receivedAt, receipt.runId, receipt.identityId],
  );
  if (changed === 0) return;
  await tellReceipt(at, world, receipt);
}

/** What a receipt means besides the delivery's own state: a line on the timeline, an error of the run. */
export async function tellReceipt(at: Raw | Tx, world: World, receipt: Linked): Promise<void> {
  const { runId, identityId, accountId, outcome, receivedAt } = receipt;
  if (outcome === 'failed') {
    await execute(at, `UPDATE send_run SET errors = errors + 1 WHERE id = ?`, [runId]);
  }
  const params = JSON.stringify({ runId, deliveryId: `${runId}.${identityId}`, status: outcome });
  const entry = {
    id: world.newId(),
    identityId,
    accountId,
    at: receivedAt,
    kind: 'template-receipt',
  };
  await insertRows(at, 'timeline_entry', [{ ...entry, params, refKind: 'send-run', refId: runId }]);
}
