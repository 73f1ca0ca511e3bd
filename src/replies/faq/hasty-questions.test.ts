import { beauty } from '../../../test/fixtures/faq-shops/beauty';
import { coffee } from '../../../test/fixtures/faq-shops/coffee';
import { makeNoisy } from '../../../test/fixtures/faq-shops/make-noisy';
import { parcels } from '../../../test/fixtures/faq-shops/parcels';
import { readShop } from '../../../test/fixtures/faq-shops/read-shop';
import { unknownNouns } from '../../../test/fixtures/faq-shops/unknown-nouns';
import { askFaq } from './ask-faq';
import { coverOf } from './content-cover';
import { buildFaqIndex } from './faq-index';
import { readQuestion } from './knowledge';
import { meaningsOf } from './meanings';
import { normaliseQuestion } from './normalise-question';

const faqs = [
  { id: 'parcel', question: '我的快递到哪了', similar: ['怎么查物流', '取件码在哪'] },
  { id: 'hours', question: '门店几点开门', similar: ['周末几点下班', '营业到几点'] },
  { id: 'cancel', question: '怎么取消订单', similar: ['不想要了还没发货'] },
];
const index = buildFaqIndex(faqs);
const first = (text: string) => askFaq(index, text).ranked[0]?.id;

describe('a hasty question', () => {
  test.each([
    ['sounds alike', '快弟到哪拉', 'parcel'],
    ['looks alike', '取件码住哪', 'parcel'],
    ['looks alike within a word', '取肖订单', 'cancel'],
  ])('with a character that %s finds its FAQ', (_, text, id) => {
    expect(first(text)).toBe(id);
  });

  test('is corrected only towards what the shop itself wrote', () => {
    const corrected = readQuestion(index.scorer.knowledge, '取肖');
    const strange = readQuestion(index.scorer.knowledge, '锅炉');

    expect(corrected?.unknown.filter(({ kind }) => kind === 0)).toEqual([]);
    expect(strange?.unknown.filter(({ kind }) => kind === 0)).toHaveLength(2);
  });

  test.each(['到了不', '到了么', '到了没', '到了马', '到了吗'])('%s asks', (text) => {
    expect(normaliseQuestion(text)).toBe('到了吗');
  });

  test.each(['为什么', '干什么', '怎么'])('%s stays a question word', (text) => {
    expect(normaliseQuestion(text)).toBe(text);
  });

  test('in words that stand only in the answer finds its FAQ; what a template fills in is no word', () => {
    const asked = (answer: string) =>
      askFaq(
        buildFaqIndex([...faqs, { id: 'way', question: '你们在什么地方', similar: [], answer }]),
        '地铁口走几分钟',
      ).ranked.find(({ id }) => id === 'way')?.score;

    expect(asked('地铁口出来走五分钟')).toBeGreaterThan(0.02);
    expect(asked('{{ 地铁口出来走五分钟 }}')).toBe(0);
    expect(asked('')).toBe(0);
  });

  test('speaks of the same thing in other words', () => {
    expect(meaningsOf('什么时候退钱')).toEqual(meaningsOf('多久退款'));
    expect(meaningsOf('今天天气')).toEqual([]);
  });

  test('is not answered by an FAQ that shares only a few of its small words', () => {
    const question = readQuestion(index.scorer.knowledge, '露天音乐会几点开始售票');
    const cover = question && coverOf(index.scorer, question, 1).content;

    expect(cover).toBeLessThan(1 / 3);
    expect(askFaq(index, '露天音乐会几点开始售票').band).not.toBe('answer');
  });
});

test('a frame every shop has does not answer for a noun the shop never wrote', () => {
  const answered = Object.entries({ beauty, coffee, parcels }).map(([name, written]) => {
    const shop = buildFaqIndex(readShop(written).faqs);
    const { asked } = readShop(unknownNouns[name as keyof typeof unknownNouns]);
    return asked.filter(({ text }) => askFaq(shop, text).band === 'answer').length / asked.length;
  });

  expect(Math.max(...answered)).toBeLessThan(0.2);
});

test('a shared frame, or a character out of another word, is not what a question is about', () => {
  const cafe = buildFaqIndex([
    { id: 'latte', question: '拿铁多少钱', similar: ['美式多少钱', '一杯拿铁多少钱'] },
    { id: 'park', question: '校区可以停车吗', similar: ['有停车位吗', '开车去停哪里'] },
    ...faqs,
  ]);
  const cover = (text: string, faq: number) => {
    const question = readQuestion(cafe.scorer.knowledge, text);
    return question && coverOf(cafe.scorer, question, faq);
  };

  expect(cover('包间多少钱', 0)).toMatchObject({ subject: 0 });
  expect(cover('包间多少钱', 0)?.content).toBeGreaterThan(0.4);
  expect(cover('美式多少钱', 0)).toEqual({ content: 1, subject: 1 });
  expect(cover('有校车吗', 1)).toEqual({ content: 1, subject: 0.5 });
  expect(cover('多少钱', 0)).toEqual({ content: 1, subject: 1 });
  expect(askFaq(cafe, '包间多少钱').band).not.toBe('answer');
});

test('what a question was corrected to does not answer it alone', () => {
  const shop = buildFaqIndex([
    { id: 'sockets', question: '有插座可以充电吗', similar: ['有插头吗', '带电脑有插座吗'] },
    ...faqs,
  ]);

  expect(askFaq(shop, '有茶吗').band).not.toBe('answer');
});

/** The floors stand a little below what `test/bench/faq-quality.ts` prints. */
describe.each([
  ['beauty', beauty],
  ['coffee', coffee],
  ['parcels', parcels],
])('the %s shop', (_, written) => {
  const { faqs: known, asked } = readShop(written);
  const shop = buildFaqIndex(known);
  const within = asked.filter(({ kind }) => kind === 'in');
  const share = (of: typeof asked, holds: (one: (typeof asked)[number], at: number) => boolean) =>
    of.filter(holds).length / of.length;

  test('finds most questions first, and nearly all among the three it offers', () => {
    const top = (count: number) =>
      share(within, ({ text, gold }) =>
        askFaq(shop, text)
          .ranked.slice(0, count)
          .some(({ id }) => id === gold),
      );

    expect(top(1)).toBeGreaterThan(0.81);
    expect(top(3)).toBeGreaterThan(0.93);
  });

  test('answers two in three', () => {
    expect(share(within, ({ text, gold }) => askFaq(shop, text).best === gold)).toBeGreaterThan(
      0.66,
    );
  });

  test('gives few wrong answers, written hastily or not', () => {
    const wrong = (spoil: (text: string, at: number) => string) =>
      share(within, ({ text, gold }, at) => {
        const { best } = askFaq(shop, spoil(text, at));
        return best !== undefined && best !== gold;
      });

    expect(wrong((text) => text)).toBeLessThan(0.07);
    expect(wrong(makeNoisy)).toBeLessThan(0.07);
  });

  test('refuses what has nothing to do with it', () => {
    const far = asked.filter(({ kind }) => kind === 'far');

    expect(share(far, ({ text }) => askFaq(shop, text).band !== 'answer')).toBeGreaterThan(0.8);
  });
});
