import { onBothEngines } from '../../../test/support/open-kit';
import { enqueue, type NewJob } from '.';

onBothEngines('work that cannot wait', (open) => {
  test('does not stand behind work that fills every lane', async () => {
    const kit = await open();
    const waiting: (() => void)[] = [];
    let isGreeted: () => void = () => undefined;
    const greeted = new Promise<void>((resolve) => (isGreeted = resolve));
    kit.work.on('slow', () => new Promise<void>((resolve) => waiting.push(resolve)));
    kit.work.on('greet', () => Promise.resolve(isGreeted()));
    const add = (kind: string, priority: number, count: number) => {
      const jobs = Array.from({ length: count }, (): NewJob => ({
        ...{ id: kit.newId(), kind, priority, payload: {} },
        ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
      }));
      return kit.db.transact((tx) => enqueue(tx, jobs));
    };
    const until = async (isTrue: () => boolean) => {
      while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
    };

    await add('slow', 5, 30);
    kit.work.ring();
    await until(() => waiting.length === 12);
    await add('greet', 0, 1);
    kit.work.ring();
    await greeted;
    const atWork = waiting.length;
    const isDone = kit.work.drain();
    let released = 0;
    await until(() => {
      for (const release of waiting.splice(0)) {
        release();
        released += 1;
      }
      return released === 30;
    });
    await isDone;

    expect(atWork).toBe(12);
  });
});
