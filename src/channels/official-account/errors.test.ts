import { errorTable } from './error-table';
import { outcomeOf, WeChatError } from './errors';

test.each([
  [0, { kind: 'ok' }],
  [-1, { kind: 'retry', name: 'system-busy' }],
  [40001, { kind: 'token' }],
  [40014, { kind: 'token' }],
  [42001, { kind: 'token' }],
  [41001, { kind: 'request' }],
  [40003, { kind: 'refused-follower', scope: 'all' }],
  [40010, { kind: 'request', name: 'media-size-invalid' }],
  [40037, { kind: 'account', scope: 'template', tries: 1 }],
  [40164, { kind: 'account', scope: 'account', tries: 0 }],
  [43004, { kind: 'refused-follower' }],
  [43019, { kind: 'refused-follower' }],
  [43101, { kind: 'refused-follower', scope: 'template' }],
  [43117, { kind: 'defer', until: 'minute' }],
  [45009, { kind: 'defer', until: 'day' }],
  [45011, { kind: 'defer', until: 'minute' }],
  [45015, { kind: 'window', name: 'window-closed' }],
  [45047, { kind: 'window', name: 'window-used-up' }],
  [45065, { kind: 'duplicate' }],
  [45159, { kind: 'retry', tries: 3 }],
  [47003, { kind: 'request', name: 'template-field-invalid' }],
  [48001, { kind: 'account' }],
  [61456, { kind: 'request' }],
  [88008, { kind: 'request' }],
  [123456, { kind: 'request', name: 'unknown-code' }],
])('code %i means %j', (code, expected) => {
  expect(outcomeOf(code)).toMatchObject(expected);
});

test('at the token endpoint 40001 speaks of the AppSecret', () => {
  expect(outcomeOf(40001, 'token')).toMatchObject({ kind: 'account', name: 'app-secret-invalid' });
});

test('exactly three codes renew the token', () => {
  const renewing = errorTable.filter((row) => row.class === 'K').map((row) => row.code);

  expect(renewing).toEqual([40001, 40014, 42001]);
});

test('no code has two meanings', () => {
  const codes = errorTable.flatMap((row) =>
    Array.from({ length: (row.to ?? row.code) - row.code + 1 }, (_, step) => row.code + step),
  );

  expect(new Set(codes).size).toBe(codes.length);
});

test("an error names WeChat's own id of the call when it was given", () => {
  const told = (errmsg: string) => new WeChatError('/x', 40003, errmsg, outcomeOf(40003));

  expect(told('invalid openid rid: 65004ee5-3ca2dfc2-6eb97a55').requestId).toBe(
    '65004ee5-3ca2dfc2-6eb97a55',
  );
  expect(told('hint: [1700000000_12_abcdef], from ip').requestId).toBe('1700000000_12_abcdef');
  expect(told('no name at all').requestId).toBeUndefined();
});
