import { equationHolds, MoneyWorld, owner } from '../../test/support/money-world';
import { onBothEngines } from '../../test/support/open-kit';
import { Crash } from '../../test/support/paper-wechat';
import { explainHit } from './explain-hit';
import { cancelPromotion, pauseByOperator, startPromotion } from './index';
import { stopPaying } from './kill-switch';
import { payForKeyword } from './pay-for-keyword';
import { changePromotion } from './write-promotion';
import { PromotionForm } from './promotion.schema';

const shanghai = (time: string): number => Date.parse(`${time}+08:00`);
const once = { oncePer: 'promotion', segmentId: null };
const iso = (at: number): string => new Date(at).toISOString();
let nth = 0;

onBothEngines('paying by keyword', (open) => {
  const start = async (people: number, form: object = {}) => {
    const world = await MoneyWorld.open(await open());
    const identityIds = await world.addPeople(people);
    const promotionId = await world.started({ ...once, ...form });
    const hit = (identityId: string | undefined, cause = `message-${(nth += 1)}`) =>
      payForKeyword(world.kit, world.rail, {
        ...{ promotionId, accountId: world.accountId, identityId: identityId ?? '', cause },
      });
    return { world, identityIds, promotionId, hit };
  };

  test('fifty at once for a budget of ten: ten are paid, forty are told, the books agree', async () => {
    const { world, identityIds, promotionId, hit } = await start(50, { budgetFen: 1_000 });

    const answers = await Promise.all(identityIds.map((id) => hit(id)));
    await world.drain();

    const paid = answers.filter(({ code }) => code === 'paid');
    expect(paid).toHaveLength(10);
    expect(answers.filter(({ code }) => code === 'used_up')).toHaveLength(40);
    const view = await world.view(promotionId);
    expect(view).toMatchObject({ status: 'running', reservedFen: 1_000, availableFen: 0 });
    expect(view.recipients).toMatchObject({ sent: 10 });
    expect(world.wechat.sum('sent')).toBe(1_000);
    expect(equationHolds(view)).toBe(true);
    expect(await world.check()).toMatchObject({ ok: true });
  }, 90_000);

  test('one person shouts it twenty times and gets one; the same message again is told the same', async () => {
    const { world, identityIds, promotionId, hit } = await start(1);

    const same = await Promise.all(Array.from({ length: 10 }, () => hit(identityIds[0], 'm')));
    const others = await Promise.all(Array.from({ length: 10 }, () => hit(identityIds[0])));
    await world.drain();
    const afterwards = await hit(identityIds[0], 'm');

    const paid = { code: 'paid', amountFen: 100 };
    expect(new Set(same.map(({ code }) => code))).toEqual(new Set(['paid']));
    expect(others.every(({ code }) => code === 'already')).toBe(true);
    expect(afterwards).toEqual(paid);
    expect(await world.payouts(promotionId)).toHaveLength(1);
    expect(world.wechat.sum('sent')).toBe(100);
  });

  test('killed before or after the commit that reserves, it pays once and says so', async () => {
    const { world, identityIds, promotionId, hit } = await start(2);
    const hearAgain = world.loseAnswers(
      () => true,
      () => new Crash(),
    );

    await expect(hit(identityIds[0], 'lost')).rejects.toThrow();
    hearAgain();
    const again = await hit(identityIds[0], 'lost');
    const whole = world.kit.newId;
    let ids = 0;
    // Dies in the middle of writing the payout: nothing of it is there.
    world.kit.newId = () => {
      if ((ids += 1) === 3) throw new Crash();
      return whole();
    };
    await expect(hit(identityIds[1], 'cut')).rejects.toThrow();
    world.kit.newId = whole;
    const cut = await world.payouts(promotionId);
    const second = await hit(identityIds[1], 'cut');
    await world.drain();

    expect([again.code, cut.length, second.code]).toEqual(['paid', 1, 'paid']);
    expect(await world.payouts(promotionId)).toHaveLength(2);
    expect(world.wechat.sum('sent')).toBe(200);
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('daily pays once in a day of China; a message heard again after midnight is not a new one', async () => {
    const { world, identityIds, hit } = await start(1, { oncePer: 'day', perPersonFen: 200 });
    const [id] = identityIds;
    world.kit.clock.set(shanghai('2026-11-21T23:59:58'));

    const first = await hit(id, 'late');
    const second = await hit(id);
    world.kit.clock.set(shanghai('2026-11-22T00:00:05'));
    const heardAgain = await hit(id, 'late');
    const third = await hit(id);
    world.kit.clock.set(shanghai('2026-11-23T09:00:00'));
    const overLimit = await hit(id);

    const codes = [first, second, heardAgain, third, overLimit].map(({ code }) => code);
    expect(codes).toEqual(['paid', 'already', 'paid', 'paid', 'already']);
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('limits of the day, states, the kill switch and the audience are said, and nothing is reserved', async () => {
    const { world, identityIds, promotionId, hit } = await start(3, { perDayFen: 100 });
    const [first, second, third] = identityIds;
    const explain = (identityId?: string) =>
      explainHit(world.kit, { promotionId, accountId: world.accountId, identityId });

    const told = [(await explain()).code, (await explain(first)).code, (await hit(first)).code];
    told.push((await explain(first)).code, (await hit(second)).code, (await explain(second)).code);
    world.kit.clock.advance(24 * 3_600_000);
    const { clock } = world.kit;
    await world.kit.db.transact((tx) =>
      stopPaying(tx, { clock }, { scope: 'all', reason: 'operator', decidedBy: 'x' }),
    );
    told.push((await hit(second)).code);
    await world.write(`UPDATE kill_switch SET active = 0`);
    await world.write(`UPDATE identity SET optedOutAt = 1 WHERE id = ?`, [second ?? '']);
    told.push((await hit(second)).code);
    await pauseByOperator(world.kit, owner, promotionId);
    told.push((await hit(third)).code);
    await startPromotion(world.kit, owner, promotionId);
    const resumed = await world.view(promotionId);
    await cancelPromotion(world.kit, owner, promotionId);
    told.push((await hit(third)).code);

    expect(told).toEqual([
      ...['would_pay', 'would_pay', 'paid', 'already', 'used_up_today', 'used_up_today'],
      ...['paused', 'not_eligible', 'paused', 'over'],
    ]);
    expect(resumed.status).toBe('running');
    expect(await world.payouts(promotionId)).toHaveLength(1);
    expect(await world.view(promotionId)).toMatchObject({ availableFen: 10_000 });
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('a draft pays nobody, a segment keeps others out, and approval is asked as for any promotion', async () => {
    const { world, identityIds } = await start(2);
    const id = await world.draft({ ...once, budgetFen: 900 });
    const [first] = identityIds;
    const hit = (cause: string) =>
      payForKeyword(world.kit, world.rail, {
        ...{ promotionId: id, accountId: world.accountId, identityId: first ?? '', cause },
      });

    const early = await hit('a');
    world.set({ payoutApprovalFen: 500 });
    await expect(startPromotion(world.kit, owner, id)).rejects.toMatchObject({
      code: 'approval_required',
    });
    world.set({ payoutApprovalFen: 5_000 });
    await world.write(`UPDATE segment SET rule = ? WHERE id = ?`, [
      JSON.stringify({ field: 'tag', op: 'in', value: ['会员'] }),
      world.segmentId,
    ]);
    const form = { name: '口令', mchId: '1900000109', appId: world.appId, budgetFen: 900 };
    const only = { ...form, ...once, amount: { fixedFen: 100 }, segmentId: world.segmentId };
    await changePromotion(world.kit, owner, id, PromotionForm.parse(only), 'zh-CN');
    await startPromotion(world.kit, owner, id);

    expect([early.code, (await hit('b')).code]).toEqual(['not_started', 'not_eligible']);
    expect(PromotionForm.safeParse({ ...form, amount: { fixedFen: 100 } }).success).toBe(false);
  });

  test('random amounts use the budget up, and once everything was received it is over', async () => {
    const random = { amount: { minFen: 100, maxFen: 300 }, budgetFen: 1_000 };
    const { world, identityIds, promotionId, hit } = await start(12, random);

    for (const id of identityIds) await hit(id);
    await world.drain();
    for (const { billNo } of await world.payouts(promotionId)) world.wechat.open(billNo);
    await world.pass(2 * 3_600_000);

    const view = await world.view(promotionId);
    const amounts = (await world.payouts(promotionId)).map(({ amountFen }) => amountFen);
    expect(amounts.every((fen) => fen >= 100 && fen <= 300)).toBe(true);
    expect(view).toMatchObject({ status: 'finished', paidFen: 1_000, reservedFen: 0 });
    expect(await world.check()).toMatchObject({ ok: true });
  });

  test('from its last moment on it pays nobody, and is over once what it sent was received', async () => {
    const endsAt = shanghai('2026-11-23T20:00:00');
    const { world, identityIds, promotionId, hit } = await start(3, { endsAt: iso(endsAt) });
    const [first, second, third] = identityIds;
    const explain = () =>
      explainHit(world.kit, { promotionId, accountId: world.accountId, identityId: third });
    const late = await world.draft({ ...once, endsAt: iso(endsAt) });

    world.kit.clock.set(endsAt - 1);
    const before = await hit(first, 'in time');
    world.kit.clock.set(endsAt);
    const after = [await hit(second), await hit(first), await hit(first, 'in time')];
    await world.drain();
    const unopened = await world.view(promotionId);
    await pauseByOperator(world.kit, owner, promotionId);
    const whilePaused = await hit(second);
    await startPromotion(world.kit, owner, promotionId);
    for (const { billNo } of await world.payouts(promotionId)) world.wechat.open(billNo);
    await world.pass(2 * 3_600_000);

    expect(before.code).toBe('paid');
    expect(after.map(({ code }) => code)).toEqual(['ended', 'already', 'paid']);
    expect(whilePaused.code).toBe('ended');
    expect(unopened).toMatchObject({ status: 'running', endsAt: iso(endsAt) });
    expect(await world.view(promotionId)).toMatchObject({
      ...{ status: 'finished', paidFen: 100, reservedFen: 0, availableFen: 9_900 },
    });
    expect(await explain()).toMatchObject({ code: 'ended', endsAt });
    await expect(startPromotion(world.kit, owner, late)).rejects.toMatchObject({
      code: 'promotion_ended',
    });
    await expect(world.draft({ ...once, endsAt: iso(endsAt) })).rejects.toMatchObject({
      code: 'input_invalid',
    });
    expect(await world.check()).toMatchObject({ ok: true });
  });
});
