import * as fc from 'fast-check';
import { seededRandom } from '../kernel/random';
import type { Actions } from './actions';
import { answerEvent } from './answer-event';
import { explainReply, presentReply } from './explain-reply';
import { buildFaqIndex } from './faq';
import { compileRules, type Conditions } from './matching';
import type { Answer } from './answers/answer';
import type { BookRule, ReplyBook, ReplyState } from './reply-book';

const text = (said: string): Answer => ({ type: 'text', text: said });
const now = Date.parse('2026-11-21T06:32:00Z');

const answers = fc.constantFrom<Answer>(
  text('{{ person.name }}您好'),
  text('{% if person.name == "" %}谁{% endif %}'),
  { type: 'choices', before: '选', choices: ['甲', '乙'] },
  {
    type: 'several',
    messages: [
      { type: 'text', text: '一' },
      { type: 'image', mediaId: 'M' },
    ],
  },
  {
    type: 'several',
    messages: [
      { type: 'text', text: '一' },
      { type: 'article', title: '二', url: 'https://example.com' },
      { type: 'choices', before: '三', choices: ['甲', '乙'] },
    ],
  },
);
const conditions = fc.constantFrom<Conditions | null>(
  null,
  { hours: [{ from: '22:00', to: '10:00' }] },
  { hours: [{ from: '10:00', to: '22:00' }], weekdays: [6] },
  { quietMinutes: 10 },
  { tags: { any: ['会员'] } },
  { segmentIds: ['S1'] },
  { scenes: ['jingan'] },
);
const rules = fc
  .array(
    fc.record({
      keywords: fc.constantFrom(['红包'], ['红'], ['包']),
      priority: fc.nat({ max: 2 }),
      answer: answers,
      when: conditions,
      also: fc.constantFrom<Actions | null>(null, { addTags: ['问过'] }, { handOff: true }),
    }),
    { maxLength: 8 },
  )
  .map((made) =>
    made.map((facts, place): BookRule => {
      const id = `R${place}`;
      return { id, name: id, match: 'words', accountId: null, publishedAt: place, ...facts };
    }),
  );
const states: fc.Arbitrary<ReplyState> = fc.record({
  accountId: fc.constant('A'),
  now: fc.constantFrom(now, now + 8 * 3_600_000, now + 20 * 3_600_000),
  personName: fc.constantFrom('小雨', null),
  tags: fc.constantFrom<string[]>([], ['会员']),
  scene: fc.constantFrom(null, 'jingan'),
  segments: fc.constantFrom(new Set<string>(), new Set(['S1'])),
  coolDowns: fc.constantFrom(null, JSON.stringify({ R0: now - 60_000, R1: now - 3_600_000 })),
  room: fc.nat({ max: 3 }).map((left) => () => left),
});

const faqs = [{ id: 'q', question: '几点开门', similar: [] }];
const bookOf = (made: readonly BookRule[]): ReplyBook => ({
  rules: compileRules(made),
  defaults: new Map([['A', { welcome: null, fallback: text('没听懂') }]]),
  faqIndex: buildFaqIndex(faqs),
  faqs: new Map([['q', { question: '几点开门', answer: '十点' }]]),
  accountNames: new Map(),
  sceneNames: new Map(),
  zone: 'Asia/Shanghai',
  random: seededRandom(1),
});

test('the bench tells what is really sent, message by message, and who wins is who answers', () => {
  fc.assert(
    fc.property(
      rules,
      states,
      fc.constantFrom('领红包', '包子', '几点开门'),
      (made, state, said) => {
        const book = bookOf(made);
        const event = { kind: 'text', text: said, accountId: 'A' } as never;

        const told = explainReply(book, said, state, { locale: 'zh-CN' });
        const sent = answerEvent(book, event, state);

        const messages = [sent?.reply, ...(sent?.more ?? [])].flatMap(
          (one) => presentReply(one) ?? [],
        );
        expect(told.messages).toEqual(messages);
        expect(told.also).toEqual(sent?.also ?? null);
        expect(told.delivery?.goes).toBe(
          sent?.heldBack === undefined ? undefined : messages.length,
        );
        const [first] = told.considered;
        const winner = first?.matched ? first.id : undefined;
        expect(winner).toBe(sent?.ruleId ?? sent?.unsaid?.ruleId);
        expect((sent?.more ?? []).length).toBeLessThanOrEqual(state.room?.() ?? 0);
      },
    ),
    { numRuns: 500 },
  );
});
