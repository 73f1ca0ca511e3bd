import { setImmediate as nextTurn } from 'node:timers/promises';
import { wordsOf } from '../answers/render-answer';
import { applyRule, hear, type Conditions } from '../matching';
import { answerMessage, type Answered, type BookRule, type ReplyBook } from '../reply-book';
import type { Example } from '../reply-rule.schema';
import { bookWith, type DraftRule } from './draft-book';
import { stateFor, type Scene } from './example-scene';

export type ExampleResult = Example & {
  readonly ok: boolean;
  readonly by: string | null;
  /** The rule that answered, if one did. */
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  readonly answer: string;
};

/** The examples of one published rule. */
export type KeptExamples = {
  readonly ruleId: string;
  readonly name: string;
  readonly accountId: string | null;
  readonly when: Conditions | null;
  readonly examples: readonly Example[];
};
export type BrokenExample = ExampleResult & { readonly ofRuleId: string; readonly ofRule: string };

/** An answer of several says each in its turn. */
const mostVariants = 10;
/** Sentences said to the book at once: whoever writes to the shop meanwhile is not kept waiting for our examples. */
const atOnce = 10;
/** Sentences that are only looked at. */
const looksAtOnce = 200;

type Examined = Pick<KeptExamples, 'ruleId' | 'when'>;

/** Says every example of a rule to the book. */
export async function runExamples(
  book: ReplyBook,
  { examples, ...rule }: Examined & Pick<KeptExamples, 'examples'>,
  scene: Scene,
): Promise<ExampleResult[]> {
  const results: ExampleResult[] = [];
  for (const example of examples) {
    // One whose answer is one of several is said once for each of them.
    if (typeof example.expect === 'object' || results.length % atOnce === atOnce - 1) {
      await nextTurn();
    }
    results.push(runExample(book, rule, example, scene));
  }
  return results;
}

function runExample(
  book: ReplyBook,
  { ruleId, when }: Examined,
  example: Example,
  scene: Scene,
): ExampleResult {
  const state = stateFor(example, when, scene);
  const say = (random: ReplyBook['random']): Answered | undefined =>
    answerMessage({ ...book, random }, { kind: 'text', text: example.say }, state);
  const answered = say((least) => least);
  const rule = book.rules.rules.find((one) => one.rule.id === answered?.ruleId)?.rule;
  return {
    ...example,
    ok: isAsExpected(example, ruleId, answered, () => variantsOf(rule, say)),
    by: answered?.by ?? null,
    ruleId: answered?.ruleId ?? null,
    ruleName: rule?.name ?? null,
    answer: answered?.reply ? wordsOf(answered.reply) : '',
  };
}

function isAsExpected(
  { expect }: Example,
  ruleId: string,
  answered: Answered | undefined,
  variants: () => (Answered | undefined)[],
): boolean {
  const isThis = answered?.ruleId === ruleId;
  if (expect === 'this') return isThis;
  if (expect === 'not-this') return !isThis;
  return variants().every(
    (one) => one?.reply !== undefined && wordsOf(one.reply).includes(expect.answerContains),
  );
}

/** What may be heard: more than one thing only where one of several is picked each time. */
function variantsOf(
  rule: BookRule | undefined,
  say: (random: ReplyBook['random']) => Answered | undefined,
): (Answered | undefined)[] {
  const places = rule?.answer.type === 'one-of' ? rule.answer.answers.length : 1;
  return Array.from({ length: Math.min(places, mostVariants) }, (_, place) =>
    say((least, most) => Math.min(least + place, most)),
  );
}

/**
 * Examples of other rules that are green now and would be red with this draft. Only sentences that
 * the draft, or the rule it changes, applies to can be answered otherwise.
 */
export async function brokenBy(
  book: ReplyBook,
  draft: DraftRule,
  kept: readonly KeptExamples[],
  sceneOf: (accountId: string | null) => Scene,
): Promise<BrokenExample[]> {
  const withDraft = bookWith(book, draft);
  const touched = [book, withDraft].flatMap(({ rules }) =>
    rules.rules.filter(({ rule }) => rule.id === draft.id),
  );
  const broken: BrokenExample[] = [];
  let tried = 0;
  let said = 0;
  for (const rule of kept) {
    if (rule.ruleId === draft.id) continue;
    for (const example of rule.examples) {
      tried += 1;
      if (tried % looksAtOnce === 0) await nextTurn();
      const heard = hear({ kind: 'text', text: example.say });
      if (!touched.some((one) => applyRule(one, heard) !== undefined)) continue;
      said += 1;
      if (typeof example.expect === 'object' || said % atOnce === 0) await nextTurn();
      const scene = sceneOf(rule.accountId);
      const result = runExample(withDraft, rule, example, scene);
      if (result.ok || !runExample(book, rule, example, scene).ok) continue;
      broken.push({ ...result, ofRuleId: rule.ruleId, ofRule: rule.name });
    }
  }
  return broken;
}
