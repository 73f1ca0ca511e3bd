import { recordChange, type Actor } from '../../kernel/access';
import { execute, insertRows, select } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import type { RuleRow } from '../life/content';
import { keepImported } from '../life/keep-imported';
import { saveFaqs } from '../save-faq';
import type { TemplateRule, Templates } from './read-templates';

type Counts = { added: number; changed: number };
export type ImportedTemplates = { rules: Counts; faqs: Counts; settings: boolean };

/**
 * Writes a folder's rules, questions, welcome and default in one transaction. What a former import
 * made is found by its key and changed; what is the same stays; nothing is deleted. With an account the
 * rules are that account's, without one they answer everywhere and welcome and default are left out.
 */
export async function importTemplates(
  kit: Pick<Kit, 'db' | 'clock' | 'newId' | 'versions'>,
  templates: Templates,
  target: { readonly actor: Actor; readonly accountId: string | null },
): Promise<ImportedTemplates> {
  const { actor, accountId } = target;
  const now = kit.clock.business();
  const done = await kit.db.transact(async (tx) => {
    const known = new Map<string, RuleRow>();
    const prefix = `${accountId ?? 'all'}:`;
    const rows = await select<RuleRow & { templateKey: string }>(
      tx,
      `SELECT * FROM reply_rule WHERE templateKey IS NOT NULL`,
    );
    for (const row of rows) known.set(row.templateKey, row);
    const added = templates.rules
      .filter((rule) => !known.has(prefix + rule.key))
      .map((rule) => ({ rule, id: kit.newId() }));
    const changed = templates.rules.filter((rule) => {
      const before = known.get(prefix + rule.key);
      return before !== undefined && !isSame(before, rule);
    });
    await insertRows(
      tx,
      'reply_rule',
      added.map(({ rule, id }) => ({
        id,
        ...columnsOf(rule),
        accountId,
        status: 'published',
        publishedAt: now,
        templateKey: prefix + rule.key,
        createdAt: now,
        updatedAt: now,
      })),
    );
    for (const { rule, id } of added) {
      await keepImported(tx, kit, actor, { ruleId: id, content: contentOf(rule, accountId) });
    }
    for (const rule of changed) {
      const before = known.get(prefix + rule.key);
      if (!before) continue;
      const content = contentOf(rule, before.accountId);
      await keepImported(tx, kit, actor, { ruleId: before.id, content, before });
      const columns = columnsOf(rule);
      await execute(
        tx,
        `UPDATE reply_rule SET name = ?, matchKind = ?, keywords = ?, priority = ?, answer = ?,
         conditions = ?, actions = ?, status = 'published', publishedAt = ?, updatedAt = ? WHERE templateKey = ?`,
        [
          columns.name,
          columns.matchKind,
          columns.keywords,
          columns.priority,
          columns.answer,
          columns.conditions,
          columns.actions,
          now,
          now,
          prefix + rule.key,
        ],
      );
    }
    const saved = await saveFaqs(tx, templates.faqs, now, {
      newId: kit.newId,
      source: 'template',
      byName: actor.name,
    });
    const settings = accountId !== null && Boolean(templates.welcome ?? templates.default);
    if (settings) {
      const json = (answer: unknown) => (answer === undefined ? null : JSON.stringify(answer));
      const row = {
        accountId,
        welcome: json(templates.welcome),
        fallback: json(templates.default),
        updatedAt: now,
      };
      const given = [
        ...(templates.welcome ? ['welcome'] : []),
        ...(templates.default ? ['fallback'] : []),
      ];
      await insertRows(tx, 'reply_default', [row], {
        onConflict: ['accountId'],
        update: [...given, 'updatedAt'],
      });
    }
    await kit.versions.bump(tx, 'replies');
    await kit.versions.bump(tx, 'faqs');
    const counts: ImportedTemplates = {
      rules: { added: added.length, changed: changed.length },
      faqs: { added: saved.added.length, changed: saved.changed.length },
      settings,
    };
    await recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action: 'templates.imported',
      targetKind: 'templates',
      targetId: accountId ?? 'all',
      after: counts,
    });
    return counts;
  });
  await kit.versions.check(true);
  return done;
}

const columnsOf = ({ name, match, keywords, priority, answer, when, also }: TemplateRule) => ({
  name,
  matchKind: match,
  keywords: JSON.stringify(keywords),
  priority,
  answer: JSON.stringify(answer),
  conditions: when ? JSON.stringify(when) : null,
  actions: also ? JSON.stringify(also) : null,
});

const contentOf = (
  { name, match, keywords, priority, answer, when, also }: TemplateRule,
  accountId: string | null,
) => ({
  name,
  match,
  keywords,
  priority,
  accountId,
  answer,
  when: when ?? null,
  also: also ?? null,
});

function isSame(before: RuleRow, rule: TemplateRule): boolean {
  const after = columnsOf(rule);
  return (
    before.name === after.name &&
    before.matchKind === after.matchKind &&
    before.keywords === after.keywords &&
    before.priority === after.priority &&
    before.answer === after.answer &&
    before.conditions === after.conditions &&
    before.actions === after.actions
  );
}
