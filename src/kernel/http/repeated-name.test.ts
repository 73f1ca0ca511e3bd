import { hasRepeatedName } from './repeated-name';

test.each([
  '{"a":1,"a":1}',
  '{"a":1,"\\u0061":2}',
  '{"\\"":1,"\\u0022":2}',
  '{"a\\\\":1,"a\\u005c":2}',
  '{"":1 , "" : 2}',
  '{"a"\n:\t1,"b":[{}],"a"\r\n:2}',
  '[1,{"b":{"c":[{"x":1,"y":{},"x":2}]}}]',
  '{"x":{"a":1},"y":[{"a":1}],"x":0}',
  '{"__proto__":1,"__proto__":2}',
  '{"雨":1,"\\u96e8":2}',
])('%s names something twice', (json) => {
  expect(() => JSON.parse(json) as unknown).not.toThrow();
  expect(hasRepeatedName(json)).toBe(true);
});

test.each([
  '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
  '{"a":"a","b":"\\"a\\":1,\\"a\\":2","c":"{\\"c\\":"}',
  '{"a":"}","b":"{","A":1,"a ":1}',
  '["a","a",["a:","a:"]]',
  '{"a":"\\\\","b":"\\\\\\"","c":"\\\\"}',
  '{"x":"a","y":["x","y"],"z":{"x":"y"}}',
  '"a"',
  'null',
])('%s does not', (json) => {
  expect(() => JSON.parse(json) as unknown).not.toThrow();
  expect(hasRepeatedName(json)).toBe(false);
});

test('whatever is written by JSON.stringify has no name twice; with one more it has', () => {
  const words = ['a', '"', '\\', '{', '}', ':', ',', '\u0061b', '雨', '\n', '[', ']'];
  let seed = 7;
  const pick = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
  const word = () => Array.from({ length: pick(4) }, () => words[pick(words.length)]).join('');
  const value = (depth: number): unknown => {
    const kind = depth > 3 ? 0 : pick(3);
    if (kind === 0) return word();
    const members = Array.from({ length: pick(4) }, () => value(depth + 1));
    return kind === 1 ? members : Object.fromEntries(members.map((one) => [word(), one]));
  };
  for (let round = 0; round < 2_000; round += 1) {
    const name = word();
    const whole = JSON.stringify({ [name]: value(0), more: value(0) }, null, pick(3));
    expect(hasRepeatedName(whole)).toBe(false);
    const twice = `${whole.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value(0))}}`;
    expect(hasRepeatedName(twice)).toBe(true);
  }
});

test.each([
  ['one long text', JSON.stringify({ a: 'x'.repeat(1_000_000) })],
  ['a text of escapes', JSON.stringify({ a: '"'.repeat(480_000) })],
  ['many small objects', JSON.stringify(Array.from({ length: 60_000 }, () => ({ a: 1, b: 2 })))],
  ['great depth', '{"a":'.repeat(150_000) + '1' + '}'.repeat(150_000)],
  [
    'many names',
    JSON.stringify(Object.fromEntries(Array.from({ length: 80_000 }, (_, i) => [`k${i}`, 1]))),
  ],
])('a megabyte is read fast: %s', (_, json) => {
  const before = process.cpuUsage();

  expect(hasRepeatedName(json)).toBe(false);

  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(1_000_000);
});
