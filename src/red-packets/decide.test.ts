import fc from 'fast-check';
import type { QueryResult, SendResult } from '../channels/pay/red-packet.client';
import { redPacketErrors } from '../channels/pay/red-packet-errors';
import { decideAfterAsk, decideAfterSend, type Decision, type Facts } from './decide';
import { isFinal, mayBecome, type PayoutState } from './payout-states';

const now = Date.parse('2026-11-21T06:32:00Z');
const random = () => 0;
const day = 24 * 60 * 60_000;
const trace = { returnCode: '', resultCode: '', errorCode: '', message: '' };

const facts = (more: Partial<Facts> = {}): Facts => ({
  state: 'sending',
  nextAction: 'ask',
  amountFen: 100,
  reasonCode: null,
  tries: 1,
  asks: 0,
  wasUnknown: false,
  notFoundAt: null,
  refusedAt: null,
  firstSentAt: now,
  deliveredAt: null,
  ...more,
});

const refusals: SendResult[] = redPacketErrors.flatMap((row): SendResult[] =>
  row.class === 'unknown'
    ? [{ kind: 'unknown', reason: 'error-code', code: row.code, trace }]
    : [true, false].map((isCertain) => ({
        kind: 'refused',
        code: row.code,
        class: row.class as 'blocked',
        scope: row.scope,
        ...(row.again && { again: row.again }),
        isCertain,
        trace,
      })),
);
const sends: SendResult[] = [
  ...refusals,
  { kind: 'sent', sendListId: '1', trace },
  { kind: 'unknown', reason: 'timeout' },
  { kind: 'unknown', reason: 'connect' },
  { kind: 'not-sendable', problems: ['wish'] },
];
const states = ['sending', 'sent', 'received', 'failed', 'returning', 'returned'] as const;
const asks: QueryResult[] = [
  ...states.flatMap((state) =>
    [100, 99].map((amountFen): QueryResult => ({
      kind: 'found',
      state,
      detailId: '1',
      amountFen,
      trace,
    })),
  ),
  { kind: 'not-found', trace },
  { kind: 'unknown', reason: 'timeout' },
  { kind: 'refused', code: 'SIGN_ERROR', class: 'config', trace },
];

const moment = fc.option(fc.integer({ min: now - 40 * day, max: now }), { nil: null });
const anyFacts = (possible: readonly PayoutState[]) =>
  fc.record<Facts>({
    state: fc.constantFrom(...possible),
    nextAction: fc.constantFrom('ask', 'verify'),
    amountFen: fc.constant(100),
    reasonCode: fc.constantFrom(null, 'NO_AUTH'),
    tries: fc.integer({ min: 1, max: 50 }),
    asks: fc.integer({ min: 0, max: 50 }),
    wasUnknown: fc.boolean(),
    notFoundAt: moment,
    refusedAt: moment,
    firstSentAt: fc.integer({ min: now - 40 * day, max: now }),
    deliveredAt: moment,
  });

/** Whatever is not final has a next look, or is frozen beyond the reach of questions. */
function isAlive({ state, next }: Decision): boolean {
  if (isFinal(state)) return next === null;
  return next ? next.at >= now : state === 'frozen';
}

test('every answer to a send leads along an edge, and never loses a payout', () => {
  fc.assert(
    fc.property(anyFacts(['sending']), fc.constantFrom(...sends), (payout, result) => {
      const decision = decideAfterSend(payout, result, { now, random });

      expect(mayBecome(payout.state, decision.state)).toBe(true);
      expect(isAlive(decision)).toBe(true);
      if (payout.wasUnknown) expect(decision.wasUnknown).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('every answer to a question leads along an edge, and only FAILED or a checked refusal frees money', () => {
  const open = ['sending', 'unknown', 'held', 'sent', 'frozen'] as const;
  fc.assert(
    fc.property(anyFacts(open), fc.constantFrom(...asks), (payout, result) => {
      const decision = decideAfterAsk(payout, result, { now, random });

      expect(mayBecome(payout.state, decision.state)).toBe(true);
      expect(isAlive(decision)).toBe(true);
      const saysFailed = result.kind === 'found' && result.state === 'failed';
      if (decision.state === 'failed' && !saysFailed) {
        expect(result.kind).toBe('not-found');
        expect(payout.nextAction).toBe('verify');
        expect(payout.wasUnknown).toBe(false);
        expect(now - (payout.refusedAt ?? now)).toBeGreaterThanOrEqual(day);
      }
      if (decision.next?.action === 'send') {
        expect(result.kind).toBe('not-found');
        expect(now - (payout.notFoundAt ?? now)).toBeGreaterThanOrEqual(5 * 60_000);
        expect(now - (payout.firstSentAt ?? now)).toBeLessThan(day);
      }
    }),
    { numRuns: 5_000 },
  );
});

test('without an answer nobody knows; without a connection nothing left', () => {
  const timeout = decideAfterSend(facts(), { kind: 'unknown', reason: 'timeout' }, { now, random });
  const refused = decideAfterSend(facts(), { kind: 'unknown', reason: 'connect' }, { now, random });

  expect(timeout).toMatchObject({ state: 'unknown', wasUnknown: true, next: { action: 'ask' } });
  expect(refused).toMatchObject({ state: 'held', wasUnknown: false, next: { action: 'send' } });
});

const after = (code: string) =>
  decideAfterSend(
    facts(),
    refusals.find((result) => 'code' in result && result.code === code)!,
    {
      now,
      random,
    },
  );

test.each([
  ['SYSTEMERROR', 'unknown', 'ask', 1_000],
  ['PROCESSING', 'unknown', 'ask', 1_000],
  ['SEND_FAILED', 'held', 'verify', 5_000],
  ['NOTENOUGH', 'held', 'send', 0],
  ['FREQ_LIMIT', 'held', 'send', 1_000],
  ['NO_AUTH', 'held', 'verify', 5_000],
  ['CA_ERROR', 'held', 'send', 0],
  ['FATAL_ERROR', 'frozen', 'ask', 5_000],
])('%s makes it %s, next %s', (code, state, action, inMs) => {
  const decision = after(code);

  expect(decision.state).toBe(state);
  expect(decision.next).toEqual({ action, at: now + inMs });
});

test('a process that died while sending leaves a doubt, whatever the question brings', () => {
  const doubts = asks.filter((result) => result.kind !== 'found' || result.state === 'sending');

  for (const result of doubts) {
    const decision = decideAfterAsk(facts({ wasUnknown: false }), result, { now, random });
    const isFrozen = decision.state === 'frozen';
    expect([decision.wasUnknown || isFrozen, decision.next?.action]).toEqual([true, 'ask']);
  }
});

test('limits of the day wait for midnight in China', () => {
  const decision = after('SENDNUM_LIMIT');

  expect(decision.next?.at).toBeGreaterThanOrEqual(Date.parse('2026-11-21T16:00:00Z'));
  expect(after('SENDAMOUNT_LIMIT').stop).toMatchObject({ scope: 'merchant' });
});

test('an order that is found with another amount is frozen and stops its promotion', () => {
  const found: QueryResult = { kind: 'found', state: 'sent', detailId: '1', amountFen: 101, trace };

  const decision = decideAfterAsk(facts(), found, { now, random });

  expect(decision).toMatchObject({ state: 'frozen', stop: { scope: 'promotion' } });
});

test('a packet is looked at soon after it is out, then hourly, and closely when it comes back', () => {
  const found: QueryResult = { kind: 'found', state: 'sent', detailId: '1', amountFen: 100, trace };
  const first = decideAfterSend(facts(), { kind: 'sent', sendListId: '1', trace }, { now, random });
  const looks: number[] = [(first.next?.at ?? 0) - now];
  let at = first.next?.at ?? Infinity;
  while (at < now + 26.5 * 60 * 60_000) {
    const payout = facts({ state: 'sent', deliveredAt: now });
    at = decideAfterAsk(payout, found, { now: at, random }).next?.at ?? Infinity;
    looks.push(at - now);
  }

  expect(looks.slice(0, 4)).toEqual([15_000, 120_000, 600_000, 70 * 60_000]);
  expect(looks).toContain(day + 10 * 60_000);
  expect(looks).toContain(25 * 60 * 60_000);
  expect(looks).toContain(26 * 60 * 60_000);
  expect(looks.length).toBeLessThan(35);
});

test('a look that comes late leaves out the ones it passed', () => {
  const found: QueryResult = { kind: 'found', state: 'sent', detailId: '1', amountFen: 100, trace };
  const payout = facts({ state: 'sent', deliveredAt: now - 5 * 60_000 });

  const decision = decideAfterAsk(payout, found, { now, random });

  expect(decision.next?.at).toBe(now + 5 * 60_000);
});
