import { skincareFaqs } from '../../../test/fixtures/skincare-faqs';
import { faqHealth } from './faq-health';
import { buildFaqIndex } from './faq-index';

test('a shop with enough phrasings has a learned threshold', () => {
  const health = faqHealth(buildFaqIndex(skincareFaqs));

  expect(health).toMatchObject({ threshold: 0.5, isLearned: true, faqs: 12, positives: 45 });
  expect(health.warnings.map(({ code }) => code)).not.toContain('few-phrasings');
});

test('a shop with one phrasing each is asked for more', () => {
  const health = faqHealth(buildFaqIndex(skincareFaqs.map((faq) => ({ ...faq, similar: [] }))));

  expect(health.isLearned).toBe(false);
  expect(health.warnings).toContainEqual({ code: 'few-phrasings', positives: 0, needed: 30 });
});

test('a phrasing that belongs to another FAQ is pointed out, as it was written', () => {
  const stray = skincareFaqs.map((faq) =>
    faq.id === 'hours' ? { ...faq, similar: [...faq.similar, '请问可以开电子发票吗？'] } : faq,
  );

  const { warnings } = faqHealth(buildFaqIndex(stray));

  expect(warnings).toContainEqual({
    code: 'phrasing-finds-other-faq',
    faqId: 'hours',
    phrasing: '请问可以开电子发票吗？',
    otherFaqId: 'invoice',
  });
});

test('equal phrasings and FAQs without words are pointed out', () => {
  const { warnings } = faqHealth(
    buildFaqIndex([
      { id: 'one', question: '怎么退货', similar: [] },
      { id: 'two', question: '怎么退货？', similar: [] },
      { id: 'three', question: '😀', similar: [] },
    ]),
  );

  expect(warnings).toContainEqual({
    code: 'shared-phrasing',
    phrasing: '怎么退货',
    faqIds: ['one', 'two'],
  });
  expect(warnings).toContainEqual({ code: 'nothing-to-ask', faqId: 'three' });
});
