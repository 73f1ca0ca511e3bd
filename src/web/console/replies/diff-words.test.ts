import { z } from 'zod';
import { compareMenus } from '../../../menus/compare-menus';
import { BUTTON_ACTIONS, draftSchema } from '../../../menus/menu.schema';
import { answerSchema } from '../../../replies/answers/answer';
import { faqContentFields, ruleBody } from '../../../replies/reply-rule.schema';
import { diffContent } from '../../../review';

/** The pages' own modules want a browser's memory and its clock. */
jest.useFakeTimers();
Object.assign(globalThis, { localStorage: { getItem: () => null, setItem: () => undefined } });

const none = new Map<string, string>();
const known = { segments: none, scenes: none, packets: none, accounts: none };

type Shape = {
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
};

/** Values of a schema that together hold every field it knows, and every word of every choice. */
function samplesOf(shape: Shape): unknown[] {
  if (shape.const !== undefined) return [shape.const];
  if (shape.enum) return [...shape.enum];
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return choices.flatMap(samplesOf);
  if (shape.properties) {
    const parts = Object.entries(shape.properties).map(
      ([name, part]) => [name, samplesOf(part)] as const,
    );
    const most = Math.max(...parts.map(([, samples]) => samples.length));
    return Array.from({ length: most }, (_, at) =>
      Object.fromEntries(parts.map(([name, samples]) => [name, samples[at % samples.length]])),
    );
  }
  if (shape.items) return [samplesOf(shape.items)];
  if (shape.type === 'null') return [null];
  if (shape.type === 'boolean') return [true, false];
  if (shape.type === 'integer' || shape.type === 'number') return [3];
  if (shape.format === 'date') return ['2026-11-22'];
  if (shape.format === 'date-time') return ['2026-11-22T08:00:00Z'];
  return ['甲'];
}
const samples = (schema: z.ZodType): unknown[] =>
  samplesOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape);

/** Letters of ours, brackets and quotes are what a schema says, not a person. */
const isRaw = (text: string): boolean => /[{}[\]"]|[A-Za-z]|^\d+$/.test(text.replace('AppID', ''));

describe('what differs', () => {
  beforeAll(async () => {
    const { registerCatalogue, useLocale } = await import('../../shared/i18n/i18n');
    Object.assign(globalThis, { document: { documentElement: {} } });
    const words = await Promise.all([
      import('../../shared/locales/zh-CN'),
      import('./locale.zh-CN'),
      import('../menus/locale.zh-CN'),
    ]);
    const all = () => Promise.resolve(Object.assign({}, ...words.map((one) => one.messages)));
    registerCatalogue({ 'zh-CN': all, en: all });
    await useLocale('zh-CN');
  });

  test.each([
    ['a rule', ruleBody.omit({ publish: true })],
    ['a question', z.object(faqContentFields)],
    ['welcome and default', z.object({ welcome: answerSchema, default: answerSchema })],
  ])('is told in words for every field of %s', async (_, schema) => {
    const { labelOf, valueText } = await import('./diff-words');
    const changes = samples(schema).flatMap((sample) => [
      ...diffContent(undefined, sample),
      ...diffContent(sample, undefined),
    ]);

    const raw = changes.flatMap(({ field, before, after, added, removed }) =>
      [labelOf(field), ...[before, after, ...added, ...removed].map(toldOf(field))].flatMap(
        (told) => (isRaw(told) ? [`${field}: ${told}`] : []),
      ),
    );

    function toldOf(field: string) {
      return (value: unknown) => valueText(field, value, known);
    }
    expect(changes.length).toBeGreaterThan(5);
    expect([...new Set(raw)]).toEqual([]);
  });

  test('is told in words for every action of a menu’s button', async () => {
    const { deedText } = await import('../menus/menus');
    const told = BUTTON_ACTIONS.flatMap((action) => {
      const [entry] = draftSchema.parse([{ name: '甲', action, key: '乙', url: '丙', path: '丁' }]);
      return compareMenus([], entry ? [entry] : []).map(({ after }) => deedText(after ?? ''));
    });

    expect(told).toHaveLength(BUTTON_ACTIONS.length);
    expect(told.filter(isRaw)).toEqual([]);
  });

  test('is read as a person would say it', async () => {
    const { labelOf, valueText } = await import('./diff-words');
    const told = (field: string, value: unknown) =>
      `${labelOf(field)}：${valueText(field, value, known)}`;

    expect([
      told('when.hours', { from: '10:00', to: '22:00' }),
      told('when.weekdays', 2),
      told('when.quietMinutes', 60),
      told('answer.messages.1.title', '早鸟票'),
      told('examples', { say: '几点开门', expect: 'this' }),
    ]).toEqual([
      '时段：10:00–22:00',
      '哪几天：周二',
      '多久一次：同一人 1 小时内只答一次',
      '答什么 · 第 2 条 · 标题：早鸟票',
      '样例：「几点开门」由它答',
    ]);
  });
});
