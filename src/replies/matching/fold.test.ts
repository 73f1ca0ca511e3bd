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
