import type { AccountBook } from '../accounts';
import type { WeComClient } from '../channels/wecom';
import { select, type Raw, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { registerKfGreeting } from './greet';
import { listingJob, readingJob } from './kf-jobs';
import { registerKfListing } from './list-kf';
import { registerKfMoving } from './move-chat';
import { registerKfReading, type ReadingWorld } from './read-kf';

export { elsewhere, kfNews } from './hear-kf';
export { movingJob } from './kf-jobs';
export { KfAccountRow, KfChatRow } from './kf.entity';
export { kfOperations, saveKf } from './kf.operations';
export { kfReplyOf } from './kf-reply';

const sweep = 'kf-sweep';

/** Everything about WeChat customer service that goes on behind the callbacks. */
export function registerKf(kit: Kit, world: ReadingWorld): void {
  const { book, wecom }: { book: AccountBook; wecom: WeComClient } = world;
  registerKfReading(kit, world);
  registerKfGreeting(kit, book, wecom);
  registerKfMoving(kit, book, wecom);
  registerKfListing(kit, book, wecom);
  kit.schedules.on(sweep, (tx) => readAll(kit, tx));
}

/** Bells get lost, above all while we are down: every hour, and at the start after a missed hour, all are read. */
export function planKfSweep(kit: Kit, tx: Tx): Promise<void> {
  return kit.schedules.save(tx, {
    ...{ id: sweep, kind: sweep, ownerId: '', cron: '7 * * * *', zone: kit.settings.orgZone },
    ...{ missed: 'once', active: true },
  });
}

export function enqueueKfListing(kit: Kit, tx: Tx, accountId: string): Promise<void> {
  const job = { id: kit.newId(), createdAt: kit.clock.system() };
  return enqueue(tx, [{ ...listingJob(accountId, kit.clock.business()), ...job }]);
}

async function readAll(kit: Kit, tx: Tx): Promise<void> {
  const rows = await select<{ accountId: string; kfId: string }>(
    tx,
    `SELECT accountId, kfId FROM kf_account WHERE enabled = 1 AND isListed = 1`,
  );
  const now = kit.clock.business();
  const createdAt = kit.clock.system();
  await enqueue(
    tx,
    rows.map(({ accountId, kfId }) => ({
      ...readingJob({ accountId, kfId, at: now }, now, `sweep:${kfId}`),
      ...{ id: kit.newId(), createdAt },
    })),
  );
}

/** Where this customer wrote last, if it was in customer service. */
export async function kfChatOf(
  at: Tx | Raw,
  identityId: string,
): Promise<{ kfId: string; agentId: string } | undefined> {
  const [row] = await select<{ kfId: string; agentId: string }>(
    at,
    `SELECT kfId, agentId FROM kf_chat WHERE identityId = ?`,
    [identityId],
  );
  return row;
}
