import { anAccount } from '../../test/support/an-account';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { addAccount } from '../accounts';
import { insertRows } from '../kernel/database';
import { startProgress } from '../kernel/work';
import { overviewOperations } from './index';

const day = 86_400_000;

onBothEngines('the overview', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function world() {
    const kit = await open();
    kit.clock.set(Date.parse('2026-11-22T04:00:00Z'));
    const corpOf = (platformId: string) =>
      kit.db.transact((tx) =>
        addAccount(kit, tx, {
          ...{ kind: 'wecom', platformId, name: '山茶花', world: 'sandbox', secrets: { apps: [] } },
        }),
      );
    const [mine, theirs] = [await corpOf('ww1'), await corpOf('ww2')];
    const shop = await anAccount(kit);
    const api = await serveApi(
      kit,
      overviewOperations(kit, { openQuestions: () => Promise.resolve(0) }),
    );
    closing.push(() => api.close());
    const look = async (query = '') => (await api.call('GET', `/api/v1/overview${query}`)).body;
    return { kit, api, mine, theirs, shop: shop.id, look };
  }
  const insert = (kit: TestKit, table: string, row: Parameters<typeof insertRows>[2][number]) =>
    kit.db.transact((tx) => insertRows(tx, table, [row]));

  /** One line about a friendship, `ago` before now. */
  async function aLine(
    kit: TestKit,
    accountId: string,
    [kind, params, ago]: readonly [string, object, number],
    addWay = 'qr-code',
  ) {
    const at = kit.clock.business() - ago;
    const [identityId, refId] = [kit.newId(), kit.newId()];
    const link = { id: kit.newId(), identityId, accountId, userId: 'anna' };
    await insert(kit, 'staff_link', { ...link, state: 'friend', addCount: 1, addWay });
    const episode = { ...link, id: refId, kind: 'added', at, source: null, learnedBy: 'event' };
    await insert(kit, 'link_episode', episode);
    await insert(kit, 'timeline_entry', {
      ...{ id: kit.newId(), identityId, accountId, at, kind, refKind: 'link-episode', refId },
      params: JSON.stringify({ userId: 'anna', ...params }),
    });
  }

  test('counts friends won and lost of today beside yesterday, and hand-overs as neither', async () => {
    const { kit, mine, look } = await world();
    await aLine(kit, mine, ['friend-added', { nth: 1 }, 0]);
    await aLine(kit, mine, ['friend-half-added', { nth: 1, source: 'w' }, 0]);
    await aLine(kit, mine, ['friend-half-added', { nth: 12 }, 0]);
    await aLine(kit, mine, ['friend-back', { nth: 2, awayDays: 3 }, 0]);
    await aLine(kit, mine, ['friend-added', { nth: 1 }, 0], 'assigned-by-admin');
    await aLine(kit, mine, ['friend-transferred', { days: 4 }, 0]);
    await aLine(kit, mine, ['friend-deleted-by-customer', { days: 0 }, 0]);
    await aLine(kit, mine, ['friend-gone', { days: 9 }, 0]);
    await aLine(kit, mine, ['friend-deleted-by-rep', {}, 0]);
    await aLine(kit, mine, ['friend-added', { nth: 1 }, day]);
    await aLine(kit, mine, ['friend-deleted-by-rep', { days: 1 }, day]);
    await aLine(kit, mine, ['friend-added', { nth: 1 }, 9 * day]);

    const { today, friends } = await look('?days=7');

    expect(today).toMatchObject({
      ...{ newFriends: 2, newFriendsBefore: 1, lostFriends: 2, lostFriendsBefore: 1 },
    });
    expect(friends).toHaveLength(7);
    expect(friends.slice(-2)).toEqual([
      { day: '2026-11-21', added: 1, lost: 1, returned: 0 },
      { day: '2026-11-22', added: 2, lost: 2, returned: 2 },
    ]);
  });

  test('tells what reps have to confirm, what is handed over and what is read, each with its account', async () => {
    const { kit, mine, look } = await world();
    const at = kit.clock.business();
    const outreach = (id: string, kind: string, status: string) =>
      insert(kit, 'outreach', {
        ...{ id, accountId: mine, kind, name: `name ${id}`, text: '', links: '[]', status },
        ...{ outsiders: 0, createdBy: 'A', createdAt: at, updatedAt: at },
      });
    const order = (outreachId: string, userId: string, part: number, confirmedAt: number | null) =>
      insert(kit, 'outreach_order', {
        ...{ id: kit.newId(), outreachId, accountId: mine, userId, part, people: 1, confirmedAt },
        ...{ state: 'ordered', looks: 0, reminders: '[]', changedAt: at },
      });
    await outreach('M', 'message', 'running');
    await order('M', 'anna', 0, at);
    await order('M', 'anna', 1, null);
    await order('M', 'ben', 0, null);
    await outreach('P', 'moment', 'running');
    await outreach('D', 'message', 'finished');
    await insert(kit, 'handover', {
      ...{ id: 'H', accountId: mine, way: 'on-job', fromUserId: 'anna', toUserId: 'ben' },
      ...{ orderedBy: 'A', orderedAt: at, endedAt: null },
    });
    for (const [identityId, state] of Object.entries({ one: 'done', two: 'waiting' }))
      await insert(kit, 'handover_item', {
        ...{ handoverId: 'H', identityId, accountId: mine, externalUserId: identityId, state },
        ...{ toUserId: 'ben', asks: 1, changedAt: at },
      });
    await insert(kit, 'handover_room', {
      ...{ handoverId: 'H', room: 'r', accountId: mine, state: 'queued', asks: 0, changedAt: at },
    });
    await kit.db.transact((tx) =>
      startProgress(tx, {
        ...{ id: 'S', kind: 'sync', titleCode: 'progress.sync-contacts', accountId: mine },
        ...{ params: { name: '山茶花' }, total: 4, at },
      }),
    );

    const { running } = await look();

    expect(running).toMatchObject([
      { kind: 'moment', id: 'P', accountId: mine, done: 0, total: 0 },
      { kind: 'message', id: 'M', accountId: mine, name: 'name M', done: 1, total: 2 },
      { kind: 'handover', id: 'H', accountId: mine, name: 'anna → ben', done: 1, total: 3 },
      { kind: 'sync', id: 'S', accountId: mine, done: 0, total: 4 },
    ]);
  });

  test('shows an operator, and one who looks through one account, nothing of other accounts', async () => {
    const { kit, api, mine, theirs, shop, look } = await world();
    for (const accountId of [mine, theirs]) {
      await aLine(kit, accountId, ['friend-added', { nth: 1 }, 0]);
      await insert(kit, 'handover', {
        ...{ id: kit.newId(), accountId, way: 'resigned', fromUserId: 'a', toUserId: 'b' },
        ...{ orderedBy: 'A', orderedAt: 1, endedAt: null },
      });
    }

    const all = await look();
    const through = await look(`?accountId=${shop}`);
    api.as({ accountIds: [mine, shop] });
    const own = await look();
    api.as({ accountIds: [shop] });
    const without = await look();

    const seen = (body: { today: { newFriends: number }; running: []; kinds: string[] }) => [
      body.today.newFriends,
      body.running.length,
      body.kinds,
    ];
    expect(seen(all)).toEqual([2, 2, ['official-account', 'wecom']]);
    expect(seen(own)).toEqual([1, 1, ['official-account', 'wecom']]);
    expect(seen(through)).toEqual([0, 0, ['official-account']]);
    expect(seen(without)).toEqual([0, 0, ['official-account']]);
    expect(without.friends).toEqual([]);
  });

  test('tells a share of arrivals only of messages WeChat sends receipts for', async () => {
    const { kit, shop: accountId, look } = await world();
    const at = kit.clock.business();
    const run = async (
      channel: string,
      [isOpen, finishedAt]: readonly [number, number | null],
      deliveries: readonly (readonly [string, number])[],
    ) => {
      const id = kit.newId();
      await insert(kit, 'send_run', {
        ...{ id, accountId, origin: 'reply', channel, title: '', message: '{}', isOpen },
        ...{ state: 'running', outcomes: 0, errors: 0, createdAt: at - 3 * day, finishedAt },
      });
      for (const [state, sentAt] of deliveries)
        await insert(kit, 'delivery', {
          ...{ runId: id, identityId: kit.newId(), accountId, state, sentAt, tries: 1, dueAt: 1 },
        });
    };
    await run('customer-service', [0, at], [['sent', at]]);
    const before = (await look()).today;
    const sentToday = ['sent', at] as const;
    await run('template', [1, null], [['delivered', at], sentToday, ['delivered', at - day]]);
    await run('template', [0, at], [sentToday, sentToday]);
    await run('template', [0, at - day], [['delivered', at - day]]);

    const after = (await look()).today;

    expect(before).toMatchObject({ sent: 1, sentByTemplate: 0, delivered: 0 });
    expect(after).toMatchObject({ sent: 5, sentByTemplate: 4, delivered: 1 });
  });
});
