import { flawOf } from './written-text';

const source = {
  question: '多久发货，运费多少',
  answer: '下午 4 点前的订单当天发货，一般三天到；满 99 元包邮，不满收 8 元。电话 021-5566 7788。',
};
const flaw = (text: string) => flawOf(text, source);

describe('own words of a model', () => {
  test('are said when the source says all of it', () => {
    expect(flaw('下午 4 点前的订单当天发货，一般 3 天到。')).toBeUndefined();
    expect(flaw('满九十九元包邮，不满收 8 块。')).toBeUndefined();
    expect(flaw('满￥99包邮，不满收8元')).toBeUndefined();
  });

  test.each([
    ['一个没有的数', '满 59 元包邮，不满收 8 元。', 'number'],
    ['一个没有的数，写成汉字', '满五十九元包邮，不满收 8 元。', 'number'],
    ['同一个数换了单位', '订单当天发货，满 99 折包邮', 'number'],
    ['大写的数', '满伍拾玖元包邮，不满收 8 元。', 'number'],
    ['别的文字的数', '满 ٩٩ 元包邮，不满收 8 元。', 'number'],
    ['一个电话', '一般三天到，电话 13812345678', 'number'],
    ['一个网址', '满 99 元包邮，详见 https://evil.example/a', 'link'],
    ['没有协议的网址', '满 99 元包邮，详见 evil.example', 'link'],
    ['句号写的网址', '满 99 元包邮，详见 evil。com', 'link'],
    ['邮箱', '满 99 元包邮，写信给 a@b', 'link'],
    ['微信号', '满 99 元包邮，加微信 zhangsan_shop', 'link'],
    ['HTML', '满 99 元包邮<img src=x onerror=alert(1)>', 'markup'],
    ['模板', '满 99 元包邮 {{ person.name }}', 'markup'],
    ['反向书写', '满 99 元包邮\u202e邮包', 'strange-characters'],
    ['控制符', '满 99 元包邮\u0000', 'strange-characters'],
    ['零宽', '满 99 元\u200b包邮', 'strange-characters'],
    ['自己的话', '我是语言模型，很高兴为您讲笑话', 'off-source'],
    ['太长', '当天发货，'.repeat(100), 'too-long'],
    ['什么都没说', '', 'empty'],
  ])('are not said with %s', (_, text, verdict) => {
    expect(flaw(text)).toBe(verdict);
  });

  test('keep a phone that the source has', () => {
    expect(flaw('一般三天到；电话 021-5566 7788。')).toBeUndefined();
  });
});
