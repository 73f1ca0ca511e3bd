import { skincareFaqs } from '../../../test/fixtures/skincare-faqs';
import { askFaq } from './ask-faq';
import { buildFaqIndex, takeInGently, trainGently, withoutFaqs } from './faq-index';
import type { Faq } from './knowledge';

const wares = Array.from('红橙黄绿青蓝紫黑白灰');
/** 240 phrasings: more than are learned while one waits. */
const many: Faq[] = wares.flatMap((ware, at) =>
  skincareFaqs.map((faq) => ({
    id: `${faq.id}-${at}`,
    question: `${ware}${faq.question}`,
    similar: faq.similar.slice(0, 1).map((one) => `${ware}色的${one}`),
  })),
);
const [added] = skincareFaqs;

test('a small shop is learned at once', async () => {
  const index = await takeInGently(skincareFaqs.slice(0, 5));

  expect(index.isTrained).toBe(true);
});

test('what is new answers with the confidence of before; training gives what a build gives', async () => {
  const before = buildFaqIndex(many);

  const taken = await takeInGently([...many, ...(added ? [added] : [])], before);
  const trained = await trainGently(taken);

  expect(taken).toMatchObject({ isTrained: false, confidence: before.confidence });
  expect(askFaq(taken, added?.question ?? '').best).toBe(added?.id);
  const whole = buildFaqIndex([...many, ...(added ? [added] : [])]);
  expect(trained.confidence).toEqual(whole.confidence);
});

test('without a before it learns from a few', async () => {
  const taken = await takeInGently(many);

  expect(taken.isTrained).toBe(false);
  expect(taken.confidence.positives).toBeGreaterThan(0);
});

test('what is gone is neither answered nor offered', () => {
  const shop = buildFaqIndex(skincareFaqs);
  const question = added?.question ?? '';

  const without = withoutFaqs(shop, (id) => id === added?.id);

  expect(askFaq(shop, question).best).toBe(added?.id);
  expect(askFaq(without, question).ranked.map(({ id }) => id)).not.toContain(added?.id);
});

test('training is given up when its pause throws', async () => {
  const taken = await takeInGently(many);

  const training = trainGently(taken, () => Promise.reject(new Error('not wanted any more')));

  await expect(training).rejects.toThrow('not wanted');
});
