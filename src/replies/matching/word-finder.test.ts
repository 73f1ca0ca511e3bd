import * as fc from 'fast-check';
import { runAtOnce } from '../../kernel/slices';
import { buildWordFinder } from './word-finder';

const word = fc.string({
  unit: fc.constantFrom('退', '货', '款', 'a', '😀'),
  minLength: 1,
  maxLength: 4,
});

test('finds what a plain search of each word finds, at each place', () => {
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 12 }), fc.array(word), (words, parts) => {
      const text = parts.join('');
      const hits = runAtOnce(buildWordFinder(words)).search(text);

      const found = hits.flatMap(([end, here]) => here.map((one) => `${end} ${one}`));
      const expected = Array.from({ length: text.length }, (_, end) =>
        words.filter((one) => text.slice(0, end + 1).endsWith(one)).map((one) => `${end} ${one}`),
      ).flat();
      expect([...found].sort()).toEqual([...expected].sort());
      expect(hits.map(([end]) => end)).toEqual(hits.map(([end]) => end).sort((a, b) => a - b));
    }),
  );
});

test('no word finds nothing, and the empty word is none', () => {
  expect(runAtOnce(buildWordFinder([])).search('退货')).toEqual([]);
  expect(runAtOnce(buildWordFinder([''])).search('退货')).toEqual([]);
});
