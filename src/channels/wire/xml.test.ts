import fc from 'fast-check';
import { parseStringPromise } from 'xml2js';
import { readFlatXml } from './flat-xml';
import { readNestedXml } from './nested-xml';

const readers = { flat: readFlatXml, nested: readNestedXml };

test('the flat reader keeps every value as the exact string', () => {
  const fields = readFlatXml(
    '<xml>\n<A><![CDATA[ 001234567890 ]]></A><B>0x1F</B> <C>24000000000000000001</C><D></D>' +
      '<E><![CDATA[a]]]]><![CDATA[>b]]></E><F>&lt;b&gt;&amp;&quot;&apos;</F><G>  </G></xml>\n',
  );

  expect({ ...fields }).toEqual({
    A: ' 001234567890 ',
    B: '0x1F',
    C: '24000000000000000001',
    D: '',
    E: 'a]]>b',
    F: `<b>&"'`,
    G: '  ',
  });
});

const malformed: Record<string, string> = {
  'an empty text': '',
  'no XML': 'hello',
  'an unclosed element': '<xml><A>1</xml>',
  'an unclosed root': '<xml><A>1</A>',
  'two roots': '<xml><A>1</A></xml><xml><B>2</B></xml>',
  'trailing text': '<xml><A>1</A></xml>x',
  'leading text': 'x<xml><A>1</A></xml>',
  'a byte order mark': '\ufeff<xml><A>1</A></xml>',
  'a DOCTYPE': '<!DOCTYPE xml [<!ENTITY a "b">]><xml><A>&a;</A></xml>',
  'an inner DOCTYPE': '<xml><!DOCTYPE x><A>1</A></xml>',
  'a comment': '<xml><!-- x --><A>1</A></xml>',
  'a processing instruction': '<xml><?php x?><A>1</A></xml>',
  'an attribute': '<xml><A x="1">1</A></xml>',
  'a huge attribute': `<xml a="${'x'.repeat(60_000)}"><A>1</A></xml>`,
  'a namespace': '<x:xml xmlns:x="u"><A>1</A></x:xml>',
  'a prefixed tag': '<xml><x:A>1</x:A></xml>',
  'a repeated tag': '<xml><MsgId>1</MsgId><MsgId>2</MsgId></xml>',
  'an unknown entity': '<xml><A>&nbsp;</A></xml>',
  'a numeric entity': '<xml><A>&#65;</A></xml>',
  'a bare ampersand': '<xml><A>a & b</A></xml>',
  'an unfinished entity': '<xml><A>a &amp b</A></xml>',
  'a CDATA end in text': '<xml><A>a]]>b</A></xml>',
  'an unclosed CDATA': '<xml><A><![CDATA[x</A></xml>',
  'a NUL': '<xml><A>a\u0000b</A></xml>',
  'a NUL in CDATA': '<xml><A><![CDATA[a\u0000b]]></A></xml>',
  'a control character': '<xml><A>a\u0008b</A></xml>',
  'a lone surrogate': '<xml><A>a\ud800b</A></xml>',
  'a __proto__ tag': '<xml><__proto__>1</__proto__><A>1</A></xml>',
  'a constructor tag': '<xml><constructor>1</constructor></xml>',
  'a toString tag': '<xml><toString>1</toString></xml>',
  'text beside tags': '<xml>loose<A>1</A></xml>',
  'CDATA beside tags': '<xml><![CDATA[loose]]><A>1</A></xml>',
  'no fields': '<xml></xml>',
  'a self-closing root': '<xml/>',
  'another root': '<html><A>1</A></html>',
  'crossed tags': '<xml><A><B></A></B></xml>',
  'a depth of 10,000': `<xml>${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</xml>`,
  'a depth of 20': `<xml>${'<a>'.repeat(20)}${'</a>'.repeat(20)}</xml>`,
  '100,000 siblings': `<xml><L>${'<a>1</a>'.repeat(100_000)}</L></xml>`,
  'a closing tag with blanks': '<xml><A>1</A ></xml>',
};

describe.each(Object.keys(readers) as (keyof typeof readers)[])('the %s reader', (name) => {
  test.each(Object.keys(malformed))('refuses %s', (kind) => {
    expect(readers[name](malformed[kind] ?? '')).toBeUndefined();
  });

  test('leaves the prototype of objects alone', () => {
    readers[name]('<xml><__proto__><polluted>1</polluted></__proto__></xml>');

    expect('polluted' in {}).toBe(false);
  });
});

test('what is nested goes to the nested reader, which keeps strings and lists', () => {
  const text =
    '<?xml version="1.0" encoding="UTF-8"?>\n<xml><A><![CDATA[1]]></A><B><C>0012</C><D/><E>1</E><E>2</E></B></xml>';

  expect(readFlatXml(text)).toBeUndefined();
  expect(readNestedXml(text)).toEqual({ A: '1', B: { C: '0012', D: '', E: ['1', '2'] } });
});

const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('<xml>', '</xml>', '<A>', '</A>', '<Bc>', '</Bc>', '<A/>'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('<![CDATA[', ']]>', '<![CDATA[x]]>', ']]', '>', '<', '/'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('&amp;', '&lt;', '&#48;', '&x;', '&', ' ', '\n', '\t', '\u00a0'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '<!--',
      '-->',
      '<!DOCTYPE a>',
      '<?x?>',
      '<_>',
      '<cdata>',
      '</cdata>',
    ),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }) },
);

const field = fc
  .tuple(
    fc.constantFrom('A', 'Bc', 'ToUserName', 'cdata', 'attr', 'x.y-z', 'toString', '_', 'A1'),
    fc.array(
      fc.oneof(
        fc
          .string({ maxLength: 12, unit: 'binary' })
          .map((text) => `<![CDATA[${text.replaceAll(']]>', '')}]]>`),
        fc.string({ maxLength: 12 }).map((text) => text.replace(/[<&]/g, '&amp;')),
        fc.constantFrom('&lt;', '&quot;', ' ', '\r\n', '🧧', ''),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([name, values]) => `<${name}>${values.join('')}</${name}>`);

const document = fc.oneof(
  fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 16 }).map((pieces) => `<xml>${pieces.join('')}</xml>`),
  fc.array(field, { maxLength: 6 }).map((fields) => `<xml>${fields.join('\n')}</xml>`),
);

/** What xml2js itself makes of a text, or undefined when it refuses. */
async function byXml2js(text: string): Promise<unknown> {
  try {
    return await parseStringPromise(text, { explicitRoot: false, explicitArray: false });
  } catch {
    return undefined;
  }
}

test('whatever the flat reader and xml2js both accept, they read alike', async () => {
  let both = 0;

  await fc.assert(
    fc.asyncProperty(document, async (text) => {
      const ours = readFlatXml(text);
      if (!ours) return;
      const theirs = await byXml2js(text);
      if (theirs === undefined) return;
      both += 1;
      expect({ ...ours }).toEqual(theirs);
      expect(readNestedXml(text)).toEqual(theirs);
    }),
    { numRuns: 4_000 },
  );

  expect(both).toBeGreaterThan(300);
});

test('the flat reader accepts nothing that xml2js refuses', async () => {
  await fc.assert(
    fc.asyncProperty(document, async (text) => {
      if (readFlatXml(text)) expect(await byXml2js(text)).toBeDefined();
    }),
    { numRuns: 1_000 },
  );
});

test('what is written as an ordinary message is read back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (said) => {
      const text = said.replaceAll(']]>', ']]]]><![CDATA[>');

      const fields = readFlatXml(`<xml><Content><![CDATA[${text}]]></Content></xml>`);

      expect(fields?.['Content']).toBe(said);
    }),
  );
});
