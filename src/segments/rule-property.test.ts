import fc from 'fast-check';
import { onBothEngines, someDay, type TestKit } from '../../test/support/open-kit';
import { insertRows, type Scalar } from '../kernel/database';
import { compileRule, type Judging } from './compile-rule';
import { eventKinds, fieldList, opsFor, type Field } from './fields';
import { holds, type Facts } from './holds';
import { membersSql } from './members';
import { readRule } from './read-rule';
import type { Op, Rule } from './rule';

const dayMs = 24 * 3_600_000;
const attacks = [
  `x' OR '1'='1`,
  `'; DROP TABLE identity; --`,
  `" OR 1=1 #`,
  `\\' OR 1=1 -- `,
  '%',
  '_',
  '?',
  '${jndi}',
  '{{7*7}}',
  '🧧',
];
/** The texts rules and facts are made of: few, so that they meet; hostile, so that they count. */
const words = ['store-7', 'Store-7', 'store-70', '会员', '老客', 'a', 'b  b', ...attacks];
const tags = ['会员', '老客', 'vip', 'VIP', `'; DROP TABLE tag; --`];
const appIds = ['wxA', 'wxB'];
const custom = [
  { key: 'city', name: '城市', type: 'text', options: [] },
  { key: 'level', name: '等级', type: 'choice', options: ['金', '银'] },
  { key: 'points', name: '积分', type: 'number', options: [] },
  { key: 'birthday', name: '生日', type: 'date', options: [] },
] as const;
const fields = fieldList(custom);
const judging: Judging = { fields, now: someDay, zone: 'Asia/Shanghai' };

const instants = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -40, max: 40 }).map((days) => someDay + days * dayMs),
  fc.constantFrom(someDay, someDay - 30 * dayMs, Date.parse('2026-11-01T00:00:00+08:00')),
);
/** Stored, but never to be asked for: rules trim what is written in them. */
const storedWords = [...words, 'a ', ' a', 'store-7 '];
const maybeWord = fc.oneof(fc.constant(null), fc.constantFrom(...storedWords));
const factsOf: fc.Arbitrary<Facts> = fc.record({
  appId: fc.constantFrom(...appIds),
  state: fc.constantFrom('following', 'unfollowed', 'unknown'),
  followedAt: instants,
  firstFollowedAt: instants,
  unfollowedAt: instants,
  followCount: fc.integer({ min: 0, max: 3 }),
  sourceKind: maybeWord,
  sourceScene: maybeWord,
  firstScene: maybeWord,
  lastActiveAt: instants,
  optedOutAt: instants,
  tags: fc.subarray(tags),
  fields: fc.record(
    {
      city: fc.constantFrom(...storedWords),
      level: fc.constantFrom('金', '银'),
      points: fc.constantFrom(0, 1, 2.5, -3, 100),
      birthday: instants.map((at) => at ?? someDay),
    },
    { requiredKeys: [] },
  ),
  events: fc.array(
    fc.record({
      kind: fc.constantFrom(...eventKinds),
      at: fc.integer({ min: -40, max: 1 }).map((days) => someDay + days * dayMs),
    }),
    { maxLength: 4 },
  ),
});

function conditionOf(field: Field): fc.Arbitrary<Rule> {
  const ops = Object.entries(opsFor(field)) as [Op, { value: string; within?: true }][];
  return fc.constantFrom(...ops).chain(([op, shape]) => {
    const base = { field: field.field, op };
    const texts =
      field.place.in === 'account'
        ? [...appIds, attacks[0]!]
        : field.type === 'tag'
          ? [...tags, attacks[1]!]
          : [...(field.choices ?? words)];
    switch (shape.value) {
      case 'none':
        return fc.constant(base);
      case 'texts':
        return fc
          .oneof(
            fc.constantFrom(...texts),
            fc.subarray(texts, { minLength: 1 }).map((list) => list as readonly string[]),
          )
          .map((value) => ({ ...base, value }));
      case 'text':
        return fc.constantFrom(...words, 'store', '员').map((value) => ({ ...base, value }));
      case 'number':
        return fc.constantFrom(-3, 0, 1, 2, 2.5, 100).map((value) => ({ ...base, value }));
      case 'days':
        return fc.constantFrom(1, 7, 30, 40, 3_650).map((value) => ({ ...base, value }));
      case 'date':
        return fc
          .constantFrom(
            '2026-11-01',
            '2026-11-21',
            '2026-11-21T06:32:00Z',
            '2026-12-05T00:00:00+08:00',
          )
          .map((value) => ({ ...base, value }));
      default:
        return fc
          .record(
            { value: fc.integer({ min: 0, max: 3 }), within: fc.constantFrom(1, 7, 30) },
            { requiredKeys: ['value'] },
          )
          .map((more) => ({ ...base, ...more }));
    }
  });
}

const condition = fc.constantFrom(...fields.values()).chain(conditionOf);
const { tree } = fc.letrec<{ tree: Rule }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { arbitrary: condition, weight: 3 },
    {
      arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map((all) => ({ all })),
      weight: 2,
    },
    {
      arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map((any) => ({ any })),
      weight: 2,
    },
    { arbitrary: tie('tree').map((not) => ({ not })), weight: 1 },
  ),
}));

function without<T extends object, K extends keyof T>(whole: T, keys: readonly K[]): Omit<T, K> {
  const kept = Object.entries(whole).filter(([key]) => !(keys as readonly string[]).includes(key));
  return Object.fromEntries(kept) as Omit<T, K>;
}

async function store(kit: TestKit, people: readonly Facts[]): Promise<string[]> {
  const ids = people.map((_, n) => `I${String(n).padStart(4, '0')}`);
  await kit.db.transact(async (tx) => {
    await insertRows(
      tx,
      'account',
      appIds.map((platformId) => ({
        id: platformId,
        kind: 'official-account',
        platformId,
        originalId: null,
        name: platformId,
        world: 'sandbox',
        mode: 'secure',
        details: '{}',
        secrets: '',
        enabled: 1,
        lastCallbackAt: null,
        createdAt: 1,
      })),
    );
    await insertRows(
      tx,
      'tag',
      tags.map((name, n) => ({ id: `T${n}`, name, createdAt: 1 })),
    );
    const identities = people.map((facts, n) => {
      const { appId, ...rest } = facts;
      const own = without(rest, ['tags', 'fields', 'events']);
      return {
        id: ids[n]!,
        accountId: appId,
        kind: 'follower',
        externalId: `o${n}`,
        personId: `P${n}`,
        unionid: null,
        stateAt: null,
        lastInboundAt: null,
        windows: null,
        createdAt: 1,
        ...own,
      };
    });
    await insertRows(tx, 'identity', identities);
    const tagged = people.flatMap(({ tags: own }, n) =>
      own.map((tag) => ({
        identityId: ids[n]!,
        tagId: `T${tags.indexOf(tag)}`,
        addedBy: 't',
        at: 1,
      })),
    );
    await insertRows(tx, 'identity_tag', tagged);
    const filled = people.flatMap(({ fields: own }, n) =>
      Object.entries(own).map(([fieldKey, value]) => ({
        identityId: ids[n]!,
        fieldKey,
        textValue: typeof value === 'string' ? value : null,
        numberValue: typeof value === 'number' ? value : null,
        at: 1,
      })),
    );
    await insertRows(tx, 'identity_field', filled);
    let entry = 0;
    const events = people.flatMap(({ appId, events: own }, n) =>
      own.map(({ kind, at }) => ({
        id: `E${String((entry += 1))}`,
        identityId: ids[n]!,
        accountId: appId,
        at,
        kind,
        params: '{}',
        refKind: null,
        refId: null,
      })),
    );
    await insertRows(tx, 'timeline_entry', events);
  });
  return ids;
}

onBothEngines('a compiled rule', (open) => {
  test('finds exactly those for whom the rule holds in memory, whatever the tree', async () => {
    const kit = await open();
    const seed = 20_261_121;
    const people = fc.sample(factsOf, { seed, numRuns: 60 });
    const ids = await store(kit, people);
    const trees = kit.db.engine === 'sqlite' ? 2_000 : 1_500;

    await fc.assert(
      fc.asyncProperty(tree, async (given) => {
        const rule = readRule(given, fields);
        const { sql, params } = membersSql(rule, judging);
        const rows = await kit.db.read.all<{ identityId: string }>(sql, params);

        const found = rows.map((row) => row.identityId).sort();
        expect(found).toEqual(ids.filter((_, n) => holds(rule, people[n]!, judging)));
      }),
      { seed, numRuns: trees, endOnFailure: false },
    );
  }, 180_000);
});

test('nothing that was written in a rule ever stands in the SQL text', () => {
  fc.assert(
    fc.property(tree, fc.constantFrom(...attacks), (given, attack) => {
      const { text, params } = compileRule(readRule(given, fields), judging);
      const marks = text.split('?').length - 1;

      expect(text).not.toContain(attack.length > 1 ? attack : `'${attack}'`);
      for (const word of [...words, ...tags]) if (word.length > 2) expect(text).not.toContain(word);
      expect(text).toMatch(/^[\w\s().,=<>?;*']*$/);
      expect(text).not.toMatch(/--|;|DROP/);
      expect(params).toHaveLength(marks);
      expect(params.every((value: Scalar) => ['string', 'number'].includes(typeof value))).toBe(
        true,
      );
    }),
    { numRuns: 3_000 },
  );
});
