import { recordChange, type Actor } from '../kernel/access';
import { execute, insertRows, select, type Tx } from '../kernel/database';
import { InvalidInput, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { columnsOf, contentFrom, type RuleContent, type RuleRow } from './life/content';
import { changeRule, goLive, refuseSilent, requirePublisher } from './life/go-live';
import {
  contentIn,
  holdRule,
  keepFirst,
  NOTHING_KEPT,
  newestContent,
  refuseMeanwhile,
  saveDraft,
  standingIn,
  standingsOf,
  versionIn,
} from './life/version.queries';
import { checkRule } from './matching';
import type { RuleBody } from './reply-rule.schema';
import { requireChange } from './rule-access';

export type { RuleRow } from './life/content';
type SaveKit = Pick<Kit, 'db' | 'clock' | 'newId' | 'versions' | 'settings'>;

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

/** Adds or changes a rule. What answers stays as it is unless `publish` says so: the change waits beside it. */
export async function saveRule(kit: SaveKit, actor: Actor, saving: Saving): Promise<RuleRow> {
  const { body, accountId, before, seen } = saving;
  checkKeywords(body);
  const known = before && (await standingsOf(kit.db, [before.id])).get(before.id);
  if (known) refuseMeanwhile(known, seen);
  const content = contentFrom(body, accountId, before && known && newestContent(before, known));
  const id = before?.id ?? kit.newId();
  if (body.publish === true) {
    requirePublisher(kit, actor, actor.id);
    refuseSilent(kit, content);
    await saving.tryExamples(content, id);
  }
  const after = await kit.db.transact((tx) =>
    before
      ? change(tx, kit, actor, { before, content, publish: body.publish, seen })
      : add(tx, kit, actor, { id, content, publish: body.publish === true }),
  );
  await kit.versions.check(true);
  return after;
}

async function add(
  tx: Tx,
  kit: SaveKit,
  actor: Actor,
  { id, content, publish }: { id: string; content: RuleContent; publish: boolean },
): Promise<RuleRow> {
  const now = kit.clock.business();
  const rule: RuleRow = {
    id,
    ...columnsOf(content),
    status: 'draft',
    publishedAt: null,
    templateKey: null,
    createdAt: now,
    updatedAt: now,
  };
  await insertRows(tx, 'reply_rule', [rule]);
  const draft = await saveDraft(tx, kit, rule, NOTHING_KEPT, { content, by: actor });
  const after = publish ? await goLive(tx, kit, rule, draft) : rule;
  if (!publish) await kit.versions.bump(tx, 'replies');
  await note(tx, kit, actor, 'reply-rule.created', rule.id, {
    after: { ...content, status: after.status },
  });
  return after;
}

async function change(
  tx: Tx,
  kit: SaveKit,
  actor: Actor,
  wanted: {
    before: RuleRow;
    content: RuleContent;
    publish: boolean | undefined;
    seen: number | undefined;
  },
): Promise<RuleRow> {
  const { before, content, publish, seen } = wanted;
  const held = await holdRule(tx, kit, before);
  refuseMeanwhile(held, seen);
  const standing = await keepFirst(tx, kit, before, held);
  const draft = await saveDraft(tx, kit, before, standing, { content, by: actor });
  const isLive = standing.live !== undefined;
  const tell = (action: string, status: string) =>
    note(tx, kit, actor, action, before.id, {
      before: { ...newestContent(before, standing), status: isLive ? 'published' : 'draft' },
      after: { ...content, status },
    });
  if (publish === true) {
    const after = await goLive(tx, kit, before, draft);
    await tell('reply-rule.changed', 'published');
    return after;
  }
  if (isLive && publish === undefined) {
    await tell('reply-rule.draft-changed', 'published');
    return before;
  }
  if (standing.live) await execute(tx, retireSql, [standing.live.id]);
  const columns = {
    ...columnsOf(content),
    status: 'draft' as const,
    publishedAt: null,
    updatedAt: kit.clock.business(),
  };
  await changeRule(tx, before.id, columns);
  await kit.versions.bump(tx, 'replies');
  await tell('reply-rule.changed', 'draft');
  return { ...before, ...columns };
}

/** What was deleted is there again, as a draft of its newest version. */
export async function bringBack(kit: SaveKit, actor: Actor, id: string): Promise<RuleRow> {
  const rule = await kit.db.transact(async (tx) => {
    const isThere = await select(tx, `SELECT id FROM reply_rule WHERE id = ?`, [id]);
    const standing = await standingIn(tx, id);
    if (isThere.length > 0 || standing.version === 0) throw new NotFound();
    const content = contentIn(await versionIn(tx, id, standing.version));
    requireChange(actor, content);
    const now = kit.clock.business();
    const columns = { ...columnsOf(content), status: 'draft' as const, publishedAt: null };
    const row = { id, ...columns, templateKey: null, createdAt: now, updatedAt: now };
    await insertRows(tx, 'reply_rule', [row]);
    await saveDraft(tx, kit, row, standing, { content, by: actor });
    await kit.versions.bump(tx, 'replies');
    await note(tx, kit, actor, 'reply-rule.brought-back', id, { after: content });
    return row;
  });
  await kit.versions.check(true);
  return rule;
}

const retireSql = `UPDATE reply_rule_version SET state = 'retired', publishAt = NULL WHERE id = ?`;

/** Its versions stay, so that it can be brought back with all it has been. */
export async function deleteRule(
  kit: SaveKit,
  actor: Actor,
  before: RuleRow,
  seen?: number,
): Promise<void> {
  await kit.db.transact(async (tx) => {
    const held = await holdRule(tx, kit, before);
    refuseMeanwhile(held, seen);
    const { live, open } = await keepFirst(tx, kit, before, held);
    await execute(tx, `DELETE FROM reply_rule WHERE id = ?`, [before.id]);
    for (const one of [live, open]) if (one) await execute(tx, retireSql, [one.id]);
    await kit.versions.bump(tx, 'replies');
    await note(tx, kit, actor, 'reply-rule.deleted', before.id, { before: factsOf(before) });
  });
  await kit.versions.check(true);
}

function note(
  tx: Tx,
  kit: SaveKit,
  actor: Actor,
  action: string,
  targetId: string,
  change: { before?: unknown; after?: unknown },
): Promise<void> {
  const entry = { id: kit.newId(), at: kit.clock.system(), action, targetId };
  return recordChange(tx, actor, { ...entry, targetKind: 'reply-rule', ...change });
}

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
