import { letterOf } from '../../phone/parts/letter';
import { initialOf } from './initial';

test.each([
  ['小雨', '雨'],
  ['lin', 'L'],
  [' 小雨 ', '雨'],
  ['小雨·试用🌧️', '🌧️'],
  ['研究员👩🏽‍🔬', '👩🏽‍🔬'],
  ['上海🇨🇳', '🇨🇳'],
  ['𠮷', '𠮷'],
  ['', ''],
])('the face of %j shows %j', (name, sign) => {
  expect(initialOf(name)).toBe(sign);
});

test('a face on the phone shows a whole sign, too', () => {
  expect(letterOf('🌧️☂️')).toBe('🌧️');
  expect(letterOf('小雨🌧️')).toBe('雨');
});
