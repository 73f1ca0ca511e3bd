import { outcomeOf, WeChatError, WeChatUnclear } from '../channels/official-account';
import { judgeAnswer, repeatWindowMs, unclear, type Attempt } from './judge-answer';
import { quotaReset } from './quota-reset';

const first: Attempt = {
  channel: 'template',
  origin: 'campaign',
  inDoubt: false,
  tries: 1,
  firstSentAt: 0,
};
const refusedWith = (errcode: number) =>
  ({ kind: 'refused', error: new WeChatError('/send', errcode, '', outcomeOf(errcode)) }) as const;

test.each([
  [-1, { kind: 'again', slow: true, inDoubt: false }],
  [45009, { kind: 'again', hold: 'day' }],
  [45011, { kind: 'again', hold: 'minute' }],
  [43117, { kind: 'again', afterMs: 60_000 }],
  [43004, { kind: 'ended', state: 'skipped', reason: 'not-following' }],
  [43101, { kind: 'ended', state: 'skipped', reason: 'refused-by-follower' }],
  [40003, { kind: 'ended', state: 'failed', reason: 'openid-invalid' }],
  [47003, { kind: 'ended', state: 'failed', reason: 'template-field-invalid' }],
  [48001, { kind: 'again', pause: true }],
  [40037, { kind: 'again', afterMs: 5_000 }],
  [99999, { kind: 'ended', state: 'failed', reason: 'unknown-code' }],
])('%i is answered by what its class asks for', (errcode, verdict) => {
  expect(judgeAnswer(refusedWith(errcode), first, 0)).toMatchObject(verdict);
});

test('a template just added gets one more try, then the run pauses', () => {
  expect(judgeAnswer(refusedWith(40037), { ...first, tries: 2 }, 0)).toMatchObject({ pause: true });
});

test('one follower written to too often holds nobody else', () => {
  expect(judgeAnswer(refusedWith(43117), first, 0)).not.toHaveProperty('hold');
});

test('a refusal after a try in doubt is no proof about that try', () => {
  expect(judgeAnswer(refusedWith(43004), { ...first, inDoubt: true }, 0)).toMatchObject({
    kind: 'ended',
    state: 'unknown',
  });
});

test('an unclear answer is repeated while WeChat remembers the id, and is unknown after that', () => {
  const lost = { kind: 'unknown', error: new WeChatUnclear('/send', 'timeout') } as const;

  expect(judgeAnswer(lost, first, 1_000)).toMatchObject({ kind: 'again', inDoubt: true });
  expect(judgeAnswer(lost, first, repeatWindowMs)).toMatchObject({ state: 'unknown' });
  expect(unclear({ ...first, channel: 'customer-service' }, 0)).toMatchObject({ state: 'unknown' });
});

test('what never left is free to be sent again', () => {
  const unsent = { kind: 'unsent', error: new WeChatUnclear('/send', 'connect') } as const;

  expect(judgeAnswer(unsent, first, 0)).toMatchObject({
    kind: 'again',
    inDoubt: false,
    slow: true,
  });
});

test('a daily quota is back at midnight in China', () => {
  expect(quotaReset(Date.parse('2026-11-21T15:59:59Z'), 'day')).toBe(
    Date.parse('2026-11-21T16:00:00Z'),
  );
  expect(quotaReset(Date.parse('2026-11-21T16:00:00Z'), 'day')).toBe(
    Date.parse('2026-11-22T16:00:00Z'),
  );
});
