import { MoneyWorld, equationHolds, owner } from '../../test/support/money-world';
import { onBothEngines } from '../../test/support/open-kit';
import { Crash } from '../../test/support/paper-wechat';
import { PayLoop, runPromotionNow, startPromotion } from './index';

const hour = 60 * 60_000;
const shanghai = (time: string): number => Date.parse(`${time}+08:00`);
const daily = { cron: '0 10 * * *', zone: 'Asia/Shanghai' };

onBothEngines('reserving', (open) => {
  test('eight workers race for the last ten yuan: not a fen more is reserved, nobody gets two', async () => {
    const world = await MoneyWorld.open(await open(), 30);
    const id = await world.started({ budgetFen: 1_000, schedule: daily });
    for (let day = 0; day < 8; day += 1) {
      world.kit.clock.advance(24 * hour);
      await world.kit.schedules.beat();
    }
    const loops = Array.from({ length: 8 }, () => new PayLoop(world.kit, world.rail));

    for (let round = 0; round < 6; round += 1) {
      await Promise.all(loops.map((loop) => loop.turn()));
      await Promise.all(loops.map((loop) => loop.idle()));
      world.kit.clock.advance(1_000);
    }

    const view = await world.view(id);
    expect(view).toMatchObject({ reservedFen: 1_000, availableFen: 0 });
    expect(view.recipients).toMatchObject({ sent: 10, uncovered: 230 });
    expect(world.wechat.sum('sent')).toBe(1_000);
    expect(world.wechat.sends).toHaveLength(10);
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('a run killed in the middle of reserving goes on where it was, for everybody once', async () => {
    const world = await MoneyWorld.open(await open(), 450);
    const id = await world.started({ amount: { minFen: 100, maxFen: 300 }, budgetFen: 80_000 });
    const bringBack = world.loseCache();
    const hearAgain = world.loseAnswers(
      (commit) => commit % 2 === 0,
      () => new Crash(),
    );

    for (let turn = 0; turn < 12; turn += 1) {
      await world.loop.turn().catch(() => undefined);
      world.kit.clock.advance(10_000);
      await world.expireLeases();
    }
    hearAgain();
    await startPromotion(world.kit, owner, id);
    await world.loop.turn();
    bringBack();

    const view = await world.view(id);
    const payouts = await world.payouts(id);
    expect(new Set(payouts.map((payout) => payout.identityId)).size).toBe(450);
    expect(payouts).toHaveLength(450);
    expect(payouts.reduce((sum, payout) => sum + payout.amountFen, 0)).toBe(80_000);
    expect(view).toMatchObject({ reservedFen: 80_000, availableFen: 0 });
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('random amounts spend everyone’s mean exactly, and the draw stays as it was', async () => {
    const world = await MoneyWorld.open(await open(), 210);
    const id = await world.started({ amount: { minFen: 100, maxFen: 500 }, budgetFen: 1_000_000 });

    await world.loop.turn();
    const first = await world.payouts(id);
    await world.drain();
    const after = await world.payouts(id);

    expect(first.reduce((sum, payout) => sum + payout.amountFen, 0)).toBe(210 * 300);
    expect(after.map((payout) => payout.amountFen)).toEqual(first.map((one) => one.amountFen));
    expect(new Set(first.map((payout) => payout.amountFen)).size).toBeGreaterThan(50);
    expect(world.wechat.sum('sent')).toBe(210 * 300);
  });

  test('whom the budget does not reach is counted and told', async () => {
    const world = await MoneyWorld.open(await open(), 7);

    const id = await world.started({ amount: { fixedFen: 300 }, budgetFen: 1_000 });
    await world.drain();

    const view = await world.view(id);
    expect(view.recipients).toMatchObject({ sent: 3, uncovered: 4 });
    expect(view).toMatchObject({ reservedFen: 900, availableFen: 100, status: 'finished' });
  });

  test('a day of China has its limit: the rest goes out after midnight in Shanghai', async () => {
    const world = await MoneyWorld.open(await open(), 10);
    world.kit.clock.set(shanghai('2026-11-21T23:50:00'));
    const id = await world.started({ budgetFen: 1_000, perDayFen: 400 });

    await world.drain();
    const today = world.wechat.sends.length;
    world.kit.clock.set(shanghai('2026-11-21T23:59:58'));
    await world.drain(world.loop, 2);
    const beforeMidnight = world.wechat.sends.length;
    world.kit.clock.set(shanghai('2026-11-22T00:00:01'));
    await world.drain();
    const tomorrow = world.wechat.sends.length;
    world.kit.clock.set(shanghai('2026-11-23T08:00:00'));
    await world.drain();

    expect([today, beforeMidnight, tomorrow, world.wechat.sends.length]).toEqual([4, 4, 8, 10]);
    expect(await world.view(id)).toMatchObject({ status: 'finished', recipients: { sent: 10 } });
  });

  test('money counts to the day on which it leaves, not the day on which it was reserved', async () => {
    const world = await MoneyWorld.open(await open(), 6);
    world.kit.clock.set(shanghai('2026-11-21T23:59:00'));
    const id = await world.started({ budgetFen: 600, perDayFen: 400, schedule: daily });
    await runPromotionNow(world.kit, owner, id);
    const bringBack = world.loseCache();
    await world.drain();
    const reserved = await world.view(id);

    bringBack();
    world.kit.clock.set(shanghai('2026-11-22T00:10:00'));
    await world.drain();
    const nextDay = world.wechat.sends.length;
    world.kit.clock.set(shanghai('2026-11-23T00:10:00'));
    await world.drain();

    expect(reserved.recipients).toMatchObject({ reserved: 4, waiting: 2 });
    expect(nextDay).toBe(4);
    expect(world.wechat.sends).toHaveLength(6);
    const days = await world.kit.db.read.all<{ chinaDay: string; spentFen: number }>(
      `SELECT chinaDay, spentFen FROM spend_day WHERE scope LIKE 'promotion:%' ORDER BY chinaDay`,
    );
    expect(days.map(({ chinaDay, spentFen }) => [chinaDay, spentFen])).toEqual([
      ['20261121', 0],
      ['20261122', 400],
      ['20261123', 200],
    ]);
  });

  test('the installation has a limit for a day too, over all promotions of a merchant', async () => {
    const world = await MoneyWorld.open(await open(), 5);
    world.set({ dailyPayoutCapFen: 700 });

    const first = await world.started({ budgetFen: 500 });
    await world.drain();
    const second = await world.started({ budgetFen: 500 });
    await world.drain();

    expect((await world.view(first)).recipients).toMatchObject({ sent: 5 });
    expect((await world.view(second)).recipients).toMatchObject({ sent: 2, waiting: 3 });
  });

  test('a person gets no more than their share over all runs, whichever identity it is', async () => {
    const world = await MoneyWorld.open(await open(), 3);
    const [one, two] = await world.addPeople(2, 'oJOIN');
    await world.write(
      `UPDATE identity SET personId = (SELECT q.personId FROM (SELECT personId FROM identity WHERE id = ?) q)
       WHERE id = ?`,
      [one ?? '', two ?? ''],
    );
    const id = await world.started({ budgetFen: 5_000, perPersonFen: 250, schedule: daily });

    for (let run = 0; run < 3; run += 1) {
      await runPromotionNow(world.kit, owner, id);
      await world.drain();
      world.kit.clock.advance(hour);
    }

    const view = await world.view(id);
    expect(view.recipients).toMatchObject({ sent: 8, limited: 7 });
    const ofJoined = (await world.payouts(id)).filter(({ identityId }) =>
      [one, two].includes(identityId),
    );
    expect(ofJoined).toHaveLength(2);
  });

  test('two presses pay nobody twice: a run under way is busy, and without a timetable there is one round', async () => {
    const world = await MoneyWorld.open(await open(), 3);
    const daysLong = await world.started({ budgetFen: 5_000, schedule: daily });
    const once = await world.started({ budgetFen: 5_000 });

    await runPromotionNow(world.kit, owner, daysLong);
    const pressedTwice = runPromotionNow(world.kit, owner, daysLong);
    await expect(pressedTwice).rejects.toMatchObject({ code: 'promotion_busy' });
    await expect(runPromotionNow(world.kit, owner, once)).rejects.toMatchObject({
      code: 'promotion_once',
    });
    await world.drain();
    world.kit.clock.advance(hour);
    await runPromotionNow(world.kit, owner, daysLong);
    await world.drain();

    expect(await world.view(daysLong)).toMatchObject({ recipients: { sent: 6 } });
    expect(await world.view(once)).toMatchObject({ recipients: { sent: 3 } });
  });

  test('a timetable fires once for each due time, with the segment as it is then', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    world.kit.clock.set(shanghai('2026-11-21T09:00:00'));
    const id = await world.started({ budgetFen: 5_000, schedule: daily });
    await world.drain();
    const before = await world.view(id);

    world.kit.clock.set(shanghai('2026-11-21T10:00:01'));
    await Promise.all([world.kit.schedules.beat(), world.kit.schedules.beat()]);
    await world.drain();
    await world.addPeople(1, 'oNEW');
    const first = await world.view(id);
    world.kit.clock.set(shanghai('2026-11-22T10:00:01'));
    await world.kit.schedules.beat();
    await world.drain();

    expect(before).toMatchObject({ status: 'scheduled', nextRunAt: '2026-11-21T02:00:00.000Z' });
    expect(first).toMatchObject({ status: 'scheduled', recipients: { sent: 2 } });
    expect((await world.view(id)).recipients).toMatchObject({ sent: 5 });
    expect(equationHolds(await world.view(id))).toBe(true);
  });

  test('a segment that cannot be read stops the promotion with its reason', async () => {
    const world = await MoneyWorld.open(await open(), 2);
    await world.write(`UPDATE segment SET rule = '{"field":"nonsense","op":"is","value":"x"}'`);

    const id = await world.started();
    for (let turn = 0; turn < 10; turn += 1) {
      await world.loop.turn();
      world.kit.clock.advance(20_000);
    }

    expect(await world.view(id)).toMatchObject({
      status: 'paused',
      pauseReason: { code: 'plan_failed' },
      reservedFen: 0,
    });
  });
});
