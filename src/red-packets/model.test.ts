import fc from 'fast-check';
import { MoneyWorld, equationHolds, owner } from '../../test/support/money-world';
import { onBothEngines } from '../../test/support/open-kit';
import { Crash, type Behaviour } from '../../test/support/paper-wechat';
import { pauseByOperator, startPromotion } from './index';

const minute = 60_000;
const hour = 60 * minute;

const sends = fc.constantFrom<Behaviour>(
  'ok',
  'lost-before',
  'lost-after',
  'system-error',
  'system-error-accepted',
  'processing',
  'no-connection',
  'refuse:FREQ_LIMIT',
  'refuse:NO_AUTH',
  'refuse:NOTENOUGH',
  'refuse:CA_ERROR',
  'crash-before',
  'crash-after',
);
const queries = fc.constantFrom<Behaviour>('ok', 'lost-before', 'not-found-lie', 'crash-before');

type Step =
  | { do: 'turn'; sends: Behaviour[]; queries: Behaviour[]; loseCommit: number }
  | { do: 'pass'; ms: number }
  | { do: 'restart' | 'open' | 'pause' | 'start' | 'finish-processing' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('turn' as const),
      sends: fc.array(sends, { maxLength: 6 }),
      queries: fc.array(queries, { maxLength: 6 }),
      // Which of the next commits is done without the caller hearing of it; beyond 12: none.
      loseCommit: fc.integer({ min: 0, max: 24 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.integer({ min: 500, max: 25 * minute }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('restart', 'open', 'pause', 'start', 'finish-processing'),
    }),
  },
);

onBothEngines('any order of answers, crashes and clicks', (open) => {
  test('nobody is ever paid twice, the books agree at each step, and everything ends', async () => {
    const kit = await open();
    const world = await MoneyWorld.open(kit);
    let round = 0;
    const numRuns = kit.db.engine === 'sqlite' ? 30 : 8;

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 18 }), async (steps) => {
        round += 1;
        await world.write(`UPDATE identity SET kind = 'external-contact'`);
        await world.addPeople(4, `oR${String(round).padStart(4, '0')}`);
        const id = await world.started({ amount: { minFen: 100, maxFen: 300 }, budgetFen: 700 });

        for (const one of steps) {
          await perform(world, id, one);
          await booksAgree(world, id);
        }
        world.wechat.next = () => 'ok';
        await toTheEnd(world, id);

        const payouts = await world.payouts(id);
        // What was in doubt once and then refused is a person's to decide: its money stays reserved.
        const frozen = payouts.filter((payout) => payout.state === 'frozen');
        for (const { billNo, state } of payouts) {
          const order = world.wechat.orders.get(billNo);
          expect(order?.state ?? 'none').toBe(order ? 'received' : 'none');
          expect(order ? ['received'] : ['failed', 'frozen']).toContain(state);
        }
        expect(await world.view(id)).toMatchObject({
          paidFen: sumAt(world, payouts),
          reservedFen: frozen.reduce((sum, payout) => sum + payout.amountFen, 0),
        });
      }),
      { numRuns, endOnFailure: true },
    );
  }, 180_000);
});

async function perform(world: MoneyWorld, id: string, one: Step): Promise<void> {
  const { kit, wechat, loop } = world;
  switch (one.do) {
    case 'turn': {
      const left = { send: [...one.sends], query: [...one.queries] };
      wechat.next = (call) => left[call].shift() ?? 'ok';
      const hearAgain = world.loseAnswers(
        (commit) => commit === one.loseCommit,
        () => new Crash(),
      );
      await loop.turn().catch(() => undefined);
      await loop.idle();
      hearAgain();
      return;
    }
    case 'pass':
      kit.clock.advance(one.ms);
      return;
    case 'restart':
      return world.expireLeases();
    case 'open':
      for (const billNo of wechat.orders.keys()) wechat.open(billNo);
      return;
    case 'finish-processing':
      wechat.finishProcessing();
      return;
    case 'pause':
      return pauseByOperator(kit, owner, id).catch(() => undefined);
    case 'start':
      return startPromotion(kit, owner, id).catch(() => undefined);
  }
}

async function booksAgree(world: MoneyWorld, id: string): Promise<void> {
  const view = await world.view(id);
  expect(equationHolds(view)).toBe(true);
  expect(await world.check(id)).toMatchObject({ ok: true, differences: [] });
  const payouts = await world.payouts(id);
  expect(new Set(payouts.map((payout) => payout.identityId)).size).toBe(payouts.length);
  for (const [openid, fen] of world.wechat.paidTo()) {
    const mine = payouts.find((payout) => payout.request.includes(`"${openid}"`));
    if (mine) expect(fen).toBe(mine.amountFen);
  }
  const { sends: sent } = world.wechat;
  const requests = new Map(sent.map(({ billNo, fields }) => [billNo, fields]));
  for (const { billNo, fields } of sent) expect(fields).toBe(requests.get(billNo));
}

/** All faults stop; a person starts what was paused; two days pass and everybody opens their packet. */
async function toTheEnd(world: MoneyWorld, id: string): Promise<void> {
  for (let round = 0; round < 16; round += 1) {
    await world.expireLeases();
    await startPromotion(world.kit, owner, id).catch(() => undefined);
    world.wechat.finishProcessing();
    await world.drain();
    for (const billNo of world.wechat.orders.keys()) world.wechat.open(billNo);
    world.kit.clock.advance(round < 8 ? 10 * minute : 4 * hour);
  }
}

const sumAt = (world: MoneyWorld, payouts: readonly { billNo: string }[]): number =>
  payouts.reduce((sum, { billNo }) => sum + (world.wechat.orders.get(billNo)?.amountFen ?? 0), 0);
