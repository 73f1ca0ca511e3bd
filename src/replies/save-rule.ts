import { recordChange, type Actor } from '../kernel/access';
import { execute, insertRows, select, type Tx } from '../kernel/database';
import { InvalidInput, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { refuseUnsaid } from './answers/render-answer';
import { checkRule, HEAVIEST_TOGETHER, weightOf } from './matching';
import type { RuleBody } from './reply-rule.schema';
import type { ReplyRule } from './reply-rule.entity';

type SaveKit = Pick<Kit, 'db' | 'clock' | 'newId' | 'versions' | 'settings'>;
export type RuleRow = Omit<ReplyRule, 'keywords' | 'answer' | 'conditions' | 'actions'> & {
  keywords: string;
  answer: string;
  conditions: string | null;
  actions: string | null;
};

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

export function checkKeywords(body: Pick<RuleBody, 'match' | 'keywords'>): void {
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

/** Patterns are tried one after the other, so what counts is what all published ones take together. */
async function checkWeight(tx: Tx, { id, matchKind, status, accountId, keywords }: RuleRow) {
  if (matchKind !== 'pattern' || status !== 'published') return;
  const others = await select<{ keywords: string }>(
    tx,
    `SELECT keywords FROM reply_rule WHERE matchKind = 'pattern' AND status = 'published' AND id <> ?
     ${accountId === null ? '' : 'AND (accountId IS NULL OR accountId = ?)'}`,
    accountId === null ? [id] : [id, accountId],
  );
  const weights = [{ keywords }, ...others].map((row) =>
    weightOf(JSON.parse(row.keywords) as string[]),
  );
  if (weights.reduce((sum, weight) => sum + weight, 0) <= HEAVIEST_TOGETHER) return;
  throw new InvalidInput('input_invalid', {
    errors: [{ path: 'keywords', code: 'pattern_too_heavy' }],
  });
}

/** A rule that nobody named goes by its first keyword. */
function nameFrom({ match, keywords }: RuleBody): string {
  const first = (keywords[0] ?? match).replace(/[\p{Cc}\p{Surrogate}]/gu, ' ').trim();
  return Array.from(first).slice(0, 64).join('') || match;
}

/** Inserts or changes one rule; in memory it answers when the caller has looked at the versions again. */
export async function saveRule(
  kit: SaveKit,
  actor: Actor,
  body: RuleBody,
  accountId: string | null,
  before?: RuleRow,
): Promise<RuleRow> {
  checkKeywords(body);
  const now = kit.clock.business();
  const isPublished = body.publish ?? before?.status === 'published';
  if (isPublished) refuseUnsaid(body.answer, 'answer', kit.settings.orgZone, now);
  const after: RuleRow = {
    id: before?.id ?? kit.newId(),
    name: body.name ?? before?.name ?? nameFrom(body),
    matchKind: body.match,
    keywords: JSON.stringify(body.keywords),
    priority: body.priority,
    accountId,
    answer: JSON.stringify(body.answer),
    conditions: jsonOrNull(body.when),
    actions: jsonOrNull(body.also),
    status: isPublished ? 'published' : 'draft',
    publishedAt: isPublished ? now : null,
    templateKey: before?.templateKey ?? null,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  await kit.db.transact(async (tx) => {
    await checkWeight(tx, after);
    if (before) {
      const changed = await execute(
        tx,
        `UPDATE reply_rule SET name = ?, matchKind = ?, keywords = ?, priority = ?, accountId = ?,
         answer = ?, conditions = ?, actions = ?, status = ?, publishedAt = ?, updatedAt = ? WHERE id = ?`,
        [
          after.name,
          after.matchKind,
          after.keywords,
          after.priority,
          after.accountId,
          after.answer,
          after.conditions,
          after.actions,
          after.status,
          after.publishedAt,
          after.updatedAt,
          after.id,
        ],
      );
      if (changed === 0) throw new NotFound();
    } else {
      await insertRows(tx, 'reply_rule', [after]);
    }
    await kit.versions.bump(tx, 'replies');
    await recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action: before ? 'reply-rule.changed' : 'reply-rule.created',
      targetKind: 'reply-rule',
      targetId: after.id,
      ...(before ? { before: factsOf(before) } : {}),
      after: factsOf(after),
    });
  });
  await kit.versions.check(true);
  return after;
}

export async function deleteRule(kit: SaveKit, actor: Actor, before: RuleRow): Promise<void> {
  await kit.db.transact(async (tx) => {
    await execute(tx, `DELETE FROM reply_rule WHERE id = ?`, [before.id]);
    await kit.versions.bump(tx, 'replies');
    await recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action: 'reply-rule.deleted',
      targetKind: 'reply-rule',
      targetId: before.id,
      before: factsOf(before),
    });
  });
  await kit.versions.check(true);
}

/** An empty list of conditions or actions is none. */
const jsonOrNull = (given: object | null): string | null =>
  given && Object.keys(given).length > 0 ? JSON.stringify(given) : null;

const parsed = (json: string | null): unknown => (json === null ? null : JSON.parse(json));

const factsOf = (row: RuleRow) => ({
  name: row.name,
  match: row.matchKind,
  keywords: parsed(row.keywords),
  priority: row.priority,
  accountId: row.accountId,
  answer: parsed(row.answer),
  ...(row.conditions === null ? {} : { when: parsed(row.conditions) }),
  ...(row.actions === null ? {} : { also: parsed(row.actions) }),
  status: row.status,
});
