import { aFollower, anAccount } from '../../test/support/an-account';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { AccountBook } from '../accounts';
import { openOfficialAccounts } from '../channels/official-account';
import { execute, insertRows } from '../kernel/database';
import { sceneOperations } from './index';

onBothEngines('scenes', (open) => {
  async function world() {
    const kit = await open();
    const mine = await anAccount(kit, { appId: 'wxA' });
    const other = await anAccount(kit, { appId: 'wxB' });
    const book = await AccountBook.open(kit);
    const client = openOfficialAccounts({ ...kit, hostsOf: ({ id }) => book.hostsOf(id) });
    const api = await serveApi(kit, sceneOperations(kit, book, client));
    return { kit, api, mine, other };
  }

  const addScenes = (kit: TestKit, rows: readonly { accountId: string; scene: string }[]) =>
    kit.db.transact((tx) =>
      insertRows(
        tx,
        'scene',
        rows.map((row) => ({
          id: kit.newId(),
          ...row,
          name: row.scene,
          ticket: null,
          url: null,
          createdAt: 1,
        })),
      ),
    );
  const follow = async (kit: TestKit, accountId: string, scene: string, times: number) => {
    const { id: identityId } = await aFollower(kit, { accountId });
    const rows = Array.from({ length: times }, (_, index) => ({
      id: kit.newId(),
      identityId,
      accountId,
      kind: 'followed',
      at: 1 + index,
      sourceKind: null,
      scene,
      nth: index + 1,
    }));
    await kit.db.transact((tx) => insertRows(tx, 'episode', rows));
    return identityId;
  };

  test('pages of one account are full, whatever other accounts have', async () => {
    const { kit, api, mine, other } = await world();
    for (const scene of ['a', 'b', 'c']) {
      await addScenes(kit, [
        { accountId: other.id, scene },
        { accountId: other.id, scene: `${scene}2` },
        { accountId: mine.id, scene },
      ]);
    }
    const list = async (path: string) => {
      const { body } = await api.call('GET', path);
      return {
        scenes: body.items.map((one: { scene: string }) => one.scene),
        next: body.nextCursor,
      };
    };

    const first = await list(`/api/v1/scenes?accountId=${mine.id}&limit=2`);
    const second = await list(`/api/v1/scenes?accountId=${mine.id}&limit=2&cursor=${first.next}`);
    api.as({ accountIds: [mine.id] });
    const seen = await list('/api/v1/scenes?limit=3');
    const hidden = await list(`/api/v1/scenes?accountId=${other.id}`);
    api.as({ accountIds: [] });
    const nobody = await list('/api/v1/scenes');
    await api.close();

    expect(first).toEqual({ scenes: ['a', 'b'], next: expect.any(String) });
    expect(second).toEqual({ scenes: ['c'], next: null });
    expect(seen).toEqual({ scenes: ['a', 'b', 'c'], next: null });
    expect([hidden.scenes, nobody.scenes]).toEqual([[], []]);
  });

  test('somebody who came back by the same code is one person and two follows; who left is not following', async () => {
    const { kit, api, mine, other } = await world();
    await addScenes(kit, [
      { accountId: mine.id, scene: 'door' },
      { accountId: mine.id, scene: 'poster' },
    ]);
    await follow(kit, mine.id, 'door', 2);
    const left = await follow(kit, mine.id, 'door', 1);
    await kit.db.transact((tx) =>
      execute(tx, `UPDATE identity SET state = 'unfollowed' WHERE id = ?`, [left]),
    );
    await follow(kit, other.id, 'door', 1);

    const { body } = await api.call('GET', '/api/v1/scenes');
    await api.close();

    expect(body.items).toMatchObject([
      { scene: 'door', followed: 2, following: 1, follows: 3 },
      { scene: 'poster', followed: 0, following: 0, follows: 0 },
    ]);
  });
});
