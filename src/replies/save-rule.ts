import type { Actor } from '../kernel/access';
import { InvalidInput, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import {
  newestContent,
  refuseMeanwhile,
  requirePublisher,
  saveChange,
  saveNew,
  standingOf,
  type LifeKit,
  type Wish,
} from '../review';
import { contentFrom, type RuleContent, type RuleRow } from './life/content';
import { ruleLife } from './life/rule-life';
import { checkRule } from './matching';
import type { RuleBody } from './reply-rule.schema';

export type { RuleRow } from './life/content';

export async function findRule({ db }: Pick<Kit, 'db'>, id: string): Promise<RuleRow | undefined> {
  const [row] = await db.read.all<RuleRow>(`SELECT * FROM reply_rule WHERE id = ?`, [id]);
  return row;
}

/** A rule of an account the actor may not see is not there; rules of all accounts everybody may see. */
export async function findRuleFor(
  kit: Pick<Kit, 'db'>,
  actor: Actor,
  id: string,
): Promise<RuleRow> {
  const row = await findRule(kit, id);
  const isVisible =
    row &&
    (actor.accountIds === 'all' ||
      row.accountId === null ||
      actor.accountIds.includes(row.accountId));
  if (!isVisible) throw new NotFound();
  return row;
}

export function checkKeywords(body: Pick<RuleContent, 'match' | 'keywords'>): void {
  const problems = checkRule(body);
  if (problems.length === 0) return;
  throw new InvalidInput('input_invalid', {
    errors: problems.slice(0, 20).map(({ code, keyword, maximum }) => ({
      path: keyword === undefined ? 'keywords' : `keywords.${keyword}`,
      code,
      ...(maximum === undefined ? {} : { params: { maximum } }),
    })),
  });
}

export type Saving = {
  readonly body: RuleBody;
  readonly accountId: string | null;
  /** The rule that is changed; without it one is added. */
  readonly before?: RuleRow;
  /** The version that the writer had read. */
  readonly seen?: number | undefined;
  /** Throws where the kept examples are red; asked before anything that publishes is written. */
  readonly tryExamples: (content: RuleContent, ruleId: string) => Promise<void>;
};

const wishes: Readonly<Record<string, Wish>> = { true: 'live', false: 'stop', undefined: 'draft' };

/** Adds or changes a rule. What answers stays as it is unless `publish` says so: the change waits beside it. */
export async function saveRule(kit: LifeKit, actor: Actor, saving: Saving): Promise<RuleRow> {
  const { body, accountId, before, seen } = saving;
  checkKeywords(body);
  const life = ruleLife(kit);
  const known = before && (await standingOf(kit.db, 'rule', before.id));
  if (known) refuseMeanwhile('rule', known, seen);
  const content = contentFrom(
    body,
    accountId,
    before && known && newestContent(life, before, known),
  );
  const id = before?.id ?? kit.newId();
  const wish = wishes[String(body.publish)] ?? 'draft';
  if (wish === 'live') {
    requirePublisher(kit, actor, actor.id);
    life.refuse(content);
    await saving.tryExamples(content, id);
  }
  const after = await kit.db.transact((tx) =>
    before
      ? saveChange(tx, { kit, life, actor, row: before }, { content, wish, seen })
      : saveNew(tx, { kit, life, actor }, { id, content, wish }),
  );
  await kit.versions.check(true);
  return after;
}
