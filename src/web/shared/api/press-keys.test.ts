import { openPressKeys } from './press-keys';

const start = '/promotions/1/start';

function keys() {
  let made = 0;
  return openPressKeys(() => `key ${(made += 1)}`);
}

test('each press has a key of its own', () => {
  const { keyOf, answered } = keys();

  const first = keyOf(start, {});
  answered(start, 200);

  expect([first, keyOf(start, {})]).toEqual(['key 1', 'key 2']);
});

test.each([
  ['nobody', undefined, ''],
  ['a server that failed', 503, 'outcome_unknown'],
  ['a server that still works on it', 409, 'idempotency_in_progress'],
])('answered by %s it keeps its key', (_, status, code) => {
  const { keyOf, answered } = keys();

  const first = keyOf(start, {});
  if (status) answered(start, status, code);

  expect(keyOf(start, {})).toBe(first);
});

test('another body, another thing, or an answer to what was pressed beside it: a new key', () => {
  const { keyOf, answered } = keys();

  const first = keyOf(start, {});
  const other = keyOf('/promotions/2/start', {});
  const body = keyOf(start, { more: 1 });
  answered('/promotions/1/pause', 200);
  answered('/promotions/2/start', 409, 'promotion_over');

  expect([first, other, body]).toEqual(['key 1', 'key 2', 'key 3']);
  expect([keyOf(start, { more: 1 }), keyOf('/promotions/2/start', {})]).toEqual(['key 4', 'key 5']);
});

test('a key is 32 hexadecimal digits', () => {
  expect(openPressKeys().keyOf(start, {})).toMatch(/^[0-9a-f]{32}$/);
});
