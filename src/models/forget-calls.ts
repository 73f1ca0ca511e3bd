import { DateTime } from 'luxon';
import { execute, marksFor, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { dayOf } from './call-log';
import { forgetVectors } from './make-vectors';

const kind = 'model-forget';
const atOnce = 400;

/** What was sent and what came is kept as long as the settings say, whether or not a model is still asked. */
export function registerForgetting(kit: Kit): void {
  kit.schedules.on(kind, (tx, { dueAt }) =>
    enqueue(tx, [
      {
        ...{ id: kit.newId(), kind, dedupeKey: 'all', payload: {}, priority: 9 },
        ...{ dueAt, createdAt: kit.clock.system() },
      },
    ]),
  );
  kit.work.on(kind, async () => {
    await forgetCalls(kit);
    const model = kit.settings.modelEmbedding;
    if (model !== undefined) await forgetVectors(kit, model);
  });
}

export function planForgetting(kit: Kit, tx: Tx): Promise<void> {
  return kit.schedules.save(tx, {
    ...{ id: kind, kind, ownerId: '', cron: '40 3 * * *', zone: kit.settings.orgZone },
    ...{ missed: 'once', active: true },
  });
}

/** A few hundred rows a transaction, so that nobody waits for it. */
export async function forgetCalls(kit: Kit): Promise<void> {
  const before =
    DateTime.fromISO(dayOf(kit)).minus({ days: kit.settings.modelLogDays }).toISODate() ?? '';
  for (;;) {
    const rows = await kit.db.read.all<{ id: string }>(
      `SELECT id FROM model_call WHERE day < ? LIMIT ${String(atOnce)}`,
      [before],
    );
    if (rows.length === 0) break;
    const ids = rows.map(({ id }) => id);
    await kit.db.transact((tx) =>
      execute(tx, `DELETE FROM model_call WHERE id IN (${marksFor(ids)})`, ids),
    );
  }
  await kit.db.transact((tx) => execute(tx, `DELETE FROM model_day WHERE day < ?`, [before]));
}
