import { skincareFaqs } from '../../../test/fixtures/skincare-faqs';
import { buildFaqIndex } from './faq-index';
import { measureSaid } from './faq-words';
import { readQuestion } from './knowledge';
import { rankFaqs } from './rank';

test('taking an FAQ away scores exactly as a shop that never had it', () => {
  const faqs = skincareFaqs.map((faq) => ({
    ...faq,
    similar: [],
    answer: faq.similar.join('，'),
  }));
  const whole = buildFaqIndex(faqs);

  for (const { phrasing, ranked } of whole.selfQuestions.unanswerable) {
    const without = buildFaqIndex(faqs.filter((_, at) => at !== phrasing)).scorer;
    const text = faqs[phrasing]?.question ?? '';
    const question = readQuestion(without.knowledge, text);
    const expected = question === undefined ? [] : rankFaqs(without, question);

    const idOf = (faq: number) => faqs[faq]?.id;
    expect(ranked.map(({ faq }) => idOf(faq))).toEqual(
      expected.map(({ faq }) => without.knowledge.faqs[faq]?.id),
    );
    ranked.forEach(({ score }, at) => expect(score).toBeCloseTo(expected[at]?.score ?? 0, 9));
  }
});

test('taking a phrasing away takes its words, but not those another text of the FAQ has', () => {
  const [own, other] = ['怎么退货', '不喜欢能退掉吗'];
  const faqs = (similar: string[]) => [
    { id: 'return', question: other, similar, answer: '七天内可以退货' },
    { id: 'invoice', question: '怎么开发票', similar: ['能开电子发票吗'] },
  ];
  const whole = buildFaqIndex(faqs([own]));

  const asked = whole.selfQuestions.answerable.find(({ phrasing }) => phrasing === 1);

  const without = buildFaqIndex(faqs([])).scorer;
  const question = readQuestion(without.knowledge, own);
  const said = new Float64Array(2);
  if (question) measureSaid(without.words, without.weights, question.words, said);
  const again = new Float64Array(2);
  const taken = { faq: 0, isWhole: false };
  if (question) measureSaid(whole.scorer.words, without.weights, question.words, again, taken);
  expect(asked?.ranked[0]?.faq).toBe(0);
  expect([...again]).toEqual([...said]);
  expect(said[0]).toBeGreaterThan(said[1] ?? 0);
});

test('a phrasing is asked of its own FAQ only while that FAQ keeps another one', () => {
  const { selfQuestions } = buildFaqIndex([
    { id: 'one', question: '怎么退货', similar: [] },
    { id: 'two', question: '怎么开发票', similar: ['能开发票吗'] },
  ]);

  expect(selfQuestions.answerable.map(({ phrasing }) => phrasing)).toEqual([1, 2]);
  expect(selfQuestions.unanswerable.map(({ phrasing }) => phrasing)).toEqual([0, 1, 2]);
});
