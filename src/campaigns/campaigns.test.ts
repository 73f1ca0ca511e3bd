import { everybody, openCampaignWorld } from '../../test/support/campaign-world';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { addFollowers } from '../../test/support/sending-world';
import { execute } from '../kernel/database';
import { Schedules } from '../kernel/schedule';
import { openSending } from '../sending';
import { freezeRun } from './freeze-run';
import { registerCampaigns } from './index';

onBothEngines('campaigns', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  const openWorld = async (kit: TestKit) => {
    const world = await openCampaignWorld(kit);
    closing.push(world.close);
    return world;
  };

  const sumHolds = (counts: Record<string, number>) =>
    counts['planned'] ===
    counts['pending']! +
      counts['sent']! +
      counts['failed']! +
      counts['skipped']! +
      counts['unknown']!;

  test('a draft is planned, started and finished, and every count adds up on the way', async () => {
    const kit = await open();
    const { api, add, accountId, sending, wechat } = await openWorld(kit);
    await addFollowers(kit, accountId, 20, (nth) => ({
      ...(nth < 4 ? { state: 'unfollowed' } : {}),
      ...(nth === 7 ? { optedOutAt: 1 } : {}),
    }));
    const campaign = await add();

    const plan = await api.post(`${campaign}/plan`);
    const started = await api.post(`${campaign}/start`);
    await sending.sender.drain();
    const finished = await api.get(campaign);

    expect(plan.body).toMatchObject({
      audience: 20,
      willReceive: 15,
      excluded: expect.arrayContaining([
        { reason: 'unfollowed', name: '已取关', count: 4 },
        { reason: 'opted-out', name: '已退订', count: 1 },
      ]),
      nextRuns: [],
    });
    expect(plan.body.samples).toHaveLength(10);
    expect(plan.body.samples[0]).toMatchObject({
      rendered: { thing1: '会员', number2: '120', date3: '2026年11月21日' },
      troubles: [],
    });
    expect(started).toMatchObject({
      status: 200,
      body: { status: 'running', planned: 20, pending: 15, skipped: 5 },
    });
    expect(finished.body).toMatchObject({ status: 'finished', planned: 20, sent: 15, pending: 0 });
    expect(sumHolds(finished.body)).toBe(true);
    expect(finished.body.reasons).toContainEqual(
      expect.objectContaining({ state: 'skipped', reason: 'unfollowed', count: 4 }),
    );
    expect(wechat.received).toHaveLength(15);
  });

  test('freezing twice, and at once from four places, gives the same rows', async () => {
    const kit = await open();
    const { api, add, accountId, parts } = await openWorld(kit);
    await addFollowers(kit, accountId, 30);
    const campaign = await add();
    await api.post(`${campaign}/start`);
    const [run] = await kit.db.read.all<{ id: string }>(`SELECT id FROM campaign_run`);
    await kit.db.transact((tx) => execute(tx, `UPDATE campaign_run SET frozenAt = NULL`));
    await kit.db.transact((tx) => execute(tx, `DELETE FROM delivery`));
    await kit.db.transact((tx) => execute(tx, `DELETE FROM send_run`));

    await Promise.all([1, 2, 3, 4].map(() => freezeRun(kit, parts, run!.id)));
    await kit.work.drain();

    const shown = await api.get(campaign);
    expect(shown.body).toMatchObject({ planned: 30, pending: 30 });
  });

  test('the audience and the words are those of the start: later changes touch no run', async () => {
    const kit = await open();
    const { api, add, accountId, sending, wechat, saveRule, body } = await openWorld(kit);
    await addFollowers(kit, accountId, 5);
    const campaign = await add();
    await api.post(`${campaign}/start`);
    await saveRule({ any: [] });

    const edited = await api.put(campaign, body({ name: '改名' }));
    await sending.sender.drain();

    expect(edited).toMatchObject({ status: 409, body: { code: 'campaign_not_draft' } });
    expect(wechat.received).toHaveLength(5);
  });

  test('start, pause and cancel are idempotent by state, and cancel says what it stops', async () => {
    const kit = await open();
    const { api, add, accountId, sending, wechat } = await openWorld(kit);
    await addFollowers(kit, accountId, 12);
    const campaign = await add();

    const pausedDraft = await api.post(`${campaign}/pause`);
    const started = [await api.post(`${campaign}/start`), await api.post(`${campaign}/start`)];
    const paused = [await api.post(`${campaign}/pause`), await api.post(`${campaign}/pause`)];
    await sending.sender.drain();
    const cancelled = [await api.post(`${campaign}/cancel`), await api.post(`${campaign}/cancel`)];
    const restarted = await api.post(`${campaign}/start`);

    expect(pausedDraft).toMatchObject({ status: 409, body: { code: 'campaign_not_running' } });
    expect(started.map((one) => [one.status, one.body.status])).toEqual([
      [200, 'running'],
      [200, 'running'],
    ]);
    expect(started[1]?.body).toMatchObject({ planned: 12, runs: [{ cause: 'start' }] });
    expect(paused.map((one) => one.body.status)).toEqual(['paused', 'paused']);
    expect(paused[0]?.body.pauseText).toBe('人工暂停');
    expect(cancelled.map((one) => [one.status, one.body.status, one.body.stopped])).toEqual([
      [200, 'cancelled', 12],
      [200, 'cancelled', 0],
    ]);
    expect(cancelled[0]?.body).toMatchObject({ planned: 12, skipped: 12, pending: 0 });
    expect(restarted).toMatchObject({ status: 409, body: { code: 'campaign_over' } });
    expect(wechat.calls).toBe(0);
  });

  test('paused and resumed, everybody is written to once', async () => {
    const kit = await open();
    const { api, add, accountId, sending, wechat } = await openWorld(kit);
    await addFollowers(kit, accountId, 40);
    const campaign = await add();
    await api.post(`${campaign}/start`);
    await api.post(`${campaign}/pause`);
    await sending.sender.drain();
    const callsWhilePaused = wechat.calls;

    const resumed = await api.post(`${campaign}/start`);
    await sending.sender.drain();

    expect(callsWhilePaused).toBe(0);
    expect(resumed.body.status).toBe('running');
    expect(wechat.received).toHaveLength(40);
    expect((await api.get(campaign)).body).toMatchObject({ status: 'finished', sent: 40 });
  });

  test('too many errors pause the campaign with a reason; resuming sends the rest', async () => {
    const kit = await open();
    const { api, add, accountId, sending, wechat } = await openWorld(kit);
    await addFollowers(kit, accountId, 300);
    const campaign = await add();
    await api.post(`${campaign}/start`);
    wechat.script = (_, call) => (call % 5 === 0 ? 47003 : 'ok');
    await sending.sender.drain();
    const paused = await api.get(campaign);
    wechat.script = () => 'ok';

    await api.post(`${campaign}/start`);
    await sending.sender.drain();

    expect(paused.body).toMatchObject({ status: 'paused', pauseReason: 'too-many-errors' });
    expect(paused.body.pending).toBeGreaterThan(0);
    const finished = await api.get(campaign);
    expect(finished.body).toMatchObject({ status: 'finished', planned: 300, pending: 0 });
    expect(sumHolds(finished.body)).toBe(true);
  });

  test('a timetable runs once a tick in any number of processes, and never over its own last run', async () => {
    const kit = await open();
    const { api, add, accountId, sending, wechat } = await openWorld(kit);
    await addFollowers(kit, accountId, 6);
    const schedule = { cron: '0 10 * * *', zone: 'Asia/Shanghai' };
    const campaign = await add({ schedule });
    const started = await api.post(`${campaign}/start`);
    const processes = [1, 2, 3, 4].map(() => {
      const schedules = new Schedules({ ...kit, afterTick: () => undefined });
      registerCampaigns(
        { ...kit, schedules },
        { sending: openSending(kit, {} as never), book: {} as never, client: {} as never },
      );
      return schedules;
    });
    const tick = async (at: string) => {
      kit.clock.set(Date.parse(at));
      await Promise.all(processes.map((schedules) => schedules.beat()));
      await kit.work.drain();
    };

    await tick('2026-11-22T02:00:05Z');
    const running = await api.get(campaign);
    await tick('2026-11-23T02:00:05Z');
    const overlapped = await api.get(campaign);
    await sending.sender.drain();
    const between = await api.get(campaign);
    await tick('2026-11-24T02:00:05Z');
    await sending.sender.drain();
    const after = await api.get(campaign);

    expect(started.body).toMatchObject({
      status: 'scheduled',
      nextRunAt: '2026-11-22T02:00:00.000Z',
      schedule: { text: '每天 10:00', missed: 'once' },
    });
    expect(running.body).toMatchObject({ status: 'running', planned: 6 });
    expect(running.body.runs).toHaveLength(1);
    expect(overlapped.body.runs[0]).toMatchObject({ note: 'overlap', planned: 0 });
    expect(between.body).toMatchObject({ status: 'scheduled', sent: 6 });
    expect(after.body).toMatchObject({ status: 'scheduled', sent: 6, totals: { sent: 12 } });
    expect(wechat.received).toHaveLength(12);
  });

  test('run-now starts a draft with a timetable and sends at once; a second press finds it busy', async () => {
    const kit = await open();
    const { api, add, accountId, sending } = await openWorld(kit);
    await addFollowers(kit, accountId, 3);
    const campaign = await add({ schedule: { cron: '0 10 * * *', zone: 'Asia/Shanghai' } });

    const ran = await api.post(`${campaign}/run-now`);
    const again = await api.post(`${campaign}/run-now`);
    await sending.sender.drain();

    expect(ran.body).toMatchObject({ status: 'running', planned: 3, runs: [{ cause: 'button' }] });
    expect(again).toMatchObject({ status: 409, body: { code: 'campaign_busy' } });
    expect((await api.get(campaign)).body).toMatchObject({ status: 'scheduled', sent: 3 });
  });

  test('a test goes to one follower through the ledger and tells what became of it', async () => {
    const kit = await open();
    const { api, add, accountId, sending, wechat } = await openWorld(kit);
    const [follower, gone] = await addFollowers(kit, accountId, 2, (nth) =>
      nth === 1 ? { state: 'unfollowed' } : {},
    );
    const campaign = await add();
    kit.clock.sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    sending.sender.start();

    const sent = await api.post(`${campaign}/test-send`, { openid: follower?.openid });
    const skipped = await api.post(`${campaign}/test-send`, { openid: gone?.openid });
    const stranger = await api.post(`${campaign}/test-send`, { openid: 'oNobody' });
    await sending.sender.stop();

    expect(sent.body).toMatchObject({ state: 'sent', openid: follower?.openid, name: '小雨' });
    expect(skipped.body).toMatchObject({ state: 'skipped', reasonText: '已取关' });
    expect(stranger).toMatchObject({ status: 400, body: { code: 'follower_unknown' } });
    expect(wechat.received).toHaveLength(1);
    expect((await api.get(campaign)).body).toMatchObject({ status: 'draft', planned: 0 });
  });

  test('progress streams from the rows and ends with the campaign', async () => {
    const kit = await open();
    const { api, add, accountId, sending } = await openWorld(kit);
    await addFollowers(kit, accountId, 5);
    const campaign = await add();
    await api.post(`${campaign}/start`);
    await sending.sender.drain();

    const events = await api.get(`${campaign}/events`);

    const data = /data: (.*)/.exec(events.text)?.[1] ?? '';
    expect(events.headers['content-type']).toContain('text/event-stream');
    expect(JSON.parse(data)).toMatchObject({
      runId: expect.any(String),
      status: 'finished',
      planned: 5,
      sent: 5,
      pending: 0,
    });
  });

  test('closing the streams ends those that are open', async () => {
    const kit = await open();
    const { api, add, accountId, streams } = await openWorld(kit);
    await addFollowers(kit, accountId, 5);
    const campaign = await add();
    await api.post(`${campaign}/start`);
    const stream = streams.stream(campaign.split('/').at(-1) ?? '');
    let told = '';
    await new Promise<void>((resolve) => {
      stream.on('data', (part: Buffer) => {
        told += part.toString();
        if (told.includes('event: progress')) resolve();
      });
    });
    const ended = new Promise<void>((resolve) => stream.on('end', resolve));

    streams.close();

    await ended;
    expect(told).toContain('"pending":5');
  });

  test('a segment narrows the audience', async () => {
    const kit = await open();
    const { api, add, accountId, saveRule } = await openWorld(kit);
    await saveRule(everybody);
    await addFollowers(kit, accountId, 6, (nth) => (nth < 2 ? { state: 'unfollowed' } : {}));

    const plan = await api.post(`${await add()}/plan`);

    expect(plan.body).toMatchObject({ audience: 4, willReceive: 4, excluded: [] });
  });
});
