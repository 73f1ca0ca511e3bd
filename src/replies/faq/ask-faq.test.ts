import * as fc from 'fast-check';
import {
  skincareFaqs,
  skincareQuestions,
  strangeQuestions,
} from '../../../test/fixtures/skincare-faqs';
import { askFaq } from './ask-faq';
import { buildFaqIndex, buildFaqIndexGently } from './faq-index';

const shop = buildFaqIndex(skincareFaqs);

test.each(skincareQuestions)('%s is answered with %s', (text, faq) => {
  const answer = askFaq(shop, text);

  expect(answer).toMatchObject({ band: 'answer', best: faq });
});

test('every phrasing of the shop is answered with its own FAQ, word for word', () => {
  const wrong = skincareFaqs.flatMap(({ id, question, similar }) =>
    [question, ...similar].filter((text) => askFaq(shop, text).best !== id),
  );

  expect(wrong).toEqual([]);
});

test('at most one in ten unrelated questions is answered', () => {
  const answered = strangeQuestions.filter((text) => askFaq(shop, text).band === 'answer');

  expect(answered.length).toBeLessThanOrEqual(strangeQuestions.length / 10);
});

test('a shop with one FAQ answers a close paraphrase and nothing else', () => {
  const small = buildFaqIndex(skincareFaqs.slice(0, 1));

  const bands = ['几点关门', '门店几点关门呀', '我想退货', ...strangeQuestions].map(
    (text) => askFaq(small, text).band,
  );

  expect(bands).toEqual(['answer', 'answer', 'none', ...strangeQuestions.map(() => 'none')]);
});

test('a shop where every FAQ has one phrasing still finds close paraphrases', () => {
  const terse = buildFaqIndex(skincareFaqs.map((faq) => ({ ...faq, similar: [] })));

  const answers = ['请问运费怎么算呀', '可以开发票么', '保质期是多久'].map((text) =>
    askFaq(terse, text),
  );

  expect(answers.map(({ best }) => best)).toEqual(['delivery-fee', 'invoice', 'expiry']);
});

test('words that two FAQs share exactly are never answered, a choice is offered', () => {
  const twins = buildFaqIndex([
    ...skincareFaqs,
    { id: 'return-abroad', question: '不喜欢可以退货吗？', similar: ['海外订单退货'] },
  ]);

  const answer = askFaq(twins, '不喜欢可以退货吗');

  expect(answer.band).toBe('clarify');
  expect(answer.best).toBeUndefined();
});

test.each(['', '  ', '😀', '？？？', '\u{1F600}\u200d'])('%j is not answered', (text) => {
  const answer = askFaq(shop, text);

  expect(answer).toMatchObject({ band: 'none', confidence: 0 });
  expect(answer.ranked).toHaveLength(10);
});

test('an empty shop answers nothing', () => {
  const empty = buildFaqIndex([]);

  const answer = askFaq(empty, '几点开门');

  expect(answer).toMatchObject({ band: 'none', ranked: [], confidence: 0 });
});

test('FAQs without words, and FAQs that are all alike, build and answer nothing', () => {
  const odd = buildFaqIndex([
    { id: 'emoji', question: '😀', similar: ['！'] },
    { id: 'one', question: '怎么退货', similar: ['怎么退货'] },
    { id: 'two', question: '怎么退货', similar: [] },
  ]);

  const bands = ['怎么退货', '😀', '今天天气'].map((text) => askFaq(odd, text).band);

  expect(bands).toEqual(['clarify', 'none', 'none']);
});

test('for any text: ten distinct FAQs, scores fall, the first is the confidence, 0.5 decides', () => {
  const words = fc.constantFrom(
    '退货',
    '发票',
    '几点',
    '😀',
    '?',
    'abc',
    '12',
    '不',
    '精华',
    '𠮷',
    ' ',
  );
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(words).map((all) => all.join('')),
  );

  fc.assert(
    fc.property(text, (said) => {
      const { band, best, ranked, confidence, threshold } = askFaq(shop, said);

      expect(new Set(ranked.map(({ id }) => id)).size).toBe(10);
      expect(ranked[0]?.score).toBe(confidence);
      ranked.slice(1).forEach(({ score }, at) => {
        expect(score).toBeLessThanOrEqual(ranked[at]?.score ?? 0);
        expect(score).toBeGreaterThanOrEqual(0);
      });
      expect(band === 'answer').toBe(confidence >= threshold);
      expect(best).toBe(band === 'answer' ? ranked[0]?.id : undefined);
    }),
  );
});

test('building gently gives the same answers and lets others run in between', async () => {
  const many = Array.from({ length: 80 }, (_, at) => ({
    id: `faq-${at}`,
    question: `${skincareFaqs[at % 12]?.question ?? ''}第${at}号商品`,
    similar: [`商品${at}的${skincareFaqs[at % 12]?.similar[0] ?? ''}`],
  }));
  let pauses = 0;

  const gentle = await buildFaqIndexGently(many, () => {
    pauses++;
    return Promise.resolve();
  });

  const atOnce = buildFaqIndex(many);
  expect(askFaq(gentle, '第7号商品几点发货')).toEqual(askFaq(atOnce, '第7号商品几点发货'));
  expect(pauses).toBeGreaterThan(0);
});
