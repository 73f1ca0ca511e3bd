import { AccountBook, addAccount } from '../../accounts';
import { openApi } from '../../../test/support/api-client';
import { onBothEngines, type TestKit } from '../../../test/support/open-kit';
import { insertRows } from '../../kernel/database';
import { repOperations } from './reps.operations';

const day = 86_400_000;

onBothEngines('reps of a corp', (open) => {
  const apis: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const api of apis.splice(0)) await api.close();
  });

  const openWorld = async () => {
    const kit = await open();
    const corpOf = (platformId: string) =>
      kit.db.transact((tx) =>
        addAccount(kit, tx, {
          ...{ kind: 'wecom', platformId, name: '山茶花', world: 'sandbox', secrets: { apps: [] } },
        }),
      );
    const [mine, theirs] = [await corpOf('ww1'), await corpOf('ww2')];
    const api = await openApi(kit, repOperations(kit, await AccountBook.open(kit)));
    apis.push(api);
    return { kit, api, mine, theirs };
  };
  const addStaff = (kit: TestKit, accountId: string, userId: string, status = 'active') =>
    kit.db.transact((tx) =>
      insertRows(tx, 'staff', [
        {
          ...{ id: kit.newId(), accountId, userId, name: `名字 ${userId}`, position: null, status },
          ...{ seenAt: 1, language: null },
        },
      ]),
    );
  /** A friendship, with one line of the timeline `ago` before now. */
  const addLink = async (
    kit: TestKit,
    accountId: string,
    userId: string,
    [state, kind, ago, addWay]: readonly [string, string, number, string?],
  ) => {
    const at = kit.clock.business() - ago;
    const [identityId, episode] = [kit.newId(), kit.newId()];
    await kit.db.transact(async (tx) => {
      await insertRows(tx, 'staff_link', [
        {
          ...{ id: kit.newId(), identityId, accountId, userId, state, addedAt: at, addCount: 1 },
          addWay: addWay ?? null,
        },
      ]);
      await insertRows(tx, 'link_episode', [
        {
          ...{ id: episode, identityId, accountId, userId, kind: 'added', at, source: null },
          learnedBy: 'event',
        },
      ]);
      await insertRows(tx, 'timeline_entry', [
        {
          ...{ id: kit.newId(), identityId, accountId, at, kind, params: '{}' },
          ...{ refKind: 'link-episode', refId: episode },
        },
      ]);
    });
  };

  test('friends now, and whom each won, lost and saw again in thirty days', async () => {
    const { kit, api, mine, theirs } = await openWorld();
    for (const userId of ['anna', 'ben']) await addStaff(kit, mine, userId);
    await addStaff(kit, theirs, 'anna');
    await addLink(kit, mine, 'anna', ['friend', 'friend-added', day]);
    await addLink(kit, mine, 'anna', ['friend', 'friend-added', 31 * day]);
    await addLink(kit, mine, 'anna', ['left', 'friend-deleted-by-customer', 2 * day]);
    await addLink(kit, mine, 'anna', ['dropped', 'friend-deleted-by-rep', 2 * day]);
    await addLink(kit, mine, 'ben', ['friend', 'friend-added', day, 'assigned-by-admin']);
    await addLink(kit, mine, 'ben', ['half', 'friend-back', 3 * day]);
    await addLink(kit, theirs, 'anna', ['friend', 'friend-added', day]);

    const { body } = await api.get(`/api/v1/accounts/${mine}/reps`);
    const one = await api.get(`/api/v1/reps/${body.items[0].id}`);

    expect(body.items).toMatchObject([
      {
        userId: 'anna',
        friends: 2,
        added: 1,
        lost: 1,
        dropped: 1,
        returned: 0,
        rooms: 0,
        codes: 0,
      },
      { userId: 'ben', friends: 2, added: 0, lost: 0, dropped: 0, returned: 1 },
    ]);
    expect(one.body).toEqual({ ...body.items[0], codes: [] });
  });

  test.each([
    ['friends', ['anna', 'ben', 'carl', 'dora']],
    ['lost', ['carl', 'anna', 'ben', 'dora']],
    ['name', ['anna', 'ben', 'carl', 'dora']],
  ])('by %s each stands on one page only', async (sort, expected) => {
    const { kit, api, mine } = await openWorld();
    for (const userId of ['dora', 'carl', 'ben', 'anna']) await addStaff(kit, mine, userId);
    for (const userId of ['anna', 'anna', 'ben'])
      await addLink(kit, mine, userId, ['friend', 'friend-added', day]);
    await addLink(kit, mine, 'carl', ['left', 'friend-deleted-by-customer', day]);

    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await api.get(`/api/v1/accounts/${mine}/reps?limit=1&sort=${sort}${more}`);
      seen.push(...page.body.items.map(({ userId }: { userId: string }) => userId));
      cursor = page.body.nextCursor;
    }

    expect(seen).toEqual(expected);
  });

  test('who left is found apart; another corp is not there', async () => {
    const { kit, api, mine, theirs } = await openWorld();
    await addStaff(kit, mine, 'anna');
    await addStaff(kit, mine, 'ben', 'quit');
    await addStaff(kit, theirs, 'carl');
    const userIds = async (query: string) =>
      (await api.get(`/api/v1/accounts/${mine}/reps?${query}`)).body.items.map(
        ({ userId }: { userId: string }) => userId,
      );
    const [carl] = (await api.get(`/api/v1/accounts/${theirs}/reps`)).body.items;

    const found = [
      await userIds('state=left'),
      await userIds('state=here'),
      await userIds('q=ben'),
    ];
    api.as({ accountIds: [mine] });
    const refused = [
      await api.get(`/api/v1/accounts/${theirs}/reps`),
      await api.get(`/api/v1/reps/${carl.id}`),
    ];

    expect(found).toEqual([['ben'], ['anna'], ['ben']]);
    expect(refused.map(({ status }) => status)).toEqual([404, 404]);
  });
});
