import * as fc from 'fast-check';
import { compileRules } from './compile-rules';
import { explainRules } from './explain-rules';
import { conflictsWith } from './find-conflicts';
import { matchRules } from './match-rules';
import { withoutRule, withRule } from './overlay-rule';
import { RULE_MATCHES, type Rule } from './rule';

const here = { accountId: 'here' };
const word = fc.string({
  unit: fc.constantFrom('红', '包', '优', '惠'),
  minLength: 1,
  maxLength: 3,
});

const aRule = (id: fc.Arbitrary<string>): fc.Arbitrary<Rule> =>
  fc.record({
    id,
    match: fc.constantFrom(...RULE_MATCHES),
    keywords: fc.array(word, { minLength: 1, maxLength: 3 }),
    priority: fc.integer({ min: 0, max: 1 }),
    accountId: fc.constantFrom(null, 'here', 'elsewhere'),
    publishedAt: fc.option(fc.integer({ min: 1, max: 3 })),
  });
const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const book = fc.uniqueArray(aRule(ids), { selector: ({ id }) => id, maxLength: 5 });

test('a rule laid over the compiled book answers, explains and conflicts as one compiled with it', () => {
  fc.assert(
    fc.property(
      book,
      aRule(ids),
      fc.array(word, { minLength: 1, maxLength: 4 }),
      (rules, draft, texts) => {
        const rule = { ...draft, publishedAt: Number.MAX_SAFE_INTEGER };
        const anew = compileRules([...rules.filter(({ id }) => id !== rule.id), rule]);

        const laid = withRule(compileRules(rules), rule);

        for (const text of [...texts, texts.join('')]) {
          const said = { kind: 'text', text } as const;
          expect(matchRules(laid, said, here)).toEqual(matchRules(anew, said, here));
          expect(explainRules(laid, said, here)).toEqual(explainRules(anew, said, here));
          const keys = { kind: 'event', keys: [text] } as const;
          expect(matchRules(laid, keys, here)).toEqual(matchRules(anew, keys, here));
          const message = { kind: 'message', messageType: text } as const;
          expect(matchRules(laid, message, here)).toEqual(matchRules(anew, message, here));
        }
        const without = withoutRule(laid, 'a');
        const left = compileRules(anew.rules.map((one) => one.rule).filter(({ id }) => id !== 'a'));
        for (const text of texts) {
          const said = { kind: 'text', text } as const;
          expect(matchRules(without, said, here)).toEqual(matchRules(left, said, here));
        }
        expect(conflictsWith(laid, rule.id)).toEqual(conflictsWith(anew, rule.id));
      },
    ),
    { numRuns: 400 },
  );
});

test('change after change, with drafts among them, the book is as if compiled anew', () => {
  const change = fc.oneof(
    aRule(ids).map((rule) => ({ rule, id: rule.id })),
    ids.map((id) => ({ rule: undefined, id })),
  );
  fc.assert(
    fc.property(
      book,
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.array(word, { minLength: 1, maxLength: 4 }),
      (rules, changes, texts) => {
        let laid = compileRules(rules);
        let left: Rule[] = rules;
        for (const { rule, id } of changes) {
          laid = rule ? withRule(laid, rule) : withoutRule(laid, id);
          left = [...left.filter((one) => one.id !== id), ...(rule ? [rule] : [])];
        }
        const anew = compileRules(left);

        for (const text of [...texts, texts.join('')]) {
          const said = { kind: 'text', text } as const;
          expect(matchRules(laid, said, here)).toEqual(matchRules(anew, said, here));
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('the word of a draft is found once the draft is published', () => {
  const draft: Rule = {
    ...{ id: 'a', match: 'words', keywords: ['红包'], priority: 0 },
    ...{ accountId: null, publishedAt: null },
  };

  const laid = withRule(compileRules([draft]), { ...draft, publishedAt: 1 });

  expect(matchRules(laid, { kind: 'text', text: '有红包吗' }, here)?.rule.id).toBe('a');
});

test('among ten thousand rules it is laid over in a fraction of the time of compiling them', () => {
  const rules = Array.from({ length: 10_000 }, (_, n): Rule => {
    const keywords = [`第${n}号商品`, `编号${n}怎么卖`, `${n}号有货吗`];
    return {
      ...{ id: `r${n}`, match: 'words', keywords, priority: 0, accountId: null, publishedAt: n },
    };
  });
  const timed = <T>(work: () => T): [T, number] => {
    const began = performance.now();
    const done = work();
    return [done, performance.now() - began];
  };
  const [base, compileMs] = timed(() => compileRules(rules));
  const draft = { ...rules[7], id: 'r7', keywords: ['新词'], publishedAt: 1e9 } as Rule;

  const [laid, laidMs] = timed(() => withRule(base, draft));

  expect(matchRules(laid, { kind: 'text', text: '有新词吗' }, here)?.rule.id).toBe('r7');
  expect(matchRules(laid, { kind: 'text', text: '第7号商品' }, here)).toBeUndefined();
  expect(laidMs).toBeLessThan(compileMs / 2);
});
