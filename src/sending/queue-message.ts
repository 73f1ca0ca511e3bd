import { insertRows, type Raw, type Tx } from '../kernel/database';
import type { RunMessage } from './run-message';
import { startSendRun } from './send-runs';
import type { SendOrigin } from './send-run.entity';

export type SingleMessage = {
  /** A new ULID; with the identity it is the message's natural key. */
  id: string;
  accountId: string;
  identityId: string;
  origin: Exclude<SendOrigin, 'campaign'>;
  title: string;
  message: RunMessage;
  campaignId?: string;
  /** Business time, epoch ms. */
  at: number;
};

/** One message to one identity, written with the change that causes it; the bell is rung after the commit. */
export async function queueMessage(at: Tx | Raw, single: SingleMessage): Promise<void> {
  await startSendRun(at, single);
  const row = {
    runId: single.id,
    identityId: single.identityId,
    accountId: single.accountId,
    state: 'queued',
    tries: 0,
    dueAt: single.at,
  };
  await insertRows(at, 'delivery', [row]);
}
