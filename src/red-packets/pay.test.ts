import { MoneyWorld, equationHolds, owner } from '../../test/support/money-world';
import { onBothEngines } from '../../test/support/open-kit';
import type { Behaviour } from '../../test/support/paper-wechat';
import { pseudonymOf } from '../relationships';
import { cancelPromotion, pauseByOperator, PayLoop, startPromotion } from './index';
import { everything, resumePaying, stopPaying } from './kill-switch';

const minute = 60_000;
const hour = 60 * minute;

onBothEngines('paying', (open) => {
  test('everybody of the segment is paid once, opened packets are paid, the books agree', async () => {
    const world = await MoneyWorld.open(await open(), 25);
    const id = await world.started({ budgetFen: 2_500 });

    await world.drain();
    const afterSending = await world.view(id);
    const payouts = await world.payouts(id);
    for (const { billNo } of payouts.slice(0, 10)) world.wechat.open(billNo);
    await world.pass(2 * hour);
    const afterOpening = await world.view(id);

    expect(afterSending).toMatchObject({
      status: 'finished',
      paidFen: 0,
      reservedFen: 2_500,
      availableFen: 0,
      recipients: { sent: 25, reserved: 0, uncovered: 0 },
    });
    expect(afterOpening).toMatchObject({ paidFen: 1_000, reservedFen: 1_500, availableFen: 0 });
    expect([...world.wechat.paidTo().values()]).toEqual(Array.from({ length: 25 }, () => 100));
    expect(await world.check()).toMatchObject({ ok: true, differences: [] });
    expect(payouts[0]?.billNo).toMatch(/^190000010920261121\d{10}$/);
  });

  test('a packet opened at once is paid in the ledger within half a minute', async () => {
    const world = await MoneyWorld.open(await open(), 3);
    const id = await world.started({ budgetFen: 300 });
    await world.drain();

    for (const { billNo } of await world.payouts(id)) world.wechat.open(billNo);
    await world.pass(30_000);

    expect(await world.view(id)).toMatchObject({ paidFen: 300, recipients: { received: 3 } });
  });

  test('looks at packets that are out are spread over seconds, doubts are asked about first', async () => {
    const world = await MoneyWorld.open(await open(), 130);
    const id = await world.started({ budgetFen: 13_000 });
    await world.drain();
    const ofAll = `UPDATE payout SET nextActionAt = ?`;
    await world.write(ofAll, [world.kit.clock.business()]);
    await world.write(`UPDATE payout SET state = 'unknown' WHERE id = ?`, [
      (await world.payouts(id)).at(-1)?.id ?? '',
    ]);
    const before = world.wechat.queries;

    for (let turn = 0; turn < 12; turn += 1) {
      await world.loop.turn();
      await world.loop.idle();
    }
    const inOneSecond = world.wechat.queries - before;
    const states = (await world.payouts(id)).map(({ state }) => state);
    world.kit.clock.advance(1_000);
    await world.drain();

    expect(inOneSecond).toBe(101);
    expect(states).not.toContain('unknown');
    expect(world.wechat.queries - before).toBe(130);
  });

  test('what nobody opened comes back after a day and can be spent again', async () => {
    const world = await MoneyWorld.open(await open(), 4);
    const id = await world.started({ budgetFen: 400 });
    await world.drain();
    world.wechat.open((await world.payouts(id))[0]?.billNo ?? '');

    world.kit.clock.advance(24 * hour);
    world.wechat.returnUnopened();
    await world.pass(30 * minute);

    expect(await world.view(id)).toMatchObject({
      paidFen: 100,
      reservedFen: 0,
      refundedFen: 300,
      availableFen: 300,
      recipients: { received: 1, refunded: 3 },
    });
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('an answer that was lost after WeChat took the order is asked about, never sent under a new number', async () => {
    const world = await MoneyWorld.open(await open(), 6);
    world.wechat.next = script({ send: ['lost-after'] });
    const id = await world.started();

    await world.drain();
    const unclear = await world.view(id);
    await world.pass(3 * minute);

    expect(unclear.recipients['sent']).toBe(6);
    expect(new Set(world.wechat.sends.map((send) => send.billNo)).size).toBe(6);
    expect([...world.wechat.paidTo().values()]).toEqual([100, 100, 100, 100, 100, 100]);
  });

  test('"not found" twice, five minutes apart, sends the same number with equal bytes again', async () => {
    const world = await MoneyWorld.open(await open(), 1);
    world.wechat.next = script({ send: ['lost-before'] });
    const id = await world.started();

    await world.drain();
    const early = await world.payouts(id);
    await world.pass(6 * minute);
    const late = await world.payouts(id);

    expect(early[0]).toMatchObject({ state: 'unknown', tries: 1, nextAction: 'ask' });
    expect(late[0]).toMatchObject({ state: 'sent', tries: 2, billNo: early[0]?.billNo });
    expect(world.wechat.sends).toHaveLength(1);
  });

  test('a lie that an order does not exist leads to a repeat that pays nothing twice', async () => {
    const world = await MoneyWorld.open(await open(), 3);
    world.wechat.next = (call) => (call === 'query' ? 'not-found-lie' : 'lost-after');
    const id = await world.started();
    await world.drain();
    await world.pass(6 * minute);

    world.wechat.next = () => 'ok';
    await world.pass(2 * hour);

    const sent = world.wechat.sends;
    expect(sent.length).toBeGreaterThan(3);
    for (const { billNo, fields } of sent) {
      expect(fields).toBe(sent.find((first) => first.billNo === billNo)?.fields);
    }
    expect([...world.wechat.paidTo().values()]).toEqual([100, 100, 100]);
    expect(await world.view(id)).toMatchObject({ recipients: { sent: 3 }, reservedFen: 300 });
  });

  test('an answer that comes after its lease was lost is written down and changes nothing', async () => {
    const world = await MoneyWorld.open(await open(), 1);
    let goOn = (): void => undefined;
    world.wechat.onSend = () => new Promise<void>((resolve) => (goOn = resolve));
    const id = await world.started();
    await world.loop.turn();
    await world.expireLeases();
    const other = new PayLoop(world.kit, world.rail);
    world.kit.clock.advance(1_000);
    await other.turn();
    await other.idle();

    goOn();
    await world.loop.idle();
    const afterLate = await world.payouts(id);
    const lines = await world.kit.db.read.all<{ kind: string; phase: string }>(
      `SELECT kind, phase FROM payout_call ORDER BY id`,
    );
    await world.pass(6 * minute);

    expect(afterLate[0]).toMatchObject({ state: 'unknown', tries: 1 });
    expect(lines.map(({ kind, phase }) => `${kind} ${phase}`)).toEqual([
      'state none',
      'send before',
      'ask before',
      'ask after',
      'send late',
    ]);
    expect((await world.view(id)).recipients).toMatchObject({ sent: 1 });
    expect(world.wechat.sends).toHaveLength(1);
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('an order in doubt for a day is frozen for a person and still asked about', async () => {
    const world = await MoneyWorld.open(await open(), 1);
    world.wechat.next = (call) => (call === 'query' ? 'lost-before' : 'lost-after');
    const id = await world.started();
    await world.drain();

    await world.pass(26 * hour, 12);
    const frozen = await world.view(id);
    world.wechat.next = () => 'ok';
    await world.pass(7 * hour);

    expect(frozen).toMatchObject({ recipients: { frozen: 1 }, reservedFen: 100 });
    expect(await world.view(id)).toMatchObject({ recipients: { sent: 1 } });
    expect(world.wechat.sends).toHaveLength(1);
  });

  test('an order that is older than 29 days is asked no more', async () => {
    const world = await MoneyWorld.open(await open(), 1);
    world.wechat.next = (call) => (call === 'query' ? 'lost-before' : 'lost-after');
    const id = await world.started();
    await world.drain();

    await world.pass(30 * 24 * hour, 12);
    const queries = world.wechat.queries;
    await world.pass(48 * hour);

    const [payout] = await world.payouts(id);
    expect(payout).toMatchObject({
      state: 'frozen',
      nextAction: null,
      reasonCode: 'query_horizon',
    });
    expect(world.wechat.queries).toBe(queries);
    expect((await world.view(id)).reservedFen).toBe(100);
  });

  test('a refusal of one person is checked for a day before the money is free again', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    world.wechat.next = script({ send: ['refuse:NO_AUTH'] });
    const id = await world.started({ budgetFen: 200 });

    await world.drain();
    const held = await world.view(id);
    await world.pass(25 * hour, 12);
    const after = await world.view(id);

    expect(held).toMatchObject({ recipients: { held: 1, sent: 1 }, availableFen: 0 });
    expect(after).toMatchObject({ recipients: { failed: 1 }, availableFen: 100 });
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('an empty account pauses the promotion; it goes on with the same recipient', async () => {
    const world = await MoneyWorld.open(await open(), 8);
    world.wechat.balanceFen = 300;
    const id = await world.started({ budgetFen: 800 });

    await world.drain();
    const paused = await world.view(id);
    const stopped = (await world.payouts(id)).filter((payout) => payout.state === 'held');
    world.wechat.balanceFen = 10_000;
    await startPromotion(world.kit, owner, id);
    await world.drain();

    expect(paused).toMatchObject({ status: 'paused', pauseReason: { code: 'NOTENOUGH' } });
    expect(paused.recipients['sent']).toBe(3);
    expect(world.wechat.sends.filter((send) => send.billNo === stopped[0]?.billNo)).toHaveLength(2);
    expect(await world.view(id)).toMatchObject({ status: 'finished', recipients: { sent: 8 } });
    expect([...world.wechat.paidTo().values()]).toEqual(Array.from({ length: 8 }, () => 100));
  });

  test('a broken merchant setting stops everything of that merchant', async () => {
    const world = await MoneyWorld.open(await open(), 3);
    const first = await world.draft({ budgetFen: 300 });
    const second = await world.started({ schedule: { cron: '0 10 * * *', zone: 'Asia/Shanghai' } });
    world.wechat.next = (call) => (call === 'send' ? 'refuse:CA_ERROR' : 'ok');

    await startPromotion(world.kit, owner, first);
    await world.drain();
    const stopped = [await world.view(first), await world.view(second)];
    world.wechat.next = () => 'ok';
    await startPromotion(world.kit, owner, first);
    await world.drain();

    expect(stopped.map((view) => view.status)).toEqual(['paused', 'paused']);
    expect(stopped[0]?.pauseReason?.code).toBe('refused:CA_ERROR');
    expect(await world.view(first)).toMatchObject({ recipients: { sent: 3 } });
  });

  test.each([
    ['amount', `amountFen = 101`],
    ['person', `request = REPLACE(request, 'oTEST', 'oEVIL')`],
    ['number', `billNo = 'X'`],
    ['words', `request = REPLACE(request, '双十一', '双十二')`],
  ])('a request whose %s was changed after it was frozen is never sent', async (_, change) => {
    const world = await MoneyWorld.open(await open(), 1);
    world.wechat.next = (call) => (call === 'send' ? 'lost-before' : 'not-found-lie');
    const id = await world.started();
    await world.drain();
    const [payout] = await world.payouts(id);
    await world.write(`UPDATE payout SET ${change} WHERE id = ?`, [payout?.id ?? '']);

    world.wechat.next = (call) => (call === 'send' ? 'ok' : 'not-found-lie');
    await world.pass(10 * minute);

    expect(world.wechat.sends).toHaveLength(0);
    const states = (await world.payouts(id)).map(({ state, reasonCode }) => [state, reasonCode]);
    expect(states).toEqual([['frozen', 'request_altered']]);
    expect(await world.view(id)).toMatchObject({ status: 'paused' });
  });

  test('whoever left, opted out or was erased before the send gets nothing, and the money is free', async () => {
    const world = await MoneyWorld.open(await open());
    const [left, optedOut, stays, erased = ''] = await world.addPeople(4);
    const id = await world.draft({ budgetFen: 400 });
    world.set({ payoutsPerSecond: 1 });
    await startPromotion(world.kit, owner, id);
    await world.kit.cache.increment(permitKey(world), 10_000, 1);
    await world.loop.turn();
    const reserved = await world.view(id);

    await world.write(`UPDATE identity SET state = 'unfollowed' WHERE id = ?`, [left ?? '']);
    await world.write(`UPDATE identity SET optedOutAt = 5 WHERE id = ?`, [optedOut ?? '']);
    await world.write(`UPDATE identity SET externalId = ? WHERE id = ?`, [
      pseudonymOf(erased),
      erased,
    ]);
    await world.drain();

    expect(reserved.recipients['reserved']).toBe(4);
    const payouts = await world.payouts(id);
    expect(payouts.map(({ state, reasonCode, tries }) => [state, reasonCode, tries])).toEqual([
      ['skipped', 'unfollowed', 0],
      ['skipped', 'opted_out', 0],
      ['sent', null, 1],
      ['skipped', 'erased', 0],
    ]);
    expect(payouts[2]?.identityId).toBe(stays);
    expect(await world.view(id)).toMatchObject({ availableFen: 300, reservedFen: 100 });
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('without the cache no money moves, and it goes on when the cache is back', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    const bringBack = world.loseCache();
    const id = await world.started();

    await world.drain();
    const during = await world.view(id);
    bringBack();
    await world.drain();

    expect(during.recipients).toMatchObject({ reserved: 2, sent: 0 });
    expect((await world.view(id)).recipients).toMatchObject({ sent: 2 });
  });

  test('a merchant starts no more payments in a second than its rate, however many ask', async () => {
    const world = await MoneyWorld.open(await open(), 30);
    world.set({ payoutsPerSecond: 7 });
    await world.started({ budgetFen: 3_000 });

    await Promise.all([world.loop.turn(), world.loop.turn()]);
    for (let turn = 0; turn < 5; turn += 1) await world.loop.turn();
    await world.loop.idle();

    expect(world.wechat.sends).toHaveLength(7);
  });

  test('pause stops within the batch; what is on its way is finished and written down', async () => {
    const world = await MoneyWorld.open(await open(), 60);
    const id = await world.started({ budgetFen: 6_000 });
    let paused: Promise<void> | undefined;
    world.wechat.onSend = () => {
      paused ??= pauseByOperator(world.kit, owner, id);
    };

    await world.drain();
    await paused;
    const during = await world.view(id);
    await world.drain();

    expect(during.status).toBe('paused');
    expect(world.wechat.sends.length).toBeLessThanOrEqual(20);
    expect(during.recipients['sent']).toBe(world.wechat.sends.length);
    expect(during.recipients['sending']).toBe(0);
  });

  test('a stop that comes between the claim and the send still stops it', async () => {
    const world = await MoneyWorld.open(await open(), 3);
    const { kit } = world;
    const stop = { scope: everything, reason: 'operator', decidedBy: 'x' };
    const stops = [
      (id: string) => pauseByOperator(kit, owner, id),
      (id: string) => cancelPromotion(kit, owner, id),
      () => kit.db.transact((tx) => stopPaying(tx, kit, stop)),
    ];

    for (const act of stops) {
      const id = await world.started({ budgetFen: 300 });
      const goOn = world.beforePermits(() => act(id));
      await world.loop.turn();
      await world.loop.idle();
      goOn();
      const { recipients } = await world.view(id);
      expect([recipients['sending'], recipients['sent']]).toEqual([0, 0]);
    }

    expect(world.wechat.sends).toHaveLength(0);
  });

  test('the kill switch stops every promotion, and questions go on', async () => {
    const world = await MoneyWorld.open(await open(), 50);
    const id = await world.started({ budgetFen: 5_000 });
    await world.loop.turn();
    await world.loop.idle();
    const { kit } = world;
    await kit.db.transact((tx) =>
      stopPaying(tx, kit, { scope: everything, reason: 'operator', decidedBy: 'x' }),
    );
    const before = world.wechat.sends.length;
    for (const { billNo } of await world.payouts(id)) world.wechat.open(billNo);

    await world.pass(2 * hour);
    const during = await world.view(id);
    await kit.db.transact((tx) => resumePaying(tx, kit, owner, [everything]));
    await world.drain();

    expect(before).toBeGreaterThan(0);
    expect(during.recipients).toMatchObject({ received: before, reserved: 50 - before });
    expect((await world.view(id)).recipients['sent']).toBe(50 - before);
  });

  test('a cancelled promotion frees what was never sent and asks about the rest', async () => {
    const world = await MoneyWorld.open(await open(), 40);
    world.wechat.next = script({ send: ['lost-after', 'refuse:SENDNUM_LIMIT', 'lost-before'] });
    const id = await world.started({ budgetFen: 4_000 });
    await world.loop.turn();
    await world.loop.idle();
    const sends = world.wechat.sends.length;

    await cancelPromotion(world.kit, owner, id);
    const atOnce = await world.view(id);
    await world.pass(30 * hour, 12);

    expect(atOnce).toMatchObject({ status: 'cancelled', recipients: { reserved: 0, skipped: 20 } });
    expect(equationHolds(atOnce)).toBe(true);
    expect(world.wechat.sends).toHaveLength(sends);
    const after = await world.view(id);
    expect(after.recipients).toMatchObject({ sent: 18, failed: 1, frozen: 1 });
    expect(await world.check()).toMatchObject({ ok: true });
  });
});

/** The first calls of a kind go as listed, all later ones well. */
function script(plan: { send?: Behaviour[]; query?: Behaviour[] }) {
  const left = { send: [...(plan.send ?? [])], query: [...(plan.query ?? [])] };
  return (call: 'send' | 'query'): Behaviour => left[call].shift() ?? 'ok';
}

const permitKey = (world: MoneyWorld): string =>
  `payouts:${world.merchantId}:${String(Math.floor(world.kit.clock.system() / 1_000))}`;
