import { insertRows, type Raw, type Tx } from '../kernel/database';
import type { NewId } from '../kernel/ids';

export type NewSendEvent = {
  runId: string;
  identityId?: string;
  kind: 'paused' | 'held' | 'late-answer';
  detail?: string;
};

export async function recordSendEvent(
  at: Raw | Tx,
  world: { newId: NewId; now: number },
  event: NewSendEvent,
): Promise<void> {
  const row = {
    id: world.newId(),
    runId: event.runId,
    identityId: event.identityId ?? null,
    at: world.now,
    kind: event.kind,
    detail: event.detail?.slice(0, 128) ?? null,
  };
  await insertRows(at, 'send_event', [row]);
}
