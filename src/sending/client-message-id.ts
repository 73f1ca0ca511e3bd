import { createHash } from 'node:crypto';

/**
 * WeChat's `client_msg_id` of a delivery: a hash of its natural key, so every try of every process names the
 * same message. Never change how it is made: a row tried before an update and after it must keep its id.
 */
export function clientMessageId(runId: string, identityId: string): string {
  return createHash('sha256').update(`${runId}:${identityId}`).digest('hex').slice(0, 32);
}
