import { rarityOf, syllableOf, toSimplified } from './character-tables';

test('traditional text becomes simplified, everything else stays', () => {
  const simplified = toSimplified('請問運費怎麼算 hello 😀 后');

  expect(simplified).toBe('请问运费怎么算 hello 😀 后');
});

test('characters that are typed for one another sound alike', () => {
  const alike = [
    ['票', '漂'],
    ['是', '四'],
    ['李', '你'],
    ['湖', '福'],
    ['林', '零'],
  ].map(([one = '', other = '']) => syllableOf(one) === syllableOf(other));

  expect(alike).toEqual([true, true, true, true, true]);
  expect(syllableOf('退')).not.toBe(syllableOf('发'));
  expect(syllableOf('a')).toBe(0);
});

test('common characters are less telling than rare ones', () => {
  expect(rarityOf('的')).toBeLessThan(rarityOf('邮'));
  expect(rarityOf('邮')).toBeLessThan(rarityOf('龘'));
  expect(rarityOf('abc')).toBe(1);
});
