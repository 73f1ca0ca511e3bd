import type { Actor } from '../../kernel/access';
import {
  execute,
  insertRows,
  marksFor,
  select,
  type Db,
  type Scalar,
  type Tx,
} from '../../kernel/database';
import { Conflict, NotFound } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import { contentOf, type RuleContent, type RuleRow } from './content';
import type { ReplyRuleVersion } from './rule-version.entity';
import { OPEN_STATES, type VersionState } from './version-states';

export type VersionRow = Omit<ReplyRuleVersion, 'content'> & { content: string };
type StepKit = Pick<Kit, 'newId' | 'clock'>;

/** Where a rule stands: its newest number, what answers, and what is being written beside it. */
export type Standing = {
  readonly version: number;
  readonly live: VersionRow | undefined;
  readonly open: VersionRow | undefined;
};

/** Of a rule from before versions were kept, or one that is only being made. */
export const NOTHING_KEPT: Standing = { version: 0, live: undefined, open: undefined };

const openMarks = marksFor(OPEN_STATES);
const isOpen = ({ state }: VersionRow) => (OPEN_STATES as readonly string[]).includes(state);

const standingFrom = (rows: readonly VersionRow[], newest: number): Standing => ({
  version: newest,
  live: rows.find(({ state }) => state === 'live'),
  open: rows.find(isOpen),
});

/** One rule, as the transaction sees it. */
export async function standingIn(tx: Tx, ruleId: string): Promise<Standing> {
  const rows = await select<VersionRow>(
    tx,
    `SELECT * FROM reply_rule_version WHERE ruleId = ? AND state IN ('live', ${openMarks})`,
    [ruleId, ...OPEN_STATES],
  );
  const [newest] = await select<{ version: number | null }>(
    tx,
    `SELECT MAX(version) AS version FROM reply_rule_version WHERE ruleId = ?`,
    [ruleId],
  );
  return standingFrom(rows, newest?.version ?? 0);
}

export async function standingsOf(
  db: Pick<Db, 'read'>,
  ruleIds: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  if (ruleIds.length === 0) return new Map();
  const marks = marksFor(ruleIds);
  const [rows, newest] = await Promise.all([
    db.read.all<VersionRow>(
      `SELECT * FROM reply_rule_version WHERE ruleId IN (${marks}) AND state IN ('live', ${openMarks})`,
      [...ruleIds, ...OPEN_STATES],
    ),
    db.read.all<{ ruleId: string; version: number }>(
      `SELECT ruleId, MAX(version) AS version FROM reply_rule_version
       WHERE ruleId IN (${marks}) GROUP BY ruleId`,
      ruleIds,
    ),
  ]);
  const numbers = new Map(newest.map(({ ruleId, version }) => [ruleId, version]));
  return new Map(
    ruleIds.map((id) => [
      id,
      standingFrom(
        rows.filter(({ ruleId }) => ruleId === id),
        numbers.get(id) ?? 0,
      ),
    ]),
  );
}

export async function findVersion(
  db: Pick<Db, 'read'>,
  ruleId: string,
  version: number,
): Promise<VersionRow> {
  const [row] = await db.read.all<VersionRow>(
    `SELECT * FROM reply_rule_version WHERE ruleId = ? AND version = ?`,
    [ruleId, version],
  );
  if (!row) throw new NotFound('version_not_found');
  return row;
}

/** The same inside a transaction. */
export async function versionIn(tx: Tx, ruleId: string, version: number): Promise<VersionRow> {
  const sql = `SELECT * FROM reply_rule_version WHERE ruleId = ? AND version = ?`;
  const [row] = await select<VersionRow>(tx, sql, [ruleId, version]);
  if (!row) throw new NotFound('version_not_found');
  return row;
}

export const contentIn = ({ content }: Pick<VersionRow, 'content'>): RuleContent =>
  JSON.parse(content) as RuleContent;

/** What the next save starts from: the draft, else what answers. */
export const newestContent = (rule: RuleRow, { open, live }: Standing): RuleContent => {
  const kept = open ?? live;
  return kept ? contentIn(kept) : contentOf(rule);
};

/** Whoever changes a rule holds its row first, so that steps of one rule come one after the other. */
export async function holdRule(tx: Tx, kit: StepKit, rule: RuleRow): Promise<Standing> {
  const held = await execute(tx, `UPDATE reply_rule SET updatedAt = ? WHERE id = ?`, [
    kit.clock.business(),
    rule.id,
  ]);
  // MariaDB counts a row that was set to what it had already as not changed.
  if (
    held === 0 &&
    (await select(tx, `SELECT id FROM reply_rule WHERE id = ?`, [rule.id])).length === 0
  ) {
    throw new NotFound();
  }
  return standingIn(tx, rule.id);
}

/** Refuses to write over what somebody else has saved since; says who, when, and which number it has now. */
export function refuseMeanwhile(standing: Standing, seen: number | undefined): void {
  if (seen === undefined || seen === standing.version) return;
  const newest = [standing.open, standing.live]
    .filter((row) => row !== undefined)
    .sort((one, other) => other.version - one.version)[0];
  throw new Conflict('rule_changed_meanwhile', {
    version: standing.version,
    by: newest?.savedByName ?? '',
    at: newest ? new Date(newest.savedAt).toISOString() : null,
  });
}

const nothingSaid = {
  note: null,
  reviewedById: null,
  reviewedByName: null,
  reviewedAt: null,
  publishAt: null,
};

/**
 * Keeps a rule from before versions as version 1, so that its first change can be undone too.
 * Returns where the rule stands then.
 */
export async function keepFirst(
  tx: Tx,
  kit: StepKit,
  rule: RuleRow,
  standing: Standing,
): Promise<Standing> {
  if (standing.version > 0) return standing;
  await addVersion(tx, kit, {
    ruleId: rule.id,
    version: 1,
    state: rule.status === 'published' ? 'live' : 'draft',
    content: contentOf(rule),
    savedAt: rule.updatedAt,
    publishedAt: rule.publishedAt,
  });
  return standingIn(tx, rule.id);
}

type NewVersion = {
  ruleId: string;
  version: number;
  state: VersionState;
  content: RuleContent;
  savedAt: number;
  by?: Actor;
  publishedAt?: number | null;
};

export async function addVersion(
  tx: Tx,
  kit: Pick<StepKit, 'newId'>,
  { content, by, ...row }: NewVersion,
): Promise<VersionRow> {
  const added: VersionRow = {
    ...nothingSaid,
    ...row,
    id: kit.newId(),
    content: JSON.stringify(content),
    savedById: by?.id ?? null,
    savedByName: by?.name ?? null,
    publishedAt: row.publishedAt ?? null,
  };
  await insertRows(tx, 'reply_rule_version', [added]);
  return added;
}

export async function changeVersion(
  tx: Tx,
  { id }: Pick<VersionRow, 'id'>,
  set: Partial<Record<keyof VersionRow, Scalar>>,
): Promise<void> {
  const names = Object.keys(set);
  await execute(
    tx,
    `UPDATE reply_rule_version SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
    [...Object.values(set), id],
  );
}

/** The draft as it is saved now: one's own is written over, somebody else's stays in the history. */
export async function saveDraft(
  tx: Tx,
  kit: StepKit,
  rule: Pick<RuleRow, 'id'>,
  standing: Standing,
  { content, by }: { content: RuleContent; by: Actor },
): Promise<VersionRow> {
  const { open } = standing;
  const version = standing.version + 1;
  const savedAt = kit.clock.business();
  if (open && open.savedById === by.id && open.state !== 'sent-back') {
    const set = { ...nothingSaid, version, state: 'draft' as const, savedAt };
    const written = { ...set, content: JSON.stringify(content), savedByName: by.name };
    await changeVersion(tx, open, written);
    return { ...open, ...written };
  }
  if (open) await changeVersion(tx, open, { state: 'retired' });
  return addVersion(tx, kit, { ruleId: rule.id, version, state: 'draft', content, savedAt, by });
}
