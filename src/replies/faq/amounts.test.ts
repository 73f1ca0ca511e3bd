import { askFaq } from './ask-faq';
import { buildFaqIndex } from './faq-index';
import { skincareFaqs } from '../../../test/fixtures/skincare-faqs';

const topUp = {
  id: 'top-up-100',
  question: '充100元送多少',
  similar: ['充值一百元送多少', '充一百送几块'],
  answer: '送10元',
};
const shop = buildFaqIndex([...skincareFaqs, topUp]);

test.each(['充100元送多少钱', '充一百元送多少呢', '我充100送多少'])('%s is answered', (text) => {
  expect(askFaq(shop, text).best).toBe('top-up-100');
});

test.each([
  '充1000元送多少',
  '充10000元送多少',
  '充500元送多少',
  '充200元送多少',
  '充一千送几块',
  '充1万元送多少',
])('%s asks about another amount, so the FAQ is offered at most', (text) => {
  const { band, best } = askFaq(shop, text);

  expect(best).toBeUndefined();
  expect(band).toBe('clarify');
});

test('each of three amounts has its own answer', () => {
  const amounts = ['100', '1000', '10000'];
  const index = buildFaqIndex([
    ...skincareFaqs,
    ...amounts.map((amount) => ({ id: amount, question: `充${amount}元送多少`, similar: [] })),
  ]);

  const answers = amounts.map((amount) => askFaq(index, `充${amount}元送多少？`).best);

  expect(answers).toEqual(amounts);
});

test.each([
  ['一千二百', '1200'],
  ['三百五', '350'],
  ['三百零五', '305'],
  ['两万', '20000'],
  ['2万', '20000'],
  ['十五', '15'],
])('%s元 is the same as %s元', (written, digits) => {
  const index = buildFaqIndex([
    ...skincareFaqs,
    { id: 'gift', question: `充${digits}元送多少`, similar: [`充值${digits}元送多少钱`] },
  ]);

  const bands = [`我充${written}元送多少`, `我充${digits}9元送多少`].map(
    (text) => askFaq(index, text).ranked[0]?.score,
  );

  expect(bands[0]).toBeGreaterThan(bands[1] ?? 1);
});

test('a phrasing without numbers is open to any', () => {
  const index = buildFaqIndex([
    ...skincareFaqs,
    { id: 'any', question: '充值送多少', similar: ['充钱送多少', '充值怎么送'] },
  ]);

  expect(askFaq(index, '充值500元送多少').best).toBe('any');
});
