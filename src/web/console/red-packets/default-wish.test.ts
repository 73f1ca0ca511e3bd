import { text } from '../../../kernel/text';
import { messages as en } from './locale.en';
import { messages as zh } from './locale.zh-CN';

test('a packet without a wish of its own is drawn with the wish that will be sent', () => {
  const key = 'promotions.default-wish';

  expect(zh[key]).toBe(text('zh-CN', 'promotion.default_wish'));
  expect(en[key]).toBe(text('en', 'promotion.default_wish'));
});
