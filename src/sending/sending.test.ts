import { addFollowers, openSendingWorld, type Follower } from '../../test/support/sending-world';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import type { ScriptedWeChat } from '../../test/support/scripted-wechat';
import { execute } from '../kernel/database';
import {
  cancelSendRuns,
  clientMessageId,
  countDeliveries,
  countReasons,
  dropQueued,
  freezeAudience,
  openSending,
  pauseSendRuns,
  queueMessage,
  repeatWindowMs,
  resumeSendRuns,
  startSendRun,
  type RunMessage,
  type TemplateRunMessage,
} from './index';

const message: TemplateRunMessage = {
  type: 'template',
  templateId: 'TPL',
  title: '会员积分到期提醒',
  data: { thing1: "{{ person.name | default: '会员' }}", number2: '120' },
};

onBothEngines('sending', (open) => {
  const opened: ScriptedWeChat[] = [];
  afterEach(async () => {
    for (const wechat of opened.splice(0)) await wechat.close();
  });

  const openWorld = async (kit: TestKit) => {
    const world = await openSendingWorld(kit);
    opened.push(world.wechat);
    return world;
  };

  const startRun = async (
    kit: TestKit,
    accountId: string,
    said: RunMessage = message,
  ): Promise<string> => {
    const id = kit.newId();
    const at = kit.clock.business();
    await kit.db.transact(async (tx) => {
      const run = { id, accountId, origin: 'campaign', title: '提醒', message: said, at } as const;
      await startSendRun(tx, run);
      await freezeAudience(
        tx,
        { id, accountId, dueAt: at },
        { text: `i.kind = ?`, params: ['follower'] },
      );
    });
    return id;
  };

  const countsOf = async (kit: TestKit, runId: string) =>
    (await countDeliveries(kit.db, [runId])).get(runId);

  const rowOf = async (kit: TestKit, runId: string, follower: Follower | undefined) => {
    const [row] = await kit.db.read.all<Record<string, unknown>>(
      `SELECT * FROM delivery WHERE runId = ? AND identityId = ?`,
      [runId, follower?.identityId ?? ''],
    );
    return row;
  };

  /** As after a power cut: rows are being sent, and nobody holds them any more. */
  const crashed = (kit: TestKit, runId: string) =>
    kit.db.transact((tx) =>
      execute(
        tx,
        `UPDATE delivery SET state = 'sending', leaseBy = 'dead', leaseUntil = 1, firstSentAt = ?, tries = 1
         WHERE runId = ?`,
        [kit.clock.business(), runId],
      ),
    );

  test('everybody in the audience gets the message once, filled in for them', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    const followers = await addFollowers(kit, accountId, 150);
    const runId = await startRun(kit, accountId);

    await sending.sender.drain();

    expect(wechat.phones()).toEqual(followers.map((one) => one.openid).sort());
    const first = wechat.received.find((one) => one.openid === followers[0]?.openid);
    expect(first?.body).toMatchObject({ data: { thing1: { value: '小雨' } } });
    expect(await countsOf(kit, runId)).toMatchObject({ planned: 150, sent: 150, pending: 0 });
    const [run] = await kit.db.read.all(`SELECT state, isOpen FROM send_run WHERE id = ?`, [runId]);
    expect(run).toMatchObject({ state: 'finished', isOpen: 0 });
    const timeline = await kit.db.read.all<{ params: string }>(
      `SELECT params FROM timeline_entry WHERE kind = 'template-sent'`,
    );
    expect(timeline).toHaveLength(150);
    expect(JSON.parse(timeline[0]?.params ?? '')).toMatchObject({ title: '提醒', outcome: 'sent' });
  });

  test('a row whose sender died is sent again under the same id, and the phone gets one message', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    const [follower] = await addFollowers(kit, accountId, 1);
    const runId = await startRun(kit, accountId);
    wechat.script = () => ({ kind: 'reset', taken: true });
    await sending.sender.drain();
    await crashed(kit, runId);
    wechat.script = () => 'ok';
    kit.clock.advance(60_000);

    await sending.sender.drain();

    expect(wechat.calls).toBe(2);
    expect(wechat.received).toHaveLength(1);
    expect(wechat.received[0]?.clientMessageId).toBe(
      clientMessageId(runId, follower?.identityId ?? ''),
    );
    expect(await countsOf(kit, runId)).toMatchObject({ sent: 1, unknown: 0 });
  });

  test('after the window of the id the answer stays unknown: nothing is sent a second time', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 3);
    const runId = await startRun(kit, accountId);
    await crashed(kit, runId);
    kit.clock.advance(repeatWindowMs);

    await sending.sender.drain();

    expect(wechat.calls).toBe(0);
    expect(await countsOf(kit, runId)).toMatchObject({ planned: 3, unknown: 3, pending: 0 });
  });

  test('a customer-service message has no id to repeat it with: unclear is unknown at once', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    const [follower] = await addFollowers(kit, accountId, 1);
    wechat.script = () => ({ kind: 'half', taken: true });
    const id = kit.newId();
    await kit.db.transact((tx) =>
      queueMessage(tx, {
        id,
        accountId,
        identityId: follower?.identityId ?? '',
        origin: 'reply',
        title: '回复',
        message: { type: 'customer-service', message: { kind: 'text', text: '十点' } },
        at: kit.clock.business(),
      }),
    );

    await sending.sender.drain();
    kit.clock.advance(60_000);
    await sending.sender.drain();

    expect(wechat.calls).toBe(1);
    expect(await rowOf(kit, id, follower)).toMatchObject({ state: 'unknown', reason: 'no-answer' });
  });

  test.each([
    ['half a JSON', { kind: 'half', taken: true }],
    ['a gateway error', { kind: 'bad-gateway', taken: true }],
    ['a reset', { kind: 'reset', taken: false }],
  ] as const)(
    'after %s the same id is tried again and the phone gets one message',
    async (_, script) => {
      const kit = await open();
      const { sending, wechat, accountId } = await openWorld(kit);
      await addFollowers(kit, accountId, 2);
      const runId = await startRun(kit, accountId);
      wechat.script = (_openid, call) => (call <= 2 ? script : 'ok');
      await sending.sender.drain();
      const between = await countsOf(kit, runId);
      kit.clock.advance(5_000);

      await sending.sender.drain();

      expect(between).toMatchObject({ planned: 2, pending: 2 });
      expect(wechat.received).toHaveLength(2);
      expect(await countsOf(kit, runId)).toMatchObject({ sent: 2 });
    },
  );

  test('who unfollows or opts out after planning is not written to', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    const [gone, refused, stays] = await addFollowers(kit, accountId, 3);
    const runId = await startRun(kit, accountId);
    await kit.db.transact(async (tx) => {
      await execute(tx, `UPDATE identity SET state = 'unfollowed' WHERE id = ?`, [
        gone!.identityId,
      ]);
      await execute(tx, `UPDATE identity SET optedOutAt = 1 WHERE id = ?`, [refused!.identityId]);
    });

    await sending.sender.drain();

    expect(wechat.phones()).toEqual([stays?.openid]);
    expect(await rowOf(kit, runId, gone)).toMatchObject({ state: 'skipped', reason: 'unfollowed' });
    expect(await rowOf(kit, runId, refused)).toMatchObject({
      state: 'skipped',
      reason: 'opted-out',
    });
  });

  test('freezing keeps those who may not be written to as rows with their reason', async () => {
    const kit = await open();
    const { accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 10, (nth) => ({
      ...(nth < 3 ? { state: 'unfollowed' } : {}),
      ...(nth === 5 ? { optedOutAt: 1 } : {}),
    }));

    const runId = await startRun(kit, accountId);

    expect(await countsOf(kit, runId)).toMatchObject({ planned: 10, pending: 6, skipped: 4 });
  });

  test('pausing in the middle stops the next claim; resuming sends the rest and nobody twice', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 400);
    const runId = await startRun(kit, accountId);
    let pausing: Promise<void> | undefined;
    wechat.beforeAnswer = async () => {
      if (wechat.calls < 20) return;
      pausing ??= kit.db.transact((tx) => pauseSendRuns(tx, [runId], 'operator'));
      await pausing;
    };

    await sending.sender.drain();
    const paused = await countsOf(kit, runId);
    await kit.db.transact((tx) => resumeSendRuns(tx, [runId]));
    await sending.sender.drain();

    expect(paused?.sent).toBeGreaterThanOrEqual(20);
    expect(paused?.sent).toBeLessThan(400);
    expect(paused).toMatchObject({ planned: 400, pending: 400 - (paused?.sent ?? 0) });
    expect(wechat.received).toHaveLength(400);
    expect(wechat.calls).toBe(400);
    expect(await countsOf(kit, runId)).toMatchObject({ sent: 400, pending: 0 });
  });

  test('cancelling stops what waits, and says how many', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 30);
    const runId = await startRun(kit, accountId);

    await kit.db.transact((tx) => cancelSendRuns(tx, [runId]));
    const stopped = await dropQueued(kit.db, runId);
    await sending.sender.drain();

    expect(stopped).toBe(30);
    expect(wechat.calls).toBe(0);
    expect(await countsOf(kit, runId)).toMatchObject({ planned: 30, skipped: 30 });
    const [run] = await kit.db.read.all(`SELECT state, isOpen FROM send_run WHERE id = ?`, [runId]);
    expect(run).toMatchObject({ state: 'cancelled', isOpen: 0 });
  });

  test('a receipt that comes before the answer is kept and taken up with it', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    const [follower] = await addFollowers(kit, accountId, 1);
    const runId = await startRun(kit, accountId);
    wechat.beforeAnswer = (_, messageId) =>
      kit.db.group((raw) => sending.takeReceipt(raw, accountId, messageId, 'delivered'));

    await sending.sender.drain();

    expect(await rowOf(kit, runId, follower)).toMatchObject({
      state: 'delivered',
      platformMessageId: wechat.received[0]?.messageId,
    });
    expect(await countsOf(kit, runId)).toMatchObject({ planned: 1, sent: 1, delivered: 1 });
  });

  test('receipts after the answer mark delivered and failed; a repeated one changes nothing', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    const [one, two] = await addFollowers(kit, accountId, 2);
    const runId = await startRun(kit, accountId);
    await sending.sender.drain();
    const idOf = (follower: Follower | undefined) =>
      wechat.received.find((got) => got.openid === follower?.openid)?.messageId ?? '';

    for (let times = 0; times < 2; times += 1) {
      await kit.db.group((raw) =>
        sending.takeReceipts(raw, [
          { accountId, messageId: idOf(one), outcome: 'delivered' },
          { accountId, messageId: idOf(two), outcome: 'blocked' },
          { accountId, messageId: '99', outcome: 'delivered' },
        ]),
      );
    }

    expect(await rowOf(kit, runId, one)).toMatchObject({ state: 'delivered' });
    expect(await rowOf(kit, runId, two)).toMatchObject({
      state: 'failed',
      reason: 'blocked-by-follower',
    });
    const told = await kit.db.read.all(
      `SELECT id FROM timeline_entry WHERE kind = 'template-receipt'`,
    );
    expect(told).toHaveLength(2);
  });

  test('a run pauses by itself when too many calls fail, and tells so', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 600);
    const runId = await startRun(kit, accountId);
    const changes: unknown[] = [];
    sending.onRunChange((_, change) => {
      changes.push(change);
      return Promise.resolve();
    });
    wechat.script = (_, call) => (call % 10 === 0 ? 47003 : 'ok');

    await sending.sender.drain();

    const counts = await countsOf(kit, runId);
    expect(counts?.pending).toBeGreaterThan(200);
    expect(changes).toMatchObject([{ runId, state: 'paused', reason: 'too-many-errors' }]);
  });

  test.each([
    ['stays empty', 'field-invalid', '{{ person.name }}'],
    [
      'goes over its limits',
      'render-failed',
      "会员{% if person.name == '' %}{% for i in (1..90000) %}x{% endfor %}{% endif %}",
    ],
  ])('whose text %s is skipped before any call, and is no error', async (_, reason, text) => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 60);
    const runId = await startRun(kit, accountId, { ...message, data: { thing1: text } });

    await sending.sender.drain();

    expect(wechat.calls).toBe(1);
    expect(await countsOf(kit, runId)).toMatchObject({ sent: 1, skipped: 59, failed: 0 });
    expect(await countReasons(kit.db, runId)).toEqual([
      { state: 'skipped', reason, errcode: null, count: 59 },
    ]);
    const [run] = await kit.db.read.all(
      `SELECT state, outcomes, errors FROM send_run WHERE id = ?`,
      [runId],
    );
    expect(run).toEqual({ state: 'finished', outcomes: 1, errors: 0 });
    const told = await kit.db.read.all(
      `SELECT id FROM timeline_entry WHERE kind = 'template-sent'`,
    );
    expect(told).toHaveLength(1);
  });

  test('a text that cannot be filled in any more says nothing about a try in doubt', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 2);
    const data = { thing1: '{{ person.name }}' };
    const runId = await startRun(kit, accountId, { ...message, data });
    await crashed(kit, runId);

    await sending.sender.drain();

    expect(wechat.calls).toBe(1);
    expect(await countsOf(kit, runId)).toMatchObject({ sent: 1, unknown: 1, skipped: 0 });
  });

  test('a used-up daily quota holds the account until midnight in China, then the rest goes out', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 200);
    const runId = await startRun(kit, accountId);
    wechat.script = (_, call) => (call > 50 ? 45009 : 'ok');
    await sending.sender.drain();
    const callsAtQuota = wechat.calls;
    kit.clock.advance(3_600_000);
    await sending.sender.drain();
    const callsAnHourLater = wechat.calls;
    wechat.script = () => 'ok';
    kit.clock.set(Date.parse('2026-11-21T16:00:01Z'));

    await sending.sender.drain();

    expect(callsAnHourLater).toBe(callsAtQuota);
    expect(wechat.received).toHaveLength(200);
    expect(await countsOf(kit, runId)).toMatchObject({ sent: 200, failed: 0, unknown: 0 });
  });

  test('"busy" slows the account down and loses nobody; there is no tight loop', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 100);
    const runId = await startRun(kit, accountId);
    wechat.script = () => -1;
    for (let minute = 0; minute < 5; minute += 1) {
      await sending.sender.drain();
      kit.clock.advance(60_000);
    }
    const callsWhileBusy = wechat.calls;
    wechat.script = () => 'ok';

    for (let minute = 0; minute < 5; minute += 1) {
      await sending.sender.drain();
      kit.clock.advance(60_000);
    }

    expect(callsWhileBusy).toBeLessThanOrEqual(500);
    expect(await countsOf(kit, runId)).toMatchObject({ sent: 100, failed: 0 });
  });

  test('a follower who refuses is skipped, a broken field fails, a banned account pauses the run', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    const [refuses, broken, banned] = await addFollowers(kit, accountId, 3);
    const runId = await startRun(kit, accountId);
    const codes = new Map([
      [refuses?.openid, 43101],
      [broken?.openid, 47003],
      [banned?.openid, 48001],
    ]);
    wechat.script = (openid) => codes.get(openid) ?? 'ok';

    await sending.sender.drain();

    expect(await rowOf(kit, runId, refuses)).toMatchObject({
      state: 'skipped',
      reason: 'refused-by-follower',
      errcode: 43101,
    });
    expect(await rowOf(kit, runId, broken)).toMatchObject({ state: 'failed', errcode: 47003 });
    expect(await rowOf(kit, runId, banned)).toMatchObject({ state: 'queued' });
    const [run] = await kit.db.read.all(`SELECT state, pauseReason FROM send_run WHERE id = ?`, [
      runId,
    ]);
    expect(run).toMatchObject({ state: 'paused', pauseReason: 'interface-not-authorised' });
  });

  test('two senders share one run: everybody once', async () => {
    const kit = await open();
    const { sending, wechat, channels, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 500);
    const runId = await startRun(kit, accountId);
    const other = openSending(kit, channels);

    await Promise.all([sending.sender.drain(), other.sender.drain()]);
    await sending.sender.drain();

    expect(wechat.calls).toBe(500);
    expect(await countsOf(kit, runId)).toMatchObject({ sent: 500, pending: 0 });
  });

  test('the answer of a sender that lost its lease changes nothing and is kept as an event', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    const [follower] = await addFollowers(kit, accountId, 1);
    const runId = await startRun(kit, accountId);
    wechat.beforeAnswer = async () => {
      await kit.db.transact((tx) =>
        execute(tx, `UPDATE delivery SET leaseBy = 'another' WHERE runId = ?`, [runId]),
      );
    };

    await sending.sender.drain();

    expect(await rowOf(kit, runId, follower)).toMatchObject({
      state: 'sending',
      leaseBy: 'another',
    });
    const events = await kit.db.read.all(`SELECT kind FROM send_event WHERE runId = ?`, [runId]);
    expect(events).toMatchObject([{ kind: 'late-answer' }]);
  });

  test('stopping waits for the calls under way and writes what became of them', async () => {
    const kit = await open();
    const { sending, wechat, accountId } = await openWorld(kit);
    await addFollowers(kit, accountId, 300);
    const runId = await startRun(kit, accountId);
    let stopping: Promise<void> | undefined;
    wechat.beforeAnswer = () => {
      stopping ??= sending.sender.stop();
      return Promise.resolve();
    };

    await sending.sender.drain();
    await stopping;

    const counts = await countsOf(kit, runId);
    expect(counts?.sent).toBe(wechat.received.length);
    expect(counts?.sent).toBeLessThan(300);
    const [held] = await kit.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM delivery WHERE runId = ? AND state = 'sending'`,
      [runId],
    );
    expect(Number(held?.n)).toBe(0);
  });
});
