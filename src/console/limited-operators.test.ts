import { anAccount } from '../../test/support/an-account';
import { onBothEngines } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { insertRows } from '../kernel/database';
import { enqueue, startProgress } from '../kernel/work';
import { operatorOperations, overviewOperations, workOperations } from './index';
import { addOperator, prepareOperator } from './operators';

onBothEngines('an operator of one account', (open) => {
  async function world() {
    const kit = await open();
    const mine = await anAccount(kit, { appId: 'wxMine' });
    const other = await anAccount(kit, { appId: 'wxOther' });
    const at = kit.clock.system();
    for (const { id: accountId, appId } of [mine, other]) {
      await kit.db.transact(async (tx) => {
        await startProgress(tx, {
          id: kit.newId(),
          kind: 'sync',
          titleCode: 'progress.sync-followers',
          accountId,
          params: { name: `${appId} "accountId":"${mine.id}"` },
          total: 2,
          at,
        });
        await enqueue(tx, [
          {
            id: kit.newId(),
            kind: `dead-${appId}`,
            payload: {},
            dueAt: at,
            accountId,
            createdAt: at,
          },
        ]);
        const follow = (nth: number) => ({
          id: kit.newId(),
          identityId: kit.newId(),
          accountId,
          kind: 'followed',
          at: kit.clock.business(),
          sourceKind: null,
          scene: null,
          nth,
        });
        await insertRows(tx, 'episode', [follow(1), follow(2)]);
      });
    }
    await kit.database.writer.query(`UPDATE job SET state = 'dead'`);
    const api = await serveApi(kit, [
      ...workOperations(kit, () => Promise.resolve(false)),
      ...overviewOperations(kit, {
        openQuestions: (ids) => Promise.resolve(ids === 'all' ? 3 : 1),
      }),
      ...operatorOperations(kit),
    ]);
    const as = (accountIds: 'all' | string[]) => api.as({ accountIds });
    return { kit, api, mine, other, as };
  }

  test('sees the figures, running work and tasks of that account only', async () => {
    const { api, mine, other, as } = await world();

    const all = await api.call('GET', '/api/v1/overview');
    as([mine.id]);
    const own = await api.call('GET', '/api/v1/overview');
    const wanted = await api.call('GET', `/api/v1/overview?accountId=${mine.id}`);
    const foreign = await api.call('GET', `/api/v1/overview?accountId=${other.id}`);
    await api.close();

    const dead = (body: { todo: { code: string; params: unknown }[] }) =>
      body.todo.map(({ code, params }) => [code, params]);
    expect(all.body.today.newFollows).toBe(2);
    expect(all.body.series.at(-1)).toMatchObject({ followed: 2, returned: 2 });
    expect(all.body.running).toHaveLength(2);
    expect(dead(all.body)).toEqual([
      ['todo.dead_letters', { n: 2 }],
      ['todo.faq_misses', { n: 3 }],
    ]);
    expect([own.body.today.newFollows, wanted.body.today.newFollows]).toEqual([1, 1]);
    expect(own.body.running).toHaveLength(1);
    expect(dead(own.body)).toEqual([
      ['todo.dead_letters', { n: 1 }],
      ['todo.faq_misses', { n: 1 }],
    ]);
    expect([foreign.status, foreign.body.code]).toEqual([404, 'not_found']);
  });

  test('is told of the long work and the dead letters of that account only', async () => {
    const { api, mine, other, as } = await world();

    const all = await api.call('GET', '/api/v1/work?limit=1');
    const rest = await api.call('GET', `/api/v1/work?limit=1&cursor=${all.body.nextCursor}`);
    const letters = await api.call('GET', '/api/v1/dead-letters');
    const theirs = letters.body.items.find((one: { kind: string }) => one.kind === 'dead-wxOther');
    as([mine.id]);
    const work = await api.call('GET', '/api/v1/work');
    const own = await api.call('GET', '/api/v1/dead-letters');
    const refused = await api.call('POST', `/api/v1/dead-letters/${theirs.id}/replay`);
    as([]);
    const nothing = await api.call('GET', '/api/v1/work');
    as([other.id]);
    const replayed = await api.call('POST', `/api/v1/dead-letters/${theirs.id}/replay`);
    await api.close();

    expect(all.body.items[0].id).not.toBe(rest.body.items[0].id);
    expect(rest.body.nextCursor).toBeNull();
    expect(work.body.items).toHaveLength(1);
    expect(work.body.items[0].title).toContain('wxMine');
    expect(own.body.items.map((one: { kind: string }) => one.kind)).toEqual(['dead-wxMine']);
    expect([refused.status, replayed.status]).toEqual([404, 200]);
    expect(nothing.body.items).toEqual([]);
  });

  test('neither adds nor switches operators, and gets no limit to accounts that do not exist', async () => {
    const { api, mine, as } = await world();
    const someone = {
      email: 'a@example.com',
      name: 'A',
      role: 'rep',
      password: 'long enough it is',
    };
    const add = (more: object) => api.call('POST', '/api/v1/operators', { ...someone, ...more });

    const unknown = await add({ accountIds: [mine.id, 'nowhere'] });
    const made = await add({ accountIds: [mine.id] });
    as([mine.id]);
    const wider = await add({ email: 'b@example.com', accountIds: [mine.id] });
    const off = await api.call('PATCH', `/api/v1/operators/${made.body.id}`, { active: false });
    await api.close();

    expect([unknown.status, unknown.body.errors[0].path]).toEqual([400, 'accountIds.1']);
    expect(made.status).toBe(201);
    expect([wider, off].map(({ status, body }) => [status, body.code])).toEqual([
      [403, 'all_accounts_needed'],
      [403, 'all_accounts_needed'],
    ]);
  });
});

onBothEngines('a token', (open) => {
  test('is revoked by those who see every account it sees', async () => {
    const kit = await open();
    const { id: accountId } = await anAccount(kit);
    const api = await serveApi(kit, operatorOperations(kit));
    const add = async () => {
      const wanted = { name: 'mine', permissions: ['people.read'] };
      return (await api.call('POST', '/api/v1/api-tokens', wanted)).body.id as string;
    };
    const revoke = async (id: string) =>
      (await api.call('DELETE', `/api/v1/api-tokens/${id}`)).status;

    const wide = await add();
    api.as({ accountIds: [accountId] });
    const own = await add();
    const limited = [await revoke(wide), await revoke(own)];
    api.as({ accountIds: 'all' });
    const unlimited = await revoke(wide);
    await api.close();

    expect([...limited, unlimited]).toEqual([404, 204, 204]);
  });
});

onBothEngines('the last owner', (open) => {
  const add = async (
    kit: Awaited<ReturnType<typeof open>>,
    name: string,
    accountIds: string[] | null,
  ) => {
    const prepared = await prepareOperator(kit, {
      email: `${name}@example.com`,
      name,
      role: 'owner',
      password: 'a long enough password',
      accountIds,
    });
    return kit.db.transact((tx) => addOperator(tx, prepared));
  };

  test('cannot be switched off, and an owner of some accounts does not stand in', async () => {
    const kit = await open();
    const first = await add(kit, 'first', null);
    const limited = await add(kit, 'limited', ['somewhere']);
    const api = await serveApi(kit, operatorOperations(kit));
    const off = (id: string) => api.call('PATCH', `/api/v1/operators/${id}`, { active: false });

    const refused = await off(first);
    const allowed = await off(limited);
    await add(kit, 'second', null);
    const after = await off(first);
    await api.close();

    expect([refused.status, refused.body.code]).toEqual([409, 'last_owner']);
    expect([allowed.status, after.status]).toEqual([200, 200]);
  });

  test('stays when two owners switch each other off at once', async () => {
    const kit = await open();
    const ids = [await add(kit, 'first', null), await add(kit, 'second', null)];
    const api = await serveApi(kit, operatorOperations(kit));

    const answers = await Promise.all(
      ids.map((id) => api.call('PATCH', `/api/v1/operators/${id}`, { active: false })),
    );
    const left = await kit.db.read.all(`SELECT id FROM operator WHERE active = 1`);
    await api.close();

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(left).toHaveLength(1);
  });
});
