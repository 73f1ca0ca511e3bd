import { execute, insertRows, select, type Scalar, type Tx } from '../../kernel/database';
import { InvalidInput } from '../../kernel/errors';
import { keepMark } from '../../relationships';
import { holdRow, type Life, type LifeKit } from '../../review';
import { refuseUnsaid } from '../answers/render-answer';
import { HEAVIEST_TOGETHER, weightOf } from '../matching';
import { columnsOf, contentOf, type RuleContent, type RuleRow } from './content';
import { refuseRed, tryExamples, type LifeParts } from './try-draft';

/** Patterns are tried one after the other, so what counts is what all published ones take together. */
export async function checkWeight(
  tx: Tx,
  id: string,
  { match, accountId, keywords }: Pick<RuleContent, 'match' | 'accountId' | 'keywords'>,
): Promise<void> {
  if (match !== 'pattern') return;
  const others = await select<{ keywords: string }>(
    tx,
    `SELECT keywords FROM reply_rule WHERE matchKind = 'pattern' AND status = 'published' AND id <> ?
     ${accountId === null ? '' : 'AND (accountId IS NULL OR accountId = ?)'}`,
    accountId === null ? [id] : [id, accountId],
  );
  const weights = [keywords, ...others.map((row) => JSON.parse(row.keywords) as string[])].map(
    weightOf,
  );
  if (weights.reduce((sum, weight) => sum + weight, 0) <= HEAVIEST_TOGETHER) return;
  throw new InvalidInput('input_invalid', {
    errors: [{ path: 'keywords', code: 'pattern_too_heavy' }],
  });
}

async function changeRule(
  tx: Tx,
  row: RuleRow,
  set: Partial<Readonly<Record<keyof RuleRow, Scalar>>>,
): Promise<RuleRow> {
  const names = Object.keys(set);
  await execute(
    tx,
    `UPDATE reply_rule SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
    [...Object.values(set), row.id],
  );
  return { ...row, ...set } as RuleRow;
}

/** A rule from draft to answer. With the parts its kept examples are run before it goes live. */
export function ruleLife(kit: LifeKit, parts?: LifeParts): Life<RuleRow, RuleContent> {
  const now = () => kit.clock.business();
  return {
    ...{ kind: 'rule', named: 'reply-rule', topic: 'replies' },
    accountOf: (_, { accountId }) => accountId,
    find: async (id) => {
      const [row] = await kit.db.read.all<RuleRow>(`SELECT * FROM reply_rule WHERE id = ?`, [id]);
      return row;
    },
    hold: (tx, { id }) => holdRow(tx, 'reply_rule', id, now()),
    first: (row) => ({
      ...{ content: contentOf(row), isLive: row.status === 'published' },
      ...{ savedAt: row.updatedAt, publishedAt: row.publishedAt },
    }),
    refuse: ({ answer }) => refuseUnsaid(answer, 'answer', kit.settings.orgZone, now()),
    ...(parts && {
      tryOut: async ({ id }, content, { at, mayBreak }) =>
        refuseRed(await tryExamples(kit, parts, { id, content }, at), mayBreak),
    }),
    add: async (tx, id, content) => {
      const rule: RuleRow = {
        ...{ id, ...columnsOf(content), status: 'draft', publishedAt: null, templateKey: null },
        ...{ createdAt: now(), updatedAt: now() },
      };
      await insertRows(tx, 'reply_rule', [rule]);
      return rule;
    },
    answer: async (tx, row, content) => {
      await checkWeight(tx, row.id, content);
      if (content.also?.mark) {
        await keepMark(tx, { newId: kit.newId, now: now() }, content.also.mark.name);
      }
      const live = { status: 'published', publishedAt: now(), updatedAt: now() };
      return changeRule(tx, row, { ...columnsOf(content), ...live });
    },
    rest: (tx, row, content) => {
      const stopped = { status: 'draft', publishedAt: null, updatedAt: now() };
      return changeRule(tx, row, { ...columnsOf(content), ...stopped });
    },
    remove: async (tx, { id }) => {
      await execute(tx, `DELETE FROM reply_rule WHERE id = ?`, [id]);
    },
  };
}
