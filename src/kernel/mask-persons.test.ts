import { maskPersons } from './mask-persons';

const openid = 'oLVPpjqs9BhvzwPj5A-vTYAX3GLc';
const withoutFigure = 'oLVPpjqsBBhvzwPjaA-vTYAXcGLc';
const customer = 'wmqfasd1e1927831291723123109rAAA';

test.each([
  ['an openid', `to ${openid}`],
  ['one without a figure', `to ${withoutFigure}.`],
  ['a unionid', 'o6_bmasdasdsad6_2sgVt7hMZOPfL'],
  ['a customer in a path', `/api/v1/sidebar/contacts/${customer}/sends`],
  ['a key of the database', `Duplicate entry '01JD0000000000000000000000-${openid}' for key 'uq'`],
  ['a dedupe key', `e:1732000000:${openid}:CLICK`],
  ['a phone', 'to 13800000001'],
  ['a phone with its country', 'to +86 13800000001'],
])('%s is masked', (_, text) => {
  const masked = maskPersons(text);

  expect(masked).toMatch(/\[(id [0-9a-f]{4}|phone)\]/);
  expect(masked).not.toMatch(/LVPpj|wmqfasd|6_bmas|138/);
});

test('the same id has the same mark, and another one another', () => {
  expect(maskPersons(openid)).toBe(maskPersons(openid));
  expect(maskPersons(openid)).not.toBe(maskPersons(withoutFigure));
});

test.each([
  'official-account-callback-routes',
  'at officialAccountOperations (/app/src/wiring.js:1795331520000:13)',
  '01JD0000000000000000000000',
  'erased:01JD0000000000000000000000',
  'outreach.poll-unanswered 10000098201411111234567890',
])('%s stays readable', (text) => {
  expect(maskPersons(text)).toBe(text);
});
