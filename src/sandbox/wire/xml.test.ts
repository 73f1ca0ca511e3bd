import { buildXml, parseXml } from './xml';

test('what is built is read back, ids beyond 2^53 and CDATA ends included', () => {
  const built = buildXml({
    MsgId: 24_000_000_000_000_001n,
    Content: 'a]]>b <b>& 👋',
    List: [{ A: '1' }, { A: '2' }],
  });

  expect(built).toContain('<MsgId>24000000000000001</MsgId>');
  expect(parseXml(built)).toEqual({
    MsgId: '24000000000000001',
    Content: 'a]]>b <b>& 👋',
    List: [{ A: '1' }, { A: '2' }],
  });
});

test('a document type inside a text is text', () => {
  expect(parseXml('<xml><a><![CDATA[<!DOCTYPE x>]]></a></xml>')).toEqual({ a: '<!DOCTYPE x>' });
});

test.each([
  '',
  'success',
  '{"a":1}',
  '<xml><a></xml>',
  '<xml><a>1</b></xml>',
  '<xml><a>1</a></xml><xml/>',
  '<!DOCTYPE xml [<!ENTITY a "b">]><xml><a>&a;</a></xml>',
  '<xml><a>\u0001</a></xml>',
  '<other><a>1</a></other>',
  '<xml>bare</xml>',
])('%j is not a document', (text) => {
  expect(parseXml(text)).toBeUndefined();
});
