import { select, type Raw } from '../kernel/database';
import type { SendChannel, SendOrigin, SendRunState } from './send-run.entity';

/** Where messages queue: one account, one way of speaking. */
export type LaneKey = { readonly accountId: string; readonly channel: SendChannel };

export type OpenRun = {
  id: string;
  accountId: string;
  origin: SendOrigin;
  channel: SendChannel;
  title: string;
  campaignId: string | null;
  message: string;
  state: SendRunState;
};

/** Single messages first: somebody waits for them. */
const mostRuns = 200;

export function readOpenRuns(raw: Raw, lane: LaneKey): Promise<OpenRun[]> {
  return select<OpenRun>(
    raw,
    `SELECT id, accountId, origin, channel, title, campaignId, message, state FROM send_run
     WHERE isOpen = 1 AND accountId = ? AND channel = ?
     ORDER BY CASE origin WHEN 'campaign' THEN 1 ELSE 0 END, id LIMIT ${mostRuns}`,
    [lane.accountId, lane.channel],
  );
}

export async function heldUntil(raw: Raw, lane: LaneKey): Promise<number> {
  const [hold] = await select<{ untilAt: number }>(
    raw,
    `SELECT untilAt FROM sending_hold WHERE accountId = ? AND channel = ?`,
    [lane.accountId, lane.channel],
  );
  return hold?.untilAt ?? 0;
}
