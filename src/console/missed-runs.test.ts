import { MoneyWorld, owner } from '../../test/support/money-world';
import { newKey } from '../../test/support/json-client';
import { onBothEngines } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { missedRunOperations, overviewOperations } from './index';

const hour = 3_600_000;

onBothEngines('a schedule that asks', (open) => {
  /** A promotion every day at ten that missed its time while nobody looked. */
  async function missed() {
    const world = await MoneyWorld.open(await open(), 2);
    const { kit } = world;
    const schedule = { cron: '0 10 * * *', zone: 'Asia/Shanghai', missed: 'ask' };
    const id = await world.started({ budgetFen: 10_000, schedule });
    kit.clock.set(Date.parse('2026-11-22T02:00:00Z') + hour);
    await kit.schedules.beat();
    const api = await serveApi(kit, [
      ...missedRunOperations(kit),
      ...overviewOperations(kit, { openQuestions: () => Promise.resolve(0) }),
    ]);
    const todo = async () => {
      const { body } = await api.call('GET', '/api/v1/overview');
      return body.todo.filter((one: { code: string }) => one.code === 'todo.missed_run');
    };
    const runs = () => kit.db.read.all(`SELECT dueAt FROM promotion_run ORDER BY dueAt`);
    return { world, kit, id, api, todo, runs };
  }

  test('shows the missed run on the overview, and runs it once when somebody says so', async () => {
    const { kit, id, api, todo, runs, world } = await missed();

    const before = await runs();
    const [entry] = await todo();
    const { path, body } = entry.actions[0];
    const answers = [
      await api.call('POST', path, body, newKey()),
      await api.call('POST', path, body, newKey()),
    ];
    await world.drain();
    const left = await todo();
    await api.close();

    expect(before).toEqual([]);
    expect(entry).toMatchObject({
      params: { name: '双十一感谢', due: '2026-11-22 10:00' },
      href: `/console/red-packets/${id}`,
      actions: [{ code: 'run' }, { code: 'skip' }],
    });
    expect(answers.map(({ status }) => status)).toEqual([204, 404]);
    expect(left).toEqual([]);
    expect(await runs()).toEqual([{ dueAt: Date.parse('2026-11-22T02:00:00Z') }]);
    expect(world.wechat.sends).toHaveLength(2);
    const trail = await kit.db.read.all(
      `SELECT actorName, targetId FROM audit_entry WHERE action = 'schedule.made-up'`,
    );
    expect(trail).toEqual([{ actorName: 'Owner', targetId: id }]);
  });

  test('leaves it out when somebody says so, and goes on with the next one', async () => {
    const { kit, api, todo, runs } = await missed();

    const [entry] = await todo();
    const { path, body } = entry.actions[1];
    await api.call('POST', path, body, newKey());
    const none = await runs();
    kit.clock.set(Date.parse('2026-11-23T02:00:05Z'));
    await kit.schedules.beat();
    const left = await todo();
    await api.close();

    expect(none).toEqual([]);
    expect(left).toEqual([]);
    expect(await runs()).toEqual([{ dueAt: Date.parse('2026-11-23T02:00:00Z') }]);
  });

  test('is answered only by who may pay, and seen only where its account is', async () => {
    const { api, todo } = await missed();
    const [entry] = await todo();
    const { path, body } = entry.actions[0];
    const permissions = new Set(owner.permissions);
    permissions.delete('promotions.pay');
    const skip = entry.actions[1];

    api.as({ permissions });
    const [without] = await todo();
    const forbidden = await api.call('POST', path, body, newKey());
    const notSkipped = await api.call('POST', skip.path, skip.body, newKey());
    api.as({ permissions: new Set(['overview.read'] as const) });
    const onlyLooking = await api.call('POST', path, body, newKey());
    api.as({ accountIds: ['another'] });
    const elsewhere = await todo();
    const hidden = await api.call('POST', path, body, newKey());
    const list = await api.call('GET', '/api/v1/schedules/missed');
    await api.close();

    expect(without.actions).toBeUndefined();
    expect([forbidden, notSkipped, onlyLooking].map(({ status }) => status)).toEqual([
      403, 403, 403,
    ]);
    expect(hidden.status).toBe(404);
    expect([elsewhere, list.body.items]).toEqual([[], []]);
  });
});
