import { skincareFaqs } from '../../../test/fixtures/skincare-faqs';
import { buildFaqIndex } from './faq-index';
import { readQuestion } from './knowledge';
import { rankFaqs } from './rank';

test('taking an FAQ away scores exactly as a shop that never had it', () => {
  const faqs = skincareFaqs.map((faq) => ({ ...faq, similar: [] }));
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

test('a phrasing is asked of its own FAQ only while that FAQ keeps another one', () => {
  const { selfQuestions } = buildFaqIndex([
    { id: 'one', question: '怎么退货', similar: [] },
    { id: 'two', question: '怎么开发票', similar: ['能开发票吗'] },
  ]);

  expect(selfQuestions.answerable.map(({ phrasing }) => phrasing)).toEqual([1, 2]);
  expect(selfQuestions.unanswerable.map(({ phrasing }) => phrasing)).toEqual([0, 1, 2]);
});
