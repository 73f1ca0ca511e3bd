import * as fc from 'fast-check';
import { fold, foldEventKey } from './fold';

test.each([
  ['ＷｉＦｉ 密码', 'wifi 密码'],
  ['  退货！！ ', '退货'],
  ['請問，運費？', '请问 运费'],
  ['红\u200b包', '红包'],
  ['A\u3000 B', 'a b'],
  ['？', '?'],
  ['', ''],
])('%j folds to %j', (text, folded) => {
  expect(fold(text)).toBe(folded);
});

test('width, case and script of any letter make no difference', () => {
  const letter = fc.constantFrom(...Array.from('abcxyzABCXYZ0189'));
  const wide = (text: string) => String.fromCharCode(text.charCodeAt(0) + 0xfee0);
  const spelled = fc.oneof(
    fc
      .tuple(
        letter,
        fc.constantFrom<(text: string) => string>(wide, (text) => text),
      )
      .chain(([text, width]) =>
        fc.constantFrom(
          [text.toLowerCase(), width(text.toLowerCase())] as const,
          [text.toLowerCase(), width(text.toUpperCase())] as const,
        ),
      ),
    fc.constantFrom(
      ...Array.from('红请问运费优会员').map(
        (one, at) => [one, Array.from('紅請問運費優會員')[at] ?? ''] as const,
      ),
    ),
  );

  fc.assert(
    fc.property(fc.array(spelled), (letters) => {
      const plain = letters.map(([one]) => one).join('');

      expect(fold(letters.map(([, other]) => other).join(''))).toBe(plain);
      expect(fold(plain)).toBe(plain);
    }),
  );
});

test('folding twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(fold(fold(text))).toBe(fold(text));
    }),
  );
});

test('event names are compared without case, their keys with it', () => {
  const folded = ['Subscribe', ' CLICK:Menu-A ', 'scan:Store:7'].map(foldEventKey);

  expect(folded).toEqual(['subscribe', 'click:Menu-A', 'scan:Store:7']);
});
