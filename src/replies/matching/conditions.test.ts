import * as fc from 'fast-check';
import { askedSegments } from './asked-segments';
import { compileRules } from './compile-rules';
import type { Conditions } from './conditions';
import { explainRules } from './explain-rules';
import { findConflicts } from './find-conflicts';
import { localTime } from './local-time';
import { matchRules } from './match-rules';
import type { Rule, RuleContext } from './rule';
import { judgeConditions, whyNotAt, type Circumstances } from './unmet';

const zone = 'Asia/Shanghai';
const at = (day: string, clock: string, offset = '+08:00') =>
  Date.parse(`${day}T${clock}:00${offset}`);

function aRule(id: string, when: Conditions | null, given: Partial<Rule> = {}): Rule {
  const base = { match: 'words', keywords: ['红包'], priority: 0, accountId: null } as const;
  return { id, ...base, publishedAt: 1, when, ...given };
}

function context(given: Partial<Circumstances> = {}): RuleContext {
  const plain = { now: at('2026-11-21', '14:32'), zone, tags: [], scene: null };
  const none = { segments: new Set<string>(), answeredAt: () => ({}) };
  return { accountId: 'here', unmet: judgeConditions({ ...plain, ...none, ...given }) };
}

const codeOf = (when: Conditions, given: Partial<Circumstances>): string | undefined =>
  context(given).unmet?.(aRule('rule', when))?.code;

// 2026-11-21 is a Saturday.
test.each<[string, Conditions, string, string, string | undefined]>([
  ['inside hours', { hours: [{ from: '10:00', to: '22:00' }] }, '2026-11-21', '10:00', undefined],
  [
    'at their end',
    { hours: [{ from: '10:00', to: '22:00' }] },
    '2026-11-21',
    '22:00',
    'outside-hours',
  ],
  ['over midnight', { hours: [{ from: '22:00', to: '02:00' }] }, '2026-11-22', '01:59', undefined],
  ['after it', { hours: [{ from: '22:00', to: '02:00' }] }, '2026-11-22', '02:00', 'outside-hours'],
  ['until midnight', { hours: [{ from: '20:00', to: '00:00' }] }, '2026-11-21', '23:59', undefined],
  [
    'past midnight',
    { hours: [{ from: '20:00', to: '00:00' }] },
    '2026-11-22',
    '00:00',
    'outside-hours',
  ],
  [
    "Friday's night on Saturday",
    { hours: [{ from: '22:00', to: '02:00' }], weekdays: [5] },
    ...(['2026-11-21', '01:00', undefined] as const),
  ],
  [
    "Saturday's morning is not Saturday's night",
    { hours: [{ from: '22:00', to: '02:00' }], weekdays: [6] },
    ...(['2026-11-21', '01:00', 'outside-hours'] as const),
  ],
  [
    'the last night of a campaign',
    { hours: [{ from: '22:00', to: '02:00' }], dates: { to: '2026-11-20' } },
    ...(['2026-11-21', '01:00', undefined] as const),
  ],
  ['the day before', { dates: { from: '2026-11-22' } }, '2026-11-21', '23:59', 'not-yet'],
  ['the first day', { dates: { from: '2026-11-22' } }, '2026-11-22', '00:00', undefined],
  ['the day after', { dates: { to: '2026-11-21' } }, '2026-11-22', '00:00', 'expired'],
  ['another weekday', { weekdays: [1, 2] }, '2026-11-21', '12:00', 'other-weekday'],
])('%s', (_, when, day, clock, code) => {
  expect(codeOf(when, { now: at(day, clock) })).toBe(code);
});

test.each<[Conditions, Partial<Circumstances>, string | undefined]>([
  [{ tags: { any: ['会员', 'VIP'] } }, { tags: ['VIP'] }, undefined],
  [{ tags: { any: ['会员'] } }, { tags: ['VIP'] }, 'lacks-tag'],
  [{ tags: { none: ['黑名单'] } }, { tags: ['黑名单'] }, 'has-tag'],
  [{ scenes: ['jingan'] }, { scene: 'jingan' }, undefined],
  [{ scenes: ['jingan'] }, { scene: null }, 'other-scene'],
  [{ segmentIds: ['S1', 'S2'] }, { segments: new Set(['S2']) }, undefined],
  [{ segmentIds: ['S1'] }, {}, 'not-in-audience'],
])('%j for %j: %s', (when, given, code) => {
  expect(codeOf(when, given)).toBe(code);
});

test('a rule is silent for one who just got it, to the minute', () => {
  const now = at('2026-11-21', '14:32');
  const after = (ms: number) =>
    codeOf({ quietMinutes: 10 }, { now: now + ms, answeredAt: () => ({ rule: now }) });

  expect(after(0)).toBe('cooling-down');
  expect(after(599_999)).toBe('cooling-down');
  expect(after(600_000)).toBeUndefined();
  expect(after(-1)).toBeUndefined();
});

test('hours follow the clock on the wall through both changes of summer time', () => {
  const berlin = 'Europe/Berlin';
  const night = { hours: [{ from: '01:30', to: '02:30' }] };
  const isOpen = (iso: string) => whyNotAt(night, localTime(Date.parse(iso), berlin)) === undefined;

  // 29 March: 02:00 becomes 03:00. 25 October: 03:00 becomes 02:00, so 02:15 comes twice.
  expect(isOpen('2026-03-29T00:45:00Z')).toBe(true);
  expect(isOpen('2026-03-29T01:15:00Z')).toBe(false);
  expect([isOpen('2026-10-25T00:15:00Z'), isOpen('2026-10-25T01:15:00Z')]).toEqual([true, true]);
  expect(isOpen('2026-10-25T01:30:00Z')).toBe(false);
});

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 30, 59))
  .map((parts) => parts.map((one) => String(one).padStart(2, '0')).join(':'));
const hours = fc.array(
  fc.record({ from: clock, to: clock }).filter(({ from, to }) => from !== to),
  { minLength: 1, maxLength: 2 },
);
const days = fc.constantFrom('2026-10-24', '2026-10-25', '2026-10-26', '2026-03-29');
const list = <T>(...values: T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 });
const conditions: fc.Arbitrary<Conditions> = fc.record(
  {
    hours,
    weekdays: list(1, 6, 7),
    dates: fc.record({ from: days, to: days }, { requiredKeys: [] }),
    quietMinutes: fc.constantFrom(10, 60),
    tags: fc.record({ any: list('a', 'b'), none: list('c', 'd') }, { requiredKeys: [] }),
    segmentIds: list('S1', 'S2'),
    scenes: list('x', 'y'),
  },
  { requiredKeys: [] },
);
const berlinTimes = fc
  .tuple(days, fc.integer({ min: -180, max: 1_620 }))
  .map(([day, minute]) => Date.parse(`${day}T00:00:00Z`) + minute * 60_000);
const circumstances = fc
  .record({
    now: berlinTimes,
    tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    scene: fc.constantFrom(null, 'x', 'y', 'z'),
    segments: fc.uniqueArray(fc.constantFrom('S1', 'S2')).map((ids) => new Set(ids)),
    ago: fc.constantFrom(0, 1, 30, 90),
  })
  .map(({ ago, ...known }) => ({
    ...{ ...known, zone: 'Europe/Berlin' },
    answeredAt: () => Object.fromEntries(ids.map((id) => [id, known.now - ago * 60_000])),
  }));
const ids = ['A', 'B', 'C', 'D', 'E', 'F'];
const rules = fc
  .array(
    fc.record({
      match: fc.constantFrom('exact', 'words', 'prefix', 'all-words', 'message-type', 'pattern'),
      keywords: list('红', '红包', 'text'),
      priority: fc.integer({ min: 0, max: 1 }),
      when: fc.option(conditions),
    }),
    { maxLength: 6 },
  )
  .map((made) =>
    made.map((rule, place) => aRule(ids[place] ?? '', rule.when, { ...rule, publishedAt: place })),
  );

test('a window is open exactly when a clock on the wall in that zone says so', () => {
  const wall = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });

  fc.assert(
    fc.property(hours, berlinTimes, (windows, now) => {
      const shown = wall.format(now);
      const isIn = windows.some(({ from, to }) =>
        from < to ? shown >= from && shown < to : shown >= from || shown < to,
      );

      const unmet = whyNotAt({ hours: windows }, localTime(now, 'Europe/Berlin'));
      expect(unmet === undefined).toBe(isIn);
    }),
    { numRuns: 600 },
  );
});

test('the fast matcher and the explanation agree on who is silent and who gets the turn', () => {
  fc.assert(
    fc.property(
      rules,
      circumstances,
      fc.constantFrom('红包', '红', '领红包'),
      (made, known, text) => {
        const compiled = compileRules(made);
        const here = context(known);

        const fast = matchRules(compiled, { kind: 'text', text }, here);
        const { winner, considered } = explainRules(compiled, { kind: 'text', text }, here);
        expect(fast?.rule.id).toBe(winner?.rule.id);
        expect(considered).toHaveLength(made.length);
        expect(considered.filter(({ why }) => why.code.startsWith('won'))).toHaveLength(
          fast ? 1 : 0,
        );
      },
    ),
    { numRuns: 600 },
  );
});

test('a rule called shadowed never wins, whoever asks at whatever hour', () => {
  fc.assert(
    fc.property(
      rules,
      circumstances,
      fc.constantFrom('红包', '红', '领红包'),
      (made, known, text) => {
        const shadowed = findConflicts(made).filter(({ kind }) => kind === 'shadowed');

        const won = matchRules(compileRules(made), { kind: 'text', text }, context(known));
        expect(shadowed.map(({ ruleId }) => ruleId)).not.toContain(won?.rule.id);
      },
    ),
    { numRuns: 800 },
  );
});

test('knowing only the segments that are asked for changes no answer', () => {
  fc.assert(
    fc.property(rules, circumstances, (made, known) => {
      const compiled = compileRules(made);
      const said = { kind: 'text', text: '红包' } as const;
      const asked = askedSegments(compiled, said, context());
      const segments = new Set([...known.segments].filter((id) => asked.has(id)));

      const all = matchRules(compiled, said, context(known));
      const few = matchRules(compiled, said, context({ ...known, segments }));
      expect(few?.rule.id).toBe(all?.rule.id);
    }),
    { numRuns: 600 },
  );
});

test('a rule with hours makes another unreachable inside them only', () => {
  const busy = { hours: [{ from: '10:00', to: '22:00' }] };
  const noon = { hours: [{ from: '12:00', to: '13:00' }], weekdays: [6, 7] };
  const found = findConflicts([
    aRule('day', busy, { priority: 1 }),
    aRule('always', null),
    aRule('noon', noon),
    aRule('night', { hours: [{ from: '21:00', to: '10:00' }] }),
  ]);

  expect(found.map(({ ruleId, kind, winnerId }) => [ruleId, kind, winnerId])).toEqual([
    ['noon', 'shadowed', 'day'],
  ]);
});
