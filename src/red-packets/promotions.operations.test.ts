import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { newKey } from '../../test/support/json-client';
import { MoneyWorld, appId, mchId, owner } from '../../test/support/money-world';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import type { Actor, Permission } from '../kernel/access';
import { apiRoutes, openReplays, problems } from '../kernel/http';
import { redPacketOperations } from './index';

type Answer = {
  status: number;
  body: Record<string, unknown> & { items?: Record<string, unknown>[] };
};

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** The API over HTTP, for whoever `actor` is; each call has a key of its own. */
async function api(kit: TestKit, actor: Actor = owner) {
  const app = new Koa();
  app.use(problems(kit.log, kit.newId, kit.clock));
  const replays = openReplays(kit.db, kit.clock);
  app.use(apiRoutes(redPacketOperations(kit), () => Promise.resolve(actor), replays).routes());
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return async (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/promotions${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...newKey(),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return { status: answer.status, body: isJson ? JSON.parse(text) : { text } };
  };
}

const form = (world: MoneyWorld, more: object = {}) => ({
  name: '双十一感谢',
  segmentId: world.segmentId,
  mchId,
  appId,
  amount: { fixedFen: 100 },
  budgetFen: 1_000,
  schedule: null,
  ...more,
});

const allowed = (...permissions: Permission[]): Actor => ({
  ...owner,
  permissions: new Set(permissions),
});

onBothEngines('the API of promotions', (open) => {
  test('the ledger tells when WeChat is asked again, and is silent where nothing is open', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    const call = await api(world.kit);
    const id = await world.started({ budgetFen: 200 });
    await world.drain();
    const at = world.kit.clock.business() + 5 * 60_000;
    const [doubt, final] = await world.payouts(id);
    await world.write(
      `UPDATE payout SET state = 'unknown', nextAction = 'ask', nextActionAt = ? WHERE id = ?`,
      [at, doubt?.id ?? ''],
    );
    await world.write(
      `UPDATE payout SET state = 'received', nextAction = NULL, nextActionAt = NULL WHERE id = ?`,
      [final?.id ?? ''],
    );

    const { body } = await call('GET', `/${id}/ledger`);

    expect(body.items?.map((row) => row['nextLookAt'])).toEqual([new Date(at).toISOString(), null]);
  });

  test('a promotion is planned, started, watched and read to its last step', async () => {
    const world = await MoneyWorld.open(await open(), 4);
    const call = await api(world.kit);

    const made = await call('POST', '', form(world, { perPersonFen: 100, perDayFen: 1_000 }));
    const id = String(made.body['id']);
    const started = await call('POST', `/${id}/start`);
    const again = await call('POST', `/${id}/start`);
    await world.drain();
    world.wechat.open((await world.payouts(id))[0]?.billNo ?? '');
    await world.pass(2 * 60 * 60_000);
    const read = await call('GET', `/${id}`);
    const first = await call('GET', `/${id}/ledger?limit=3`);
    const rest = await call(
      'GET',
      `/${id}/ledger?limit=3&cursor=${String(first.body['nextCursor'])}`,
    );
    const list = await call('GET', '?status=finished');

    expect(made).toMatchObject({
      status: 201,
      body: { status: 'draft', availableFen: 1_000, wish: '感谢一路同行，小小心意请收下' },
    });
    expect([started.body['status'], again.body['status']]).toEqual(['running', 'running']);
    expect(read.body).toMatchObject({
      status: 'finished',
      budgetFen: 1_000,
      paidFen: 100,
      reservedFen: 300,
      availableFen: 600,
      refundedFen: 0,
      recipients: { received: 1, sent: 3, reserved: 0, unknown: 0, frozen: 0, uncovered: 0 },
    });
    expect(first.body.items).toHaveLength(3);
    expect(rest.body.items).toHaveLength(1);
    expect(rest.body['nextCursor']).toBeNull();
    const steps = first.body.items?.[0]?.['steps'] as { kind: string }[];
    expect(steps.map((step) => step.kind)).toEqual(['reserved', 'send', 'sent', 'received']);
    expect(first.body.items?.[0]).toMatchObject({
      amountFen: 100,
      state: 'received',
      openid: expect.stringMatching(/^oTEST/),
      personName: expect.stringContaining('关注者'),
    });
    expect(list.body.items).toHaveLength(1);
  });

  const bad: [string, object][] = [
    ['no money', { budgetFen: 0 }],
    ['less than nothing', { budgetFen: -5 }],
    ['half a fen', { amount: { fixedFen: 100.5 } }],
    ['an amount as text', { amount: { fixedFen: '100' } }],
    ['yuan with a point', { budgetFen: 10.3 }],
    ['beyond safe numbers', { budgetFen: 2 ** 53 + 2 }],
    ['28 digits', { budgetFen: 1e27 }],
    ['too large a budget', { budgetFen: 100_000_000_000 }],
    ['an object for a number', { budgetFen: { gt: 1 } }],
    ['minimum above maximum', { amount: { minFen: 300, maxFen: 200 } }],
    ['both kinds of amount', { amount: { fixedFen: 100, minFen: 100, maxFen: 200 } }],
    ['above one packet', { amount: { fixedFen: 50_001 }, sceneId: 'PRODUCT_1', budgetFen: 99_999 }],
    ['below a yuan without scene', { amount: { fixedFen: 99 } }],
    ['above 200 yuan without scene', { amount: { fixedFen: 20_001 }, budgetFen: 99_999 }],
    ['an unknown scene', { sceneId: 'PRODUCT_9' }],
    ['a budget below one packet', { budgetFen: 99 }],
    ['a share below one packet', { perPersonFen: 50 }],
    ['a day below one packet', { perDayFen: 50 }],
    ['a wish of 129 bytes', { wish: '好'.repeat(43) }],
    ['a sender of 33 bytes', { senderName: 'a'.repeat(33) }],
    ['blanks at the edge', { wish: ' 好' }],
    ['a line break', { wish: '好\n好' }],
    ['half a character', { wish: '\ud83e' }],
    ['fields that nobody knows', { isAdmin: true }],
    ['an end for an audience', { endsAt: '2099-01-01T00:00:00Z' }],
    ['an end without a zone', { oncePer: 'day', endsAt: '2099-01-01T00:00:00' }],
    ['an end that has passed', { oncePer: 'day', endsAt: '2020-01-01T00:00:00Z' }],
    ['every second', { schedule: { cron: '* * * * * *', zone: 'Asia/Shanghai' } }],
    ['every minute', { schedule: { cron: '* * * * *', zone: 'Asia/Shanghai' } }],
    ['the thirtieth of February', { schedule: { cron: '0 0 30 2 *', zone: 'Asia/Shanghai' } }],
    ['a zone that is none', { schedule: { cron: '0 10 * * *', zone: 'Mars/Base' } }],
  ];

  test('nonsense is refused with a code, and nothing is written', async () => {
    const world = await MoneyWorld.open(await open(), 1);
    const call = await api(world.kit);

    for (const [what, more] of bad) {
      const answer = await call('POST', '', form(world, more));
      expect([what, answer.status, typeof answer.body['code']]).toEqual([what, 400, 'string']);
      expect(JSON.stringify(answer.body)).not.toContain('好好');
    }
    const absent = [
      await call('POST', '', form(world, { segmentId: '01ABSENT' })),
      await call('POST', '', form(world, { mchId: '1900000000' })),
      await call('POST', '', form(world, { appId: 'wxabsent' })),
      await call('POST', '/01ABSENT/start'),
      await call('GET', '/01ABSENT'),
      await call('GET', '/01ABSENT/ledger'),
    ];
    const pages = [
      await call('GET', '?cursor=xx'),
      await call('GET', '?limit=0'),
      await call('GET', '?limit=1000000000'),
      await call('GET', '?status=nonsense'),
    ];

    expect(absent.map((answer) => answer.status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(pages.map((answer) => answer.status)).toEqual([400, 400, 400, 400]);
    const [rows] = await world.kit.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM promotion`,
    );
    expect(rows?.n).toBe(0);
  });

  test('an account of one world and a merchant of the other are not put together', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    const call = await api(world.kit);
    const [{ id }] = (await world.kit.db.read.all<{ id: string }>(
      `SELECT id FROM account WHERE kind = 'merchant'`,
    )) as [{ id: string }];
    await world.write(
      `UPDATE account SET world = CASE world WHEN 'real' THEN 'sandbox' ELSE 'real' END WHERE id = ?`,
      [id],
    );

    const refused = await call('POST', '', form(world));

    expect(refused).toMatchObject({ status: 409, body: { code: 'promotion_worlds' } });
  });

  test('above the approval threshold a start is refused until somebody else approves', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    world.set({ payoutApprovalFen: 500 });
    const call = await api(world.kit);
    const above = String((await call('POST', '', form(world, { budgetFen: 501 }))).body['id']);
    const below = String((await call('POST', '', form(world, { budgetFen: 500 }))).body['id']);

    const refused = [
      await call('POST', `/${above}/start`),
      await call('POST', `/${above}/run-now`),
    ];
    const started = await call('POST', `/${below}/start`);

    expect(refused.map(({ status, body }) => [status, body['code']])).toEqual([
      [409, 'approval_required'],
      [409, 'approval_required'],
    ]);
    expect(started.body['status']).toBe('running');
    expect((await call('GET', `/${above}`)).body).toMatchObject({
      status: 'draft',
      reservedFen: 0,
    });
  });

  test('start, pause and cancel say the same when said again, and what is over stays over', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    const call = await api(world.kit);
    const id = String((await call('POST', '', form(world))).body['id']);

    const early = await call('POST', `/${id}/pause`);
    const changed = await call('PUT', `/${id}`, form(world, { name: '改名' }));
    await call('POST', `/${id}/start`);
    const late = await call('PUT', `/${id}`, form(world));
    const pauses = [await call('POST', `/${id}/pause`), await call('POST', `/${id}/pause`)];
    const cancels = [await call('POST', `/${id}/cancel`), await call('POST', `/${id}/cancel`)];
    const start = await call('POST', `/${id}/start`);

    expect(early.body['code']).toBe('promotion_not_started');
    expect(changed.body['name']).toBe('改名');
    expect([late.status, late.body['code']]).toEqual([409, 'promotion_not_draft']);
    expect(pauses.map(({ status, body }) => [status, body['status']])).toEqual([
      [200, 'paused'],
      [200, 'paused'],
    ]);
    expect(cancels.map(({ body }) => body['status'])).toEqual(['cancelled', 'cancelled']);
    expect([start.status, start.body['code']]).toEqual([409, 'promotion_over']);
  });

  test('the kill switch stops everything, one merchant too, and opens again', async () => {
    const world = await MoneyWorld.open(await open(), 3);
    const call = await api(world.kit);
    const id = String((await call('POST', '', form(world))).body['id']);
    const open0 = await call('GET', '/stop-all');
    const stops = [await call('POST', '/stop-all'), await call('POST', '/stop-all', { mchId })];
    const thrown = await call('GET', '/stop-all');
    const elsewhere = await api(world.kit, { ...owner, accountIds: ['another'] });
    const seenElsewhere = await elsewhere('GET', '/stop-all');
    await call('POST', `/${id}/start`);

    await world.drain();
    const stopped = world.wechat.sends.length;
    await call('POST', '/resume-all');
    const oneLeft = await call('GET', '/stop-all');
    await world.drain();
    const merchantStopped = world.wechat.sends.length;
    const unknown = await call('POST', '/stop-all', { mchId: '1' });
    await call('POST', '/resume-all', { mchId });
    await world.drain();

    expect(stops.map((answer) => answer.status)).toEqual([204, 204]);
    expect([stopped, merchantStopped, world.wechat.sends.length]).toEqual([0, 0, 3]);
    expect(unknown.status).toBe(404);
    const stop = { reason: 'operator', by: 'Owner', endsAt: null, since: expect.any(String) };
    expect(open0.body).toEqual({ everything: null, merchants: [] });
    expect(thrown.body).toEqual({ everything: stop, merchants: [{ mchId, ...stop }] });
    expect(seenElsewhere.body).toEqual({ everything: stop, merchants: [] });
    expect(oneLeft.body).toMatchObject({ everything: null, merchants: [{ mchId }] });
  });

  test('a repeated request with its key starts no second run', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    const call = await api(world.kit);
    const schedule = { cron: '0 10 * * *', zone: 'Asia/Shanghai' };
    const id = String((await call('POST', '', form(world, { schedule }))).body['id']);
    await call('POST', `/${id}/start`);

    const key = { 'idempotency-key': 'click-1' };
    const unnamed = await call('POST', `/${id}/run-now`, undefined, { 'idempotency-key': '' });
    await call('POST', `/${id}/run-now`, undefined, key);
    world.kit.clock.advance(5_000);
    await call('POST', `/${id}/run-now`, undefined, key);
    await world.drain();

    expect([unnamed.status, unnamed.body['code']]).toEqual([400, 'idempotency_key_required']);
    expect(world.wechat.sends).toHaveLength(2);
  });

  test('who may not pay cannot start, who may plan can stop, others see nothing', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    const planner = await api(world.kit, allowed('promotions.read', 'promotions.edit'));
    const analyst = await api(world.kit, allowed('promotions.read'));
    const elsewhere = await api(world.kit, { ...owner, accountIds: ['other'] });
    const id = await world.started();

    const answers = [
      await planner('POST', `/${id}/start`),
      await planner('POST', `/${id}/cancel`),
      await planner('POST', '/resume-all'),
      await analyst('POST', `/${id}/pause`),
      await analyst('POST', '/stop-all'),
      await analyst('POST', '', form(world)),
      await planner('POST', `/${id}/pause`),
      await planner('POST', '/stop-all'),
      await elsewhere('GET', `/${id}`),
      await elsewhere('POST', `/${id}/pause`),
      await elsewhere('GET', `/${id}/ledger`),
      await elsewhere('POST', '', form(world)),
      await elsewhere('POST', '/stop-all'),
    ];

    const expected = [403, 403, 403, 403, 403, 403, 200, 204, 404, 404, 404, 404, 403];
    expect(answers.map((answer) => answer.status)).toEqual(expected);
    expect((await elsewhere('GET', '')).body.items).toEqual([]);
  });

  test('paying people for following is warned of, and the acknowledgement is kept', async () => {
    const world = await MoneyWorld.open(await open(), 1);
    await world.write(
      `UPDATE segment SET rule = '{"field":"followedAt","op":"within","value":30}'`,
    );
    const call = await api(world.kit);

    const made = await call('POST', '', form(world, { acknowledgement: true }));

    expect(made.body).toMatchObject({
      acknowledged: true,
      warnings: [{ code: 'rewards_follows' }],
    });
  });

  test('progress arrives as events until the promotion is over', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    const id = await world.started({ budgetFen: 200 });
    await world.drain();
    for (const { billNo } of await world.payouts(id)) world.wechat.open(billNo);
    await world.pass(2 * 60 * 60_000);
    const call = await api(world.kit);

    const { body } = await call('GET', `/${id}/events`);

    expect(body['text']).toContain('event: progress\ndata: {"id":');
    expect(body['text']).toContain('"status":"finished"');
  });
});
