import { windowRoom } from '../channels/official-account';
import type { AccountBook } from '../accounts';
import { requireAccount, type Actor } from '../kernel/access';
import { marksFor, type Scalar } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { personName, windowsOf } from '../relationships';
import { readAttendance } from './attendance';
import type { ConversationState } from './conversation.entity';
import { entryNames, type EntryNames } from './entry-names';
import { plainWords } from './plain-words';
import { operatorNames } from './presence';
import { wordsOfEntry, spokenBy, type EntryRow } from './thread';
import { unreadOf } from './unread';

type Part = Pick<Kit, 'db' | 'clock'>;
export type View = 'waiting' | 'unanswered' | 'mine' | 'all' | 'closed';

export type Row = {
  id: string;
  accountId: string;
  personId: string;
  externalId: string;
  lastActiveAt: number | null;
  lastInboundAt: number | null;
  windows: string | null;
  kind: 'follower' | 'external-contact';
  attended: string | null;
  displayName: string | null;
  state: ConversationState | null;
  since: number | null;
  waitingSince: number | null;
  operatorId: string | null;
  lastOperatorAt: number | null;
  draftBy: string | null;
  draftUntil: number | null;
  lastEntryId: string | null;
};

type Seeing = Pick<Actor, 'accountIds'>;
type Where = { sql: string; params: Scalar[] };

const theirs = `'message-in', 'menu-tapped'`;
const lastOf = (kinds: string, more = '') => `(SELECT e.id FROM timeline_entry e
   WHERE e.identityId = i.id AND e.kind IN (${kinds})${more} ORDER BY e.at DESC, e.id DESC LIMIT 1)`;
const dayMs = 86_400_000;
/** What they said right before the timeline says that they asked for a person; WeChat tells only the second. */
const theCall = `(SELECT k.id FROM timeline_entry k
   WHERE k.identityId = i.id AND k.kind IN (${theirs}) AND k.at = c.waitingSince AND k.id < (
     SELECT MAX(a.id) FROM timeline_entry a WHERE a.identityId = i.id AND a.kind = 'conversation'
     AND a.at = c.waitingSince AND a.params = '{"what":"asked"}') ORDER BY k.id DESC LIMIT 1)`;
const lastButTheCall = lastOf(
  theirs,
  ` AND e.at >= c.waitingSince - ${String(dayMs)} AND e.id <> COALESCE(${theCall}, '')`,
);

/** What WeCom calls them, as far as this operator sees its accounts: an Official Account tells no names. */
function otherNames(actor: Seeing): Where {
  const scope = scopeOf(actor, 'o.accountId');
  return {
    sql: `FROM identity o JOIN contact_profile n ON n.identityId = o.id
      WHERE o.personId = i.personId AND n.name <> ''${scope.sql}`,
    params: scope.params,
  };
}

/** Of somebody who waits what they said last; what we said to bridge the time tells an operator nothing. */
function columnsFor(actor: Seeing): Where {
  const others = otherNames(actor);
  return {
    sql: `i.id, i.accountId, i.personId, i.externalId, i.lastActiveAt, i.lastInboundAt, i.windows, i.kind, i.attended,
      COALESCE(p.displayName, f.name, (SELECT n.name ${others.sql} ORDER BY o.id LIMIT 1)) AS displayName,
      c.state, c.since, c.waitingSince, c.operatorId, c.lastOperatorAt, c.draftBy, c.draftUntil,
      COALESCE(CASE WHEN c.state IN ('waiting', 'lapsed') THEN COALESCE(${lastButTheCall}, ${lastOf(theirs)}) END,
        ${lastOf(`${theirs}, 'message-out'`)}) AS lastEntryId`,
    params: others.params,
  };
}

/** Closed until the follower writes again. */
const isClosed = `c.state = 'closed' AND (i.lastInboundAt IS NULL OR i.lastInboundAt <= c.since)`;
const searchedDays = 30;

export function scopeOf(actor: Seeing, column: string): Where {
  const { accountIds } = actor;
  if (accountIds === 'all') return { sql: '', params: [] };
  if (accountIds.length === 0) return { sql: ' AND 1 = 0', params: [] };
  return { sql: ` AND ${column} IN (${marksFor(accountIds)})`, params: [...accountIds] };
}

function viewOf(view: View, actor: Actor): { from: string; where: Where } {
  const involved = `conversation c JOIN identity i ON i.id = c.identityId`;
  switch (view) {
    case 'waiting':
      return { from: involved, where: { sql: `c.state = 'waiting'`, params: [] } };
    case 'unanswered':
      return { from: involved, where: { sql: `c.state = 'lapsed'`, params: [] } };
    case 'mine':
      return {
        from: involved,
        where: { sql: `c.operatorId = ? AND c.state IN ('waiting', 'taken')`, params: [actor.id] },
      };
    case 'closed':
      return { from: involved, where: { sql: isClosed, params: [] } };
    case 'all':
      return {
        from: `identity i LEFT JOIN conversation c ON c.identityId = i.id`,
        where: {
          sql: `i.lastInboundAt IS NOT NULL
            AND (c.state IS NULL OR NOT (${isClosed}))`,
          params: [],
        },
      };
  }
}

/** `!` escapes, because a backslash means different things to the two engines. */
const like = (words: string) => `%${words.replace(/[!%_]/g, (mark) => `!${mark}`)}%`;

/** By the operator's name for them or WeCom's, by openid, or by what was said in the last thirty days. */
function searchOf(kit: Part, actor: Seeing, q: string | undefined): Where {
  if (q === undefined) return { sql: '', params: [] };
  const since = kit.clock.business() - searchedDays * 86_400_000;
  const said = JSON.stringify(q).slice(1, -1);
  // An openid is ASCII, and the server compares it with nothing else.
  const openid = /^[\w-]+$/.test(q) ? q : '';
  const others = otherNames(actor);
  return {
    sql: ` AND (p.displayName LIKE ? ESCAPE '!' OR EXISTS (SELECT 1 ${others.sql} AND n.name LIKE ? ESCAPE '!')
      OR i.externalId = ? OR (i.lastActiveAt >= ? AND EXISTS (
      SELECT 1 FROM timeline_entry s WHERE s.identityId = i.id AND s.at >= ?
      AND s.kind IN ('message-in', 'message-out', 'note') AND s.params LIKE ? ESCAPE '!')))`,
    params: [like(q), ...others.params, like(q), openid, since, since, like(said)],
  };
}

export type Wanted = { view: View; q?: string | undefined; accountId?: string | undefined };
export type Place = readonly [at: number, id: string];

/** Who waits longest first, who was left waiting last; else who was active last. */
const orders = {
  waiting: {
    key: 'c.waitingSince',
    compare: '>',
    order: 'ASC',
    at: (row: Row) => row.waitingSince,
  },
  unanswered: { key: 'c.since', compare: '<', order: 'DESC', at: (row: Row) => row.since },
  others: {
    key: 'i.lastActiveAt',
    compare: '<',
    order: 'DESC',
    at: (row: Row) => row.lastActiveAt,
  },
} as const;
const orderOf = (view: View) =>
  orders[view === 'waiting' || view === 'unanswered' ? view : 'others'];

export async function findConversations(
  kit: Part,
  actor: Actor,
  wanted: Wanted,
  page: { limit: number; after: Place | undefined },
): Promise<{ rows: Row[]; placeOf: (row: Row) => [number, string] }> {
  if (wanted.accountId !== undefined) requireAccount(actor, wanted.accountId);
  const { from, where } = viewOf(wanted.view, actor);
  const scope = scopeOf(
    wanted.accountId === undefined ? actor : { accountIds: [wanted.accountId] },
    'i.accountId',
  );
  const search = searchOf(kit, actor, wanted.q);
  const columns = columnsFor(actor);
  const { key, compare, order, at } = orderOf(wanted.view);
  const after = page.after
    ? {
        sql: ` AND (${key} ${compare} ? OR (${key} = ? AND i.id ${compare} ?))`,
        params: [page.after[0], page.after[0], page.after[1]],
      }
    : { sql: '', params: [] };
  const sql = `SELECT ${columns.sql} FROM ${from} JOIN person p ON p.id = i.personId
    LEFT JOIN contact_profile f ON f.identityId = i.id
    WHERE ${where.sql}${scope.sql}${search.sql}${after.sql}
    ORDER BY ${key} ${order}, i.id ${order} LIMIT ${page.limit + 1}`;
  const params = [
    ...columns.params,
    ...where.params,
    ...scope.params,
    ...search.params,
    ...after.params,
  ];
  const rows = await kit.db.longRead<Row>(sql, params);
  return {
    rows,
    placeOf: (row) => [at(row) ?? 0, row.id],
  };
}

export async function rowsByIds(kit: Part, actor: Seeing, ids: readonly string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  const columns = columnsFor(actor);
  return kit.db.read.all<Row>(
    `SELECT ${columns.sql} FROM identity i LEFT JOIN conversation c ON c.identityId = i.id
     JOIN person p ON p.id = i.personId LEFT JOIN contact_profile f ON f.identityId = i.id
     WHERE (i.kind = 'follower' OR i.lastInboundAt IS NOT NULL) AND i.id IN (${marksFor(ids)})`,
    [...columns.params, ...ids],
  );
}

const iso = (at: number) => new Date(at).toISOString();

/** As the list shows them; unread and drafts are as this operator sees them. */
export async function presentConversations(
  kit: Part,
  book: AccountBook,
  actor: Pick<Actor, 'id'>,
  rows: readonly Row[],
  locale: Locale,
) {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const last = rows.flatMap(({ lastEntryId }) => lastEntryId ?? []);
  const [entries, tags, names, unread] = await Promise.all([
    last.length === 0
      ? []
      : kit.db.read.all<EntryRow>(
          `SELECT id, identityId, accountId, at, kind, params FROM timeline_entry WHERE id IN (${marksFor(last)})`,
          last,
        ),
    kit.db.read.all<{ identityId: string; name: string }>(
      `SELECT it.identityId, t.name FROM identity_tag it JOIN tag t ON t.id = it.tagId
       WHERE it.identityId IN (${marksFor(ids)}) ORDER BY t.name`,
      ids,
    ),
    operatorNames(
      kit.db,
      rows.flatMap(({ operatorId, draftBy }) => [operatorId, draftBy]),
    ),
    unreadOf(kit, actor.id, rows),
  ]);
  const entriesNamed = await entryNames(kit, entries);
  const entryOf = new Map(entries.map((entry) => [entry.id, entry]));
  const named = (id: string | null) => (id === null ? null : { id, name: names.get(id) ?? '' });
  const systemNow = kit.clock.system();
  return rows.map((row) => {
    const entry = row.lastEntryId === null ? undefined : entryOf.get(row.lastEntryId);
    const state = stateOf(row);
    const room = windowRoom(windowsOf(row), kit.clock.business());
    return {
      ...{ id: row.id, identityId: row.id, personId: row.personId, accountId: row.accountId },
      personName: personName(locale, row.displayName, row.externalId),
      personNamed: row.displayName !== null,
      accountName: book.find(row.accountId)?.name ?? '',
      channel: channelOf(row),
      isElsewhere: readAttendance(row.attended)?.state === 'elsewhere',
      state,
      assignee: state === 'waiting' || state === 'taken' ? named(row.operatorId) : null,
      since: iso(row.since ?? row.lastActiveAt ?? 0),
      lastAt: iso(entry?.at ?? row.lastActiveAt ?? 0),
      lastText: entry ? lastWords(entry, locale, entriesNamed) : '',
      lastBy: entry ? spokenBy(entry) : ('follower' as const),
      waitingSince:
        (state === 'waiting' || state === 'lapsed') && row.waitingSince !== null
          ? iso(row.waitingSince)
          : null,
      unread: unread.get(row.id) ?? 0,
      window: room.open ? { left: room.left, until: iso(room.until) } : null,
      tags: tags.filter(({ identityId }) => identityId === row.id).map(({ name }) => name),
      draftBy: (row.draftUntil ?? 0) > systemNow ? named(row.draftBy) : null,
    };
  });
}

function lastWords(entry: EntryRow, locale: Locale, names: EntryNames): string {
  const words = wordsOfEntry(entry, locale, names);
  return (spokenBy(entry) === 'follower' ? words : plainWords(words)).slice(0, 200);
}

const channelOf = ({ kind }: Row) =>
  kind === 'follower' ? ('official-account' as const) : ('wecom-kf' as const);

/** A closed one whose follower wrote again is the bot's. */
export function stateOf({ state, since, lastInboundAt }: Row): ConversationState {
  if (state === null) return 'bot';
  return state === 'closed' && (lastInboundAt ?? 0) > (since ?? 0) ? 'bot' : state;
}
