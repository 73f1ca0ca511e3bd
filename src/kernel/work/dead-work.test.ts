import { onBothEngines } from '../../../test/support/open-kit';
import { advanceProgress, enqueue, NoRetry, replayJob, startProgress } from '.';

onBothEngines('work that dies', (open) => {
  test('its progress says so, and goes on when the work is replayed', async () => {
    const kit = await open();
    const at = kit.clock.system();
    const progressId = kit.newId();
    const jobId = kit.newId();
    let isBroken = true;
    kit.work.on('long', async () => {
      if (isBroken) throw new NoRetry('no way');
      await kit.db.transact((tx) =>
        advanceProgress(tx, progressId, { done: 3, at: kit.clock.system(), state: 'done' }),
      );
    });
    await kit.db.transact(async (tx) => {
      const about = { accountId: kit.newId(), titleCode: 'progress.sync-followers' };
      await startProgress(tx, { id: progressId, kind: 'sync', total: 3, at, ...about });
      const payload = { progressId };
      await enqueue(tx, [
        { id: jobId, kind: 'long', payload, dueAt: kit.clock.business(), createdAt: at },
      ]);
    });
    const state = async () => {
      const sql = `SELECT state FROM progress WHERE id = ?`;
      const [row] = await kit.db.read.all<{ state: string }>(sql, [progressId]);
      return row?.state;
    };

    await kit.work.drain();
    const dead = await state();
    isBroken = false;
    await kit.db.transact((tx) => replayJob(tx, jobId, kit.clock.business()));
    await kit.work.drain();

    expect([dead, await state()]).toEqual(['failed', 'done']);
  });
});
