import type { AccountBook } from '../accounts';
import type { Actor } from '../kernel/access';
import { marksFor, type Db, type Scalar } from '../kernel/database';
import type { Locale } from '../kernel/text';
import { text } from '../kernel/text';
import { personName } from './follower-state';
import { presentContacts } from './friends';
import { maskedPhone } from './one-person/phone';

export type PersonFilter = {
  q?: string | undefined;
  accountId?: string | undefined;
  state?: 'following' | 'unfollowed' | 'unknown' | undefined;
  tag?: string | undefined;
  source?: string | undefined;
  openid?: string | undefined;
  externalUserId?: string | undefined;
  activeAfter?: number | undefined;
};

/** A page shows a person at the identity that was active last. */
export type Anchor = { identityId: string; personId: string; lastActiveAt: number };

type Where = { sql: string; params: Scalar[] };

/** `!` escapes, because a backslash means different things to the two engines. */
const like = (text: string) => `%${text.replace(/[!%_]/g, (mark) => `!${mark}`)}%`;

function whereOf(filter: PersonFilter, actor: Actor): Where {
  const parts: string[] = ['1 = 1'];
  const params: Scalar[] = [];
  const and = (sql: string, ...values: Scalar[]) => {
    parts.push(sql);
    params.push(...values);
  };
  if (actor.accountIds !== 'all') {
    if (actor.accountIds.length === 0) and('1 = 0');
    else and(`i.accountId IN (${marksFor(actor.accountIds)})`, ...actor.accountIds);
  }
  if (filter.accountId) and('i.accountId = ?', filter.accountId);
  if (filter.state) and('i.state = ?', filter.state);
  if (filter.openid) and(`i.kind = 'follower' AND i.externalId = ?`, platformId(filter.openid));
  if (filter.externalUserId)
    and(`i.kind = 'external-contact' AND i.externalId = ?`, platformId(filter.externalUserId));
  if (filter.source) and('i.sourceScene = ?', filter.source);
  if (filter.activeAfter !== undefined) and('i.lastActiveAt >= ?', filter.activeAfter);
  if (filter.tag) {
    and(
      `EXISTS (SELECT 1 FROM identity_tag it JOIN tag t ON t.id = it.tagId
        WHERE it.identityId = i.id AND t.name = ?)`,
      filter.tag,
    );
  }
  if (filter.q) {
    and(
      `(EXISTS (SELECT 1 FROM person p WHERE p.id = i.personId AND p.displayName LIKE ? ESCAPE '!')
        OR EXISTS (SELECT 1 FROM contact_profile c WHERE c.identityId = i.id AND c.name LIKE ? ESCAPE '!')
        OR i.externalId = ?)`,
      like(filter.q),
      like(filter.q),
      platformId(filter.q),
    );
  }
  return { sql: parts.join(' AND '), params };
}

/** Ids of the platforms are ASCII; MariaDB refuses to compare their column with anything else. */
const platformId = (text: string): string => (/^[\x21-\x7e]*$/.test(text) ? text : '');

const onlyLatest = `NOT EXISTS (SELECT 1 FROM identity j WHERE j.personId = i.personId
  AND (j.lastActiveAt > i.lastActiveAt OR (j.lastActiveAt = i.lastActiveAt AND j.id > i.id)))`;

export async function listAnchors(
  db: Db,
  actor: Actor,
  filter: PersonFilter,
  page: { limit: number; after?: { lastActiveAt: number; id: string } | undefined },
): Promise<Anchor[]> {
  const where = whereOf(filter, actor);
  const after = page.after ? ' AND (i.lastActiveAt < ? OR (i.lastActiveAt = ? AND i.id < ?))' : '';
  const afterParams = page.after
    ? [page.after.lastActiveAt, page.after.lastActiveAt, page.after.id]
    : [];
  const isExact = filter.openid !== undefined || filter.externalUserId !== undefined;
  return db.longRead<Anchor>(
    `SELECT i.id AS identityId, i.personId AS personId, i.lastActiveAt AS lastActiveAt FROM identity i
     WHERE ${where.sql}${isExact ? '' : ` AND ${onlyLatest}`}${after}
     ORDER BY i.lastActiveAt DESC, i.id DESC LIMIT ${page.limit + 1}`,
    [...where.params, ...afterParams],
  );
}

export async function countPeople(db: Db, actor: Actor, filter: PersonFilter): Promise<number> {
  const where = whereOf(filter, actor);
  const [row] = await db.longRead<{ n: number }>(
    `SELECT COUNT(DISTINCT i.personId) AS n FROM identity i WHERE ${where.sql}`,
    where.params,
  );
  return row?.n ?? 0;
}

type IdentityRow = {
  id: string;
  accountId: string;
  kind: string;
  externalId: string;
  personId: string;
  state: string;
  followedAt: number | null;
  unfollowedAt: number | null;
  firstFollowedAt: number | null;
  followCount: number;
  sourceKind: string | null;
  sourceScene: string | null;
  firstScene: string | null;
  lastActiveAt: number | null;
  optedOutAt: number | null;
};

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** People as the API shows them; identities of accounts the actor may not see are left out. */
export async function presentPeople(
  db: Db,
  book: AccountBook,
  actor: Actor,
  personIds: readonly string[],
  receivedFen: (identityIds: string[]) => Promise<Map<string, number>>,
  locale: Locale,
) {
  if (personIds.length === 0) return [];
  const marks = marksFor(personIds);
  const all = await db.read.all<IdentityRow>(
    `SELECT * FROM identity WHERE personId IN (${marks}) ORDER BY id`,
    personIds,
  );
  const identities = all.filter(
    (row) => actor.accountIds === 'all' || actor.accountIds.includes(row.accountId),
  );
  const ids = identities.map((row) => row.id);
  const names = await db.read.all<{ id: string; displayName: string | null }>(
    `SELECT id, displayName FROM person WHERE id IN (${marks})`,
    personIds,
  );
  const tags = await rowsOf<{ identityId: string; id: string; name: string }>(
    db,
    `SELECT it.identityId, t.id, t.name FROM identity_tag it JOIN tag t ON t.id = it.tagId
     WHERE it.identityId IN (?) ORDER BY t.name`,
    ids,
  );
  const fields = await rowsOf<FieldRow>(
    db,
    `SELECT f.identityId, f.fieldKey, f.textValue, f.numberValue, d.type FROM identity_field f
     JOIN field_definition d ON d.fieldKey = f.fieldKey WHERE f.identityId IN (?) ORDER BY f.at`,
    ids,
  );
  const contacts = await presentContacts(
    db,
    book,
    identities.filter(({ kind }) => kind === 'external-contact'),
  );
  const joins = await joinsOf(db, ids, locale);
  const phones = await phonesOf(db, ids);
  const scenes = await sceneNames(db, identities);
  const money = await receivedFen(ids);
  return personIds.flatMap((personId) => {
    const own = identities.filter((row) => row.personId === personId);
    if (own.length === 0) return [];
    const ownIds = new Set(own.map((row) => row.id));
    const ownContacts = contacts.filter(({ identityId }) => ownIds.has(identityId));
    const remark = names.find((row) => row.id === personId)?.displayName ?? null;
    // The operator's name first, else the one WeCom tells; an Official Account tells none.
    const name = remark ?? ownContacts.find((contact) => contact.name)?.name ?? null;
    const lastActiveAt = Math.max(0, ...own.map((row) => row.lastActiveAt ?? 0));
    const tagsById = new Map(
      tags.filter((row) => ownIds.has(row.identityId)).map((row) => [row.id, row.name]),
    );
    return [
      {
        id: personId,
        name: personName(locale, name, own[0]?.externalId ?? '', isOnlyFriend(own)),
        named: name !== null,
        followers: own
          .filter(({ kind }) => kind === 'follower')
          .map((row) => presentFollower(book, scenes, row)),
        contacts: ownContacts,
        joins: joins.filter((join) => ownIds.has(join.identityId) && join.toPersonId === personId),
        phones: phones
          .filter(({ identityId }) => ownIds.has(identityId))
          .map(({ id, phone, checked, by, at }) => ({ id, phone, checked, by, at })),
        tags: [...tagsById].map(([id, name]) => ({ id, name })),
        fields: Object.fromEntries(
          fields
            .filter((row) => ownIds.has(row.identityId))
            .map((row) => [row.fieldKey, fieldValue(row)]),
        ),
        lastActiveAt: lastActiveAt === 0 ? null : iso(lastActiveAt),
        receivedFen: own.reduce((sum, row) => sum + (money.get(row.id) ?? 0), 0),
      },
    ];
  });
}

type JoinRow = {
  id: string;
  identityId: string;
  toPersonId: string;
  reason: string;
  decidedBy: string;
  at: number;
};

/** The latest join of each identity, unless it was taken back. */
async function joinsOf(db: Db, ids: readonly string[], locale: Locale) {
  const rows = await rowsOf<JoinRow>(
    db,
    `SELECT id, identityId, toPersonId, reason, decidedBy, at FROM identity_join
     WHERE identityId IN (?) ORDER BY at, id`,
    ids,
  );
  const latest = new Map(rows.map((row) => [row.identityId, row]));
  return [...latest.values()]
    .filter(({ reason }) => reason !== 'undone')
    .map((row) => ({
      ...row,
      text: text(locale, `join.${row.reason}`, { by: row.decidedBy }),
      at: new Date(row.at).toISOString(),
    }));
}

type PhoneRow = {
  id: string;
  identityId: string;
  phone: string;
  heldBy: string;
  notedBy: string;
  at: number;
};

/** Checked ones first; a rep by the name colleagues know. */
async function phonesOf(db: Db, ids: readonly string[]) {
  const rows = await rowsOf<PhoneRow & { repName: string | null }>(
    db,
    `SELECT p.id, p.identityId, p.phone, p.heldBy, p.notedBy, p.at, s.name AS repName
     FROM identity_phone p JOIN identity i ON i.id = p.identityId
     LEFT JOIN staff s ON s.accountId = i.accountId AND s.userId = p.heldBy
     WHERE p.identityId IN (?) ORDER BY p.heldBy, p.id`,
    ids,
  );
  return rows.map((row) => ({
    ...{ id: row.id, identityId: row.identityId, phone: maskedPhone(row.phone) },
    ...{ checked: row.heldBy === '', by: row.repName ?? row.notedBy },
    at: new Date(row.at).toISOString(),
  }));
}

type FieldRow = {
  identityId: string;
  fieldKey: string;
  textValue: string | null;
  numberValue: number | null;
  type: string;
};

function fieldValue(row: FieldRow): string | number | null {
  if (row.type === 'date') return iso(row.numberValue);
  return row.type === 'number' ? row.numberValue : row.textValue;
}

async function rowsOf<Row>(db: Db, sql: string, ids: readonly string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  return db.read.all<Row>(sql.replace('(?)', `(${marksFor(ids)})`), ids);
}

async function sceneNames(db: Db, rows: readonly IdentityRow[]): Promise<Map<string, string>> {
  const scenes = [...new Set(rows.flatMap((row) => (row.sourceScene ? [row.sourceScene] : [])))];
  const found = await rowsOf<{ accountId: string; scene: string; name: string }>(
    db,
    `SELECT accountId, scene, name FROM scene WHERE scene IN (?)`,
    scenes,
  );
  return new Map(found.map((row) => [`${row.accountId} ${row.scene}`, row.name]));
}

function presentFollower(book: AccountBook, scenes: ReadonlyMap<string, string>, row: IdentityRow) {
  const account = book.find(row.accountId);
  return {
    identityId: row.id,
    accountId: row.accountId,
    appId: account?.platformId ?? '',
    accountName: account?.name ?? '',
    openid: row.externalId,
    state: row.state,
    followedAt: iso(row.followedAt),
    unfollowedAt: iso(row.unfollowedAt),
    firstFollowedAt: iso(row.firstFollowedAt),
    followCount: row.followCount,
    optedOut: row.optedOutAt !== null,
    source: {
      kind: row.sourceKind,
      scene: row.sourceScene,
      name: row.sourceScene ? (scenes.get(`${row.accountId} ${row.sourceScene}`) ?? null) : null,
    },
  };
}

/** Of reps, and no follower of an Official Account. */
const isOnlyFriend = (own: readonly { kind: string }[]): boolean =>
  own.every(({ kind }) => kind === 'external-contact');
