import { weComErrorTable } from './error-table';
import { triesAfterChange, weComOutcomeOf } from './errors';

test.each([
  [0, { kind: 'ok' }],
  [-1, { kind: 'retry', name: 'system-busy', tries: 3 }],
  [6000, { kind: 'retry' }],
  [40001, { kind: 'account', name: 'secret-invalid' }],
  [40014, { kind: 'token' }],
  [42001, { kind: 'token' }],
  [40005, { kind: 'request' }],
  [40068, { kind: 'request', name: 'tag-id-invalid' }],
  [40126, { kind: 'defer' }],
  [41048, { kind: 'request', name: 'nobody-to-send-to' }],
  [41050, { kind: 'request', name: 'welcome-code-expired' }],
  [41051, { kind: 'duplicate', name: 'welcomed-already' }],
  [41063, { kind: 'retry', name: 'mass-message-dispatching' }],
  [41093, { kind: 'duplicate' }],
  [41094, { kind: 'defer', until: 'day' }],
  [41096, { kind: 'retry', name: 'welcome-sent-by-other-app' }],
  [45009, { kind: 'defer', until: 'minute' }],
  [45033, { kind: 'retry', name: 'concurrency-limit' }],
  [48002, { kind: 'account' }],
  [60020, { kind: 'account', name: 'address-not-allowed' }],
  [60108, { kind: 'request' }],
  [84061, { kind: 'request', name: 'relation-unknown' }],
  [90508, { kind: 'duplicate' }],
  [95001, { kind: 'window' }],
  [95002, { kind: 'window' }],
  [660009, { kind: 'account' }],
  [123456, { kind: 'request', name: 'unknown-code' }],
])('code %i means %j', (code, expected) => {
  expect(weComOutcomeOf(code)).toMatchObject(expected);
});

test('exactly two codes renew the token: a wrong secret is not one of them', () => {
  const renewing = weComErrorTable.filter((row) => row.class === 'K').map((row) => row.code);

  expect(renewing).toEqual([40014, 42001]);
});

test('no code has two meanings', () => {
  const codes = weComErrorTable.flatMap((row) =>
    Array.from({ length: (row.to ?? row.code) - row.code + 1 }, (_, step) => row.code + step),
  );

  expect(codes.length).toBeGreaterThan(200);
  expect(new Set(codes).size).toBe(codes.length);
});

test('a relation that cannot be read just after its event is worth asking for again', () => {
  expect(triesAfterChange(84061)).toBe(3);
  expect(triesAfterChange(40096)).toBe(0);
});
