import { actionsSchema } from './actions';
import { readFaqLine } from './faq-line';
import { faqBody } from './reply-rule.schema';

const read = (line: object) =>
  readFaqLine(
    Buffer.from(JSON.stringify({ question: '几点开门', answer: '十点', ...line })),
    false,
  );

test.each(['health', 'Import', '..', '.', 'learning', 'new'])(
  'an id that no address can name is refused: %s',
  (id) => {
    expect(read({ id })).toBe('id_invalid');
  },
);

test.each(['health-2', 'A1', '3', 'a.b', 'sku:7'])('others are taken: %s', (id) => {
  expect(read({ id })).toMatchObject({ id });
});

test('an answer that is a broken template is refused, one that only looks like one is text', () => {
  const broken = '你好 {{ person.name ';

  const refused = faqBody.safeParse({ question: '你好', answer: broken });

  expect(read({ id: '1', answer: broken })).toBe('answer_invalid');
  expect(refused.success).toBe(false);
  expect(JSON.stringify(refused.error?.issues)).toContain('template_invalid');
  expect(read({ id: '1', answer: '价格是 {{ 待定' })).toMatchObject({ id: '1' });
  expect(read({ id: '1', answer: '你好 {{ person.name }}' })).toMatchObject({ id: '1' });
});

test('an answer that WeChat would cut is refused, as a rule’s is', () => {
  const fits = `${'好'.repeat(682)}.`;
  const template = `{{ person.name }}${fits}`;
  const codesOf = (answer: string) => {
    const { error } = faqBody.safeParse({ question: '你好', answer });
    return error?.issues.map((issue) => 'params' in issue && issue.params) ?? [];
  };

  expect([fits, template, `{{ person.name }}${fits.repeat(3)}`].map(codesOf)).toEqual([[], [], []]);
  expect(codesOf(`${fits}。`)).toEqual([{ code: 'text_too_long', maximum: 2_048 }]);
  expect(codesOf(template.repeat(4))).toEqual([{ code: 'text_too_long', maximum: 8_000 }]);
  expect(read({ id: '1', answer: fits })).toMatchObject({ answer: fits });
  expect(read({ id: '1', answer: `${fits}。` })).toBe('answer_too_long');
});

test('a tag of two lines would be two tags', () => {
  expect(actionsSchema.safeParse({ addTags: ['会员\n黑名单'] }).success).toBe(false);
  expect(actionsSchema.safeParse({ mark: { name: '积分\n' } }).success).toBe(true);
  expect(actionsSchema.safeParse({ mark: { name: '积\n分' } }).success).toBe(false);
});
