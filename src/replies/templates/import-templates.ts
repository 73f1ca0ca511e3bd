import { recordChange, type Actor } from '../../kernel/access';
import { execute, insertRows, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { keepLive, newestContent, saveChange, standingIn, type LifeKit } from '../../review';
import { keepImported } from '../life/keep-imported';
import { checkWeight, ruleLife } from '../life/rule-life';
import { settingsIn, settingsLife, type SettingsContent } from '../life/settings-life';
import { saveFaqsBeside, saveFaqsLive } from '../take-faqs';
import {
  compareTemplates,
  hashOf,
  type ComparedTemplate,
  type TemplateChange,
} from './compare-templates';
import { columnsOf, prefixOf, readLive, type LiveTemplates } from './live-templates';
import type { Templates } from './read-templates';
import type { TemplateRule } from './template-files.schema';

type ImportKit = LifeKit;
export type Overwrite = 'removed' | 'all';
export type ImportTarget = {
  readonly actor: Actor;
  /** With an account the rules are that account's; without one they answer everywhere, and welcome and default are left out. */
  readonly accountId: string | null;
  /** Also what operators deleted since the last import, or all that they changed or deleted. */
  readonly overwrite?: Overwrite | undefined;
  /** Nothing answers before somebody publishes it; welcome and default, which know no draft, are left out. */
  readonly asDrafts?: boolean;
};
type Counts = Record<'added' | 'changed' | 'same' | 'kept' | 'onlyHere', number>;
export type ImportedTemplates = {
  readonly rules: Counts;
  readonly faqs: Counts;
  readonly settings: Counts;
  /** What was left as operators have it. */
  readonly kept: readonly Pick<TemplateChange, 'kind' | 'key' | 'name' | 'state'>[];
};

/** How the folder and what is here differ, field by field; nothing is written. */
export async function diffTemplates(
  kit: Pick<Kit, 'db'>,
  templates: Templates,
  accountId: string | null,
  asDrafts = false,
): Promise<TemplateChange[]> {
  const live = await kit.db.transact((tx) => readLive(tx, accountId, idsOf(templates)));
  return compareTemplates(templates, live, accountId, asDrafts).map(
    ({ kind, key, name, state, fields }) => ({ kind, key, name, state, fields }),
  );
}

const idsOf = ({ faqs }: Templates): string[] => faqs.map(({ id }) => id);

/** Whether an import writes what stands so. */
function isTaken({ state }: TemplateChange, overwrite: Overwrite | undefined): boolean {
  if (state === 'edited-here') return overwrite === 'all';
  if (state === 'removed-here') return overwrite !== undefined;
  return state === 'added' || state === 'changed';
}

/** What an import would do, in numbers. */
export function countChanges(
  changes: readonly TemplateChange[],
  overwrite?: Overwrite,
): ImportedTemplates {
  const kept = changes.filter(
    (change) =>
      (change.state === 'edited-here' || change.state === 'removed-here') &&
      !isTaken(change, overwrite),
  );
  const of = (...kinds: TemplateChange['kind'][]): Counts => {
    const own = changes.filter(({ kind }) => kinds.includes(kind));
    const taken = own.filter((change) => isTaken(change, overwrite));
    const isNew = ({ state }: TemplateChange) => state === 'added' || state === 'removed-here';
    const added = taken.filter(isNew).length;
    return {
      added,
      changed: taken.length - added,
      same: own.filter(({ state }) => state === 'same').length,
      kept: kept.filter(({ kind }) => kinds.includes(kind)).length,
      onlyHere: own.filter(({ state }) => state === 'only-here').length,
    };
  };
  return {
    rules: of('rule'),
    faqs: of('faq'),
    settings: of('welcome', 'default'),
    kept: kept.map(({ kind, key, name, state }) => ({ kind, key, name, state })),
  };
}

/**
 * Writes a folder's rules, questions, welcome and default in one transaction. What is the same stays untouched,
 * what operators changed stays unless it is to be overwritten; nothing is deleted.
 */
export async function importTemplates(
  kit: ImportKit,
  templates: Templates,
  target: ImportTarget,
): Promise<ImportedTemplates> {
  const done = await kit.db.transact(async (tx) => {
    const live = await readLive(tx, target.accountId, idsOf(templates));
    const changes = compareTemplates(templates, live, target.accountId, target.asDrafts);
    const written = changes.filter((change) => isTaken(change, target.overwrite));
    await writeRules(tx, kit, { templates, live, target, written });
    const now = kit.clock.business();
    const statuses = new Map(written.map(({ kind, key, file }) => [`${kind} ${key}`, file]));
    const faqs = templates.faqs.flatMap((faq) => {
      const file = statuses.get(`faq ${faq.id}`);
      return file ? [{ ...faq, status: statusIn(file) }] : [];
    });
    const origin = { newId: kit.newId, source: 'template', byName: target.actor.name } as const;
    const beside = faqs.filter(({ id }) => isBeside(target, live.faqs.get(id)));
    await saveFaqsBeside(tx, kit, target.actor, beside);
    const others = faqs.filter((faq) => !beside.includes(faq));
    await saveFaqsLive(tx, kit, target.actor, others, origin);
    await writeSettings(tx, kit, { templates, target, written });
    await rememberOrigins(tx, changes, { written, now });
    if (isAny(written, 'rule', 'welcome', 'default')) await kit.versions.bump(tx, 'replies');
    if (isAny(written, 'faq')) await kit.versions.bump(tx, 'faqs');
    const counts = countChanges(changes, target.overwrite);
    await recordChange(tx, target.actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action: 'templates.imported',
      targetKind: 'templates',
      targetId: target.accountId ?? 'all',
      after: counts,
    });
    return counts;
  });
  await kit.versions.check(true);
  return done;
}

/** As drafts nothing changes what answers: the change waits beside it. */
const isBeside = (
  { asDrafts = false }: ImportTarget,
  here: { status: 'draft' | 'published' } | undefined,
): boolean => asDrafts && here?.status === 'published';

const statusIn = (file: ComparedTemplate['file']): 'draft' | 'published' =>
  file?.['status'] === 'draft' ? 'draft' : 'published';

const isAny = (written: readonly TemplateChange[], ...kinds: TemplateChange['kind'][]): boolean =>
  written.some(({ kind }) => kinds.includes(kind));

async function writeRules(
  tx: Tx,
  kit: ImportKit,
  work: {
    templates: Templates;
    live: LiveTemplates;
    target: ImportTarget;
    written: readonly ComparedTemplate[];
  },
): Promise<void> {
  const { templates, live, target, written } = work;
  const now = kit.clock.business();
  const rules = new Map(templates.rules.map((rule) => [rule.key, rule]));
  for (const { kind, key, file } of written) {
    const rule = kind === 'rule' ? rules.get(key) : undefined;
    if (!rule) continue;
    const before = live.rules.get(key)?.row;
    if (before && isBeside(target, before)) {
      const life = ruleLife(kit);
      const standing = await standingIn(tx, 'rule', before.id);
      const kept = newestContent(life, before, standing)?.examples ?? [];
      const content = { ...contentOf(rule, target.accountId), examples: kept };
      const at = { kit, life, actor: target.actor, row: before };
      await saveChange(tx, at, { content, wish: 'draft', seen: undefined });
      continue;
    }
    const status = statusIn(file);
    const id = before?.id ?? kit.newId();
    const row = {
      ...columnsOf(rule),
      status,
      publishedAt: status === 'published' ? now : null,
      templateKey: prefixOf(target.accountId) + key,
      updatedAt: now,
    };
    if (!before) {
      const fresh = { id, ...row, accountId: target.accountId, createdAt: now };
      await insertRows(tx, 'reply_rule', [fresh]);
    }
    if (status === 'published') {
      const content = contentOf(rule, target.accountId);
      await checkWeight(tx, id, content);
      await keepImported(tx, kit, target.actor, { ruleId: id, content, ...(before && { before }) });
    }
    if (!before) continue;
    const set = Object.keys(row).map((column) => `${column} = ?`);
    await execute(tx, `UPDATE reply_rule SET ${set.join(', ')} WHERE id = ?`, [
      ...Object.values(row),
      before.id,
    ]);
  }
}

/** What the history keeps: the rule without the key it has in files. */
const contentOf = (rule: TemplateRule, accountId: string | null) => {
  const { name, match, keywords, priority, answer, when, also } = rule;
  return { name, match, keywords, priority, accountId, answer, when, also };
};

async function writeSettings(
  tx: Tx,
  kit: ImportKit,
  work: { templates: Templates; target: ImportTarget; written: readonly ComparedTemplate[] },
): Promise<void> {
  const { templates, target, written } = work;
  const { accountId: id, actor } = target;
  const kinds = written.flatMap(({ kind }) =>
    kind === 'welcome' || kind === 'default' ? [kind] : [],
  );
  if (id === null || kinds.length === 0) return;
  const life = settingsLife(kit);
  const before = await settingsIn(tx, id);
  await life.hold(tx, before);
  const { welcome, default: fallback } = before;
  const said = Object.fromEntries(kinds.map((kind) => [kind, templates[kind] ?? null]));
  const content: SettingsContent = { welcome, default: fallback, ...said };
  await life.answer(tx, before, content, actor);
  await keepLive(tx, kit, life, actor, [{ id, content, before: life.first(before) }]);
}

/** Of what was written, and of what turned out to be the same. */
async function rememberOrigins(
  tx: Tx,
  changes: readonly ComparedTemplate[],
  { written, now }: { written: readonly ComparedTemplate[]; now: number },
): Promise<void> {
  const same = changes.filter(({ state }) => state === 'same');
  const rows = [...written, ...same].flatMap(({ place, file }) =>
    file ? [{ place, hash: hashOf(file), importedAt: now }] : [],
  );
  await insertRows(tx, 'template_origin', rows, {
    onConflict: ['place'],
    update: ['hash', 'importedAt'],
  });
}
