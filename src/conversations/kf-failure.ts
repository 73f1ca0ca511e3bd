import { execute, select, type Raw } from '../kernel/database';
import type { Kit } from '../kernel/kit';

export type KfFailure = { accountId: string; failedId: string; reason: number };

/** Numbers of `msg_send_fail`, in the words of refusals where there is one. */
const words: Readonly<Record<number, string>> = {
  4: 'kf-window-closed',
  5: 'kf-session-ended',
  6: 'kf-window-used-up',
  10: 'refused-by-follower',
};

/** WeCom took a message and could not deliver it: the thread says so, and why. */
export async function noteKfFailure(
  kit: Pick<Kit, 'clock'>,
  raw: Raw,
  { accountId, failedId, reason }: KfFailure,
): Promise<void> {
  const [link] = await select<{ runId: string; identityId: string }>(
    raw,
    `SELECT runId, identityId FROM send_receipt WHERE accountId = ? AND messageId = ? AND runId IS NOT NULL`,
    [accountId, failedId],
  );
  if (!link) return;
  await execute(
    raw,
    `UPDATE delivery SET state = 'failed', reason = ?, receiptAt = ? WHERE runId = ? AND identityId = ?`,
    [words[reason] ?? 'not-delivered', kit.clock.business(), link.runId, link.identityId],
  );
  await execute(raw, `UPDATE conversation_message SET changedAt = ? WHERE id = ?`, [
    kit.clock.system(),
    link.runId,
  ]);
}
