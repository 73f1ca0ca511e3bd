import type { Actor } from '../kernel/access';
import {
  execute,
  insertRows,
  marksFor,
  select,
  type Db,
  type Scalar,
  type Tx,
} from '../kernel/database';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { AnswerVersion } from './answer-version.entity';
import type { Life, LifeKit, Thing } from './life';
import { OPEN_STATES, type Kind, type VersionState } from './version-states';

export type VersionRow = Omit<AnswerVersion, 'content'> & { content: string };

/** Where a thing stands: its newest number, what answers, and what is being written beside it. */
export type Standing = {
  readonly version: number;
  readonly live: VersionRow | undefined;
  readonly open: VersionRow | undefined;
};

/** Of one from before versions were kept, or one that is only being made. */
export const NOTHING_KEPT: Standing = { version: 0, live: undefined, open: undefined };

type Read = <T>(sql: string, params: readonly Scalar[]) => Promise<T[]>;
const isOpen = ({ state }: VersionRow) => (OPEN_STATES as readonly string[]).includes(state);

async function standings(
  read: Read,
  kind: Kind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  if (ids.length === 0) return new Map();
  const own = `kind = ? AND targetId IN (${marksFor(ids)})`;
  const rows = await read<VersionRow>(
    `SELECT * FROM answer_version WHERE ${own} AND state IN ('live', ${marksFor(OPEN_STATES)})`,
    [kind, ...ids, ...OPEN_STATES],
  );
  const newest = await read<{ targetId: string; version: number }>(
    `SELECT targetId, MAX(version) AS version FROM answer_version WHERE ${own} GROUP BY targetId`,
    [kind, ...ids],
  );
  const live = new Map(rows.filter(({ state }) => state === 'live').map((r) => [r.targetId, r]));
  const open = new Map(rows.filter(isOpen).map((row) => [row.targetId, row]));
  const numbers = new Map(newest.map(({ targetId, version }) => [targetId, version]));
  return new Map(
    ids.map((id) => [
      id,
      { version: numbers.get(id) ?? 0, live: live.get(id), open: open.get(id) },
    ]),
  );
}

/** As the transaction sees it. */
export const standingsIn = (tx: Tx, kind: Kind, ids: readonly string[]) =>
  standings((sql, params) => select(tx, sql, params), kind, ids);
export const standingsOf = (db: Pick<Db, 'read'>, kind: Kind, ids: readonly string[]) =>
  standings((sql, params) => db.read.all(sql, params), kind, ids);

export const standingIn = async (tx: Tx, kind: Kind, id: string): Promise<Standing> =>
  (await standingsIn(tx, kind, [id])).get(id) ?? NOTHING_KEPT;
export const standingOf = async (db: Pick<Db, 'read'>, kind: Kind, id: string): Promise<Standing> =>
  (await standingsOf(db, kind, [id])).get(id) ?? NOTHING_KEPT;

const oneVersion = `SELECT * FROM answer_version WHERE kind = ? AND targetId = ? AND version = ?`;

export async function findVersion(
  db: Pick<Db, 'read'>,
  kind: Kind,
  id: string,
  version: number,
): Promise<VersionRow> {
  const [row] = await db.read.all<VersionRow>(oneVersion, [kind, id, version]);
  if (!row) throw new NotFound('version_not_found');
  return row;
}

/** The same inside a transaction. */
export async function versionIn(
  tx: Tx,
  kind: Kind,
  id: string,
  version: number,
): Promise<VersionRow> {
  const [row] = await select<VersionRow>(tx, oneVersion, [kind, id, version]);
  if (!row) throw new NotFound('version_not_found');
  return row;
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- whoever names the kind knows what its versions hold
export const contentIn = <Content extends object>({
  content,
}: Pick<VersionRow, 'content'>): Content => JSON.parse(content) as Content;

/** What the next save starts from: the draft, else what answers. */
export function newestContent<Row extends Thing, Content extends object>(
  life: Pick<Life<Row, Content>, 'first'>,
  row: Row,
  { open, live }: Standing,
): Content | undefined {
  const kept = open ?? live;
  return kept ? contentIn<Content>(kept) : life.first(row)?.content;
}

/** Whoever changes a thing holds its row first, so that steps of one thing come one after the other. */
export async function hold<Row extends Thing, Content extends object>(
  tx: Tx,
  life: Life<Row, Content>,
  row: Row,
): Promise<Standing> {
  if (!(await life.hold(tx, row))) throw new NotFound();
  return standingIn(tx, life.kind, row.id);
}

/** Takes a row of a table by touching it; false when there is none. */
export async function holdRow(tx: Tx, table: string, id: string, now: number): Promise<boolean> {
  const held = await execute(tx, `UPDATE ${table} SET updatedAt = ? WHERE id = ?`, [now, id]);
  // MariaDB counts a row that was set to what it had already as not changed.
  return held > 0 || (await select(tx, `SELECT id FROM ${table} WHERE id = ?`, [id])).length > 0;
}

/** Refuses to write over what somebody else has saved since; says who, when, and which number it has now. */
export function refuseMeanwhile(kind: Kind, standing: Standing, seen: number | undefined): void {
  if (seen === undefined || seen === standing.version) return;
  const newest = [standing.open, standing.live]
    .filter((row) => row !== undefined)
    .sort((one, other) => other.version - one.version)[0];
  throw new Conflict(`${kind}_changed_meanwhile`, {
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

/** A long text holds 64 KB; see ADR 11. */
const mostBytes = 65_535;

/**
 * Keeps a thing from before versions as version 1, so that its first change can be undone too.
 * Returns where it stands then.
 */
export async function keepFirst<Row extends Thing, Content extends object>(
  tx: Tx,
  kit: Pick<Kit, 'newId'>,
  life: Life<Row, Content>,
  row: Row,
  standing: Standing,
): Promise<Standing> {
  if (standing.version > 0) return standing;
  const first = life.first(row);
  if (!first || Buffer.byteLength(JSON.stringify(first.content)) > mostBytes) return standing;
  const { content, isLive, savedAt, publishedAt } = first;
  await addVersions(tx, kit, life, [
    {
      ...{ targetId: row.id, version: 1, state: isLive ? 'live' : 'draft' },
      ...{ content, savedAt, publishedAt },
    },
  ]);
  return standingIn(tx, life.kind, row.id);
}

export type NewVersion<Content> = {
  targetId: string;
  version: number;
  state: VersionState;
  content: Content;
  savedAt: number;
  by?: Pick<Actor, 'id' | 'name'> | undefined;
  note?: string | null;
  publishedAt?: number | null;
};

type Placed<Content extends object> = Pick<Life<Thing, Content>, 'kind' | 'accountOf'>;

export async function addVersions<Content extends object>(
  tx: Tx,
  kit: Pick<Kit, 'newId'>,
  { kind, accountOf }: Placed<Content>,
  versions: readonly NewVersion<Content>[],
): Promise<VersionRow[]> {
  const added = versions.map(({ content, by, ...row }): VersionRow => ({
    ...nothingSaid,
    ...row,
    ...{ id: kit.newId(), kind, accountId: accountOf(row.targetId, content) },
    content: JSON.stringify(content),
    ...{ savedById: by?.id ?? null, savedByName: by?.name ?? null },
    ...{ note: row.note ?? null, publishedAt: row.publishedAt ?? null },
  }));
  await insertRows(tx, 'answer_version', added);
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
    `UPDATE answer_version SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
    [...Object.values(set), id],
  );
}

type Saving<Content> = {
  content: Content;
  by: Actor;
  state?: 'draft' | 'in-review';
  note?: string | undefined;
};

/** The draft as it is saved now: one's own is written over, somebody else's stays in the history. */
export async function saveDraft<Content extends object>(
  tx: Tx,
  kit: Pick<LifeKit, 'newId' | 'clock'>,
  life: Placed<Content>,
  { id, standing }: { id: string; standing: Standing },
  { content, by, state = 'draft', note }: Saving<Content>,
): Promise<VersionRow> {
  const { open } = standing;
  const version = standing.version + 1;
  const savedAt = kit.clock.business();
  if (open && open.savedById === by.id && open.state !== 'sent-back') {
    const set = { ...nothingSaid, note: note ?? null, version, state, savedAt };
    const accountId = life.accountOf(id, content);
    const written = {
      ...{ ...set, accountId, content: JSON.stringify(content), savedByName: by.name },
    };
    await changeVersion(tx, open, written);
    return { ...open, ...written };
  }
  if (open) await changeVersion(tx, open, { state: 'retired', publishAt: null });
  const fresh = { targetId: id, version, state, content, savedAt, by, note: note ?? null };
  const [added] = await addVersions(tx, kit, life, [fresh]);
  if (!added) throw new Error('a version that was added is there');
  return added;
}
