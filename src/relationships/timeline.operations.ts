import { z } from 'zod';
import type { Actor } from '../kernel/access';
import { marksFor } from '../kernel/database';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import { isAround, takerAt } from './friends';
import { isMark } from './marks';
import { byId } from './person.schema';
import { withdrawnWords } from './told-data';

type Row = {
  id: string;
  identityId: string;
  accountId: string;
  at: number;
  kind: string;
  params: string;
  refKind: string | null;
  refId: string | null;
};

type Visible = {
  followers: { identityId: string }[];
  contacts: { identityId: string }[];
};

const Entry = z.object({
  id: z.string(),
  at: z.string(),
  kind: z.string(),
  title: z.string(),
  accountId: z.string(),
  identityId: z.string(),
  params: z.record(z.string(), z.unknown()),
  ref: z.object({ kind: z.string(), id: z.string() }).nullable(),
});

/** Newest first; ties by id, which is the order of writing. */
export function timelineOperation(
  kit: Kit,
  find: (actor: Actor, personId: string) => Promise<Visible>,
): Operation {
  return operation(
    {
      method: 'GET',
      path: '/api/v1/people/{id}/timeline',
      permission: 'people.read',
      summary: 'Everything that happened with this person',
      params: byId,
      query: pageQuery.extend({
        kind: z.string().max(500).optional(),
        until: z.iso.datetime().optional().describe('Nothing that happened after this instant'),
      }),
      response: pageOf(Entry),
    },
    async ({ actor, params, query, locale }) => {
      const person = await find(actor, params.id);
      const identities = [...person.followers, ...person.contacts].map((one) => one.identityId);
      const kinds = query.kind ? query.kind.split(',') : [];
      const until = query.until === undefined ? [] : [Date.parse(query.until)];
      const keys = query.cursor ? decodeCursor(query.cursor, ['number', 'string']) : undefined;
      const rows = await kit.db.read.all<Row>(
        `SELECT t.* FROM timeline_entry t WHERE t.identityId IN (${marksFor(identities)})
         ${kinds.length > 0 ? `AND t.kind IN (${marksFor(kinds)})` : ''}
         ${until.length > 0 ? 'AND t.at <= ?' : ''}
         ${keys ? 'AND (t.at < ? OR (t.at = ? AND t.id < ?))' : ''}
         AND NOT ${isToldByHandOver}
         ORDER BY t.at DESC, t.id DESC LIMIT ${query.limit + 1}`,
        [
          ...identities,
          ...kinds,
          ...until,
          ...(keys ? [Number(keys[0]), Number(keys[0]), String(keys[1])] : []),
        ],
      );
      const [scenes, reps, ways, takers] = await Promise.all([
        sceneNames(kit, rows),
        repNames(kit, rows),
        wayNames(kit, rows),
        takerNames(kit, rows),
      ]);
      return pageFrom(
        rows,
        query.limit,
        (row) => [row.at, row.id],
        (row) => present(row, locale, { scenes, reps, ways, takers }),
      );
    },
  );
}

/**
 * SQL: WeCom tells a hand-over to each rep by itself, as an ending and as an adding, and we know the order of it:
 * three lines of the ledger are one thing that happened, whichever came first. The order's own line is kept,
 * else the giver's.
 */
const isToldByHandOver = `CASE
  WHEN t.kind IN ('friend-added', 'friend-back') THEN EXISTS (SELECT 1 FROM link_episode e
    JOIN link_episode g ON g.identityId = e.identityId AND g.userId <> e.userId
      AND g.kind = 'transferred' AND ${isAround('g.at', 'e.at')}
    WHERE e.id = t.refId)
  WHEN t.kind = 'friend-transferred' THEN EXISTS (SELECT 1 FROM link_episode e
    JOIN timeline_entry d ON d.identityId = e.identityId AND d.kind = 'handover-done'
      AND ${isAround('d.at', 'e.at')}
    JOIN handover h ON h.id = d.refId AND h.fromUserId = e.userId
    WHERE e.id = t.refId)
  ELSE FALSE END`;

/** To whom, by line, where the hand-over was ordered in WeCom and not here. */
async function takerNames(kit: Kit, rows: readonly Row[]): Promise<Map<string, string>> {
  const given = rows.flatMap(({ kind, refId }) => (kind === 'friend-transferred' && refId) || []);
  if (given.length === 0) return new Map();
  const found = await kit.db.read.all<{ id: string; taker: string | null }>(
    `SELECT e.id, ${takerAt('e.identityId', 'e.userId', 'e.at')} AS taker
     FROM link_episode e WHERE e.id IN (${marksFor(given)})`,
    given,
  );
  return new Map(found.flatMap(({ id, taker }) => (taker === null ? [] : [[id, taker]])));
}

async function sceneNames(kit: Kit, rows: readonly Row[]): Promise<Map<string, string>> {
  if (!rows.some((row) => row.params.includes('"scene"'))) return new Map();
  const found = await kit.db.read.all<{ accountId: string; scene: string; name: string }>(
    `SELECT accountId, scene, name FROM scene`,
  );
  return new Map(found.map((row) => [`${row.accountId} ${row.scene}`, row.name]));
}

async function repNames(kit: Kit, rows: readonly Row[]): Promise<Map<string, string>> {
  const told = rows.filter(({ kind }) => /^(friend|handover|rep)-/.test(kind));
  if (told.length === 0) return new Map();
  const accounts = [...new Set(told.map(({ accountId }) => accountId))];
  const found = await kit.db.read.all<{ accountId: string; userId: string; name: string }>(
    `SELECT accountId, userId, name FROM staff WHERE accountId IN (${marksFor(accounts)})`,
    accounts,
  );
  return new Map(found.map((row) => [`${row.accountId} ${row.userId}`, row.name]));
}

/** Codes and links by what they carry, those that were taken away included. */
async function wayNames(kit: Kit, rows: readonly Row[]): Promise<Map<string, string>> {
  const sources = [...new Set(rows.flatMap((row) => sourceOf(row.kind, paramsOf(row)) ?? []))];
  if (sources.length === 0) return new Map();
  const found = await kit.db.read.all<{ accountId: string; state: string; name: string }>(
    `SELECT accountId, state, name FROM contact_way WHERE state IN (${marksFor(sources)})`,
    sources,
  );
  return new Map(found.map((row) => [`${row.accountId} ${row.state}`, row.name]));
}

const paramsOf = ({ params }: Row) => JSON.parse(params) as Record<string, unknown>;

/** By which code or link somebody became a rep's friend. */
function sourceOf(kind: string, params: Record<string, unknown>): string | undefined {
  const source = textOf(params['source']);
  return source !== '' && /^friend-(added|half-added|back)$/.test(kind) ? source : undefined;
}

type Names = Record<'scenes' | 'reps' | 'ways' | 'takers', ReadonlyMap<string, string>>;

function present(row: Row, locale: Locale, { scenes, reps, ways, takers }: Names) {
  const params = paramsOf(row);
  const scene = typeof params['scene'] === 'string' ? params['scene'] : undefined;
  const sceneName = scene ? (scenes.get(`${row.accountId} ${scene}`) ?? scene) : undefined;
  const userId = textOf(params['userId']);
  const rep = userId === '' ? undefined : (reps.get(`${row.accountId} ${userId}`) ?? userId);
  const toUserId = textOf(params['toUserId']);
  const taker =
    takers.get(row.refId ?? '') ??
    (toUserId && (reps.get(`${row.accountId} ${toUserId}`) ?? toUserId));
  const told = {
    ...params,
    ...(sceneName ? { sceneName } : {}),
    ...(rep ? { rep } : {}),
    ...(taker ? { taker } : {}),
    ...withdrawn(row.kind, params, locale),
  };
  const line = text(locale, titleCode(row.kind, told), told);
  const source = sourceOf(row.kind, params);
  const way = source && (ways.get(`${row.accountId} ${source}`) ?? source);
  return {
    id: row.id,
    at: new Date(row.at).toISOString(),
    kind: row.kind,
    title: way ? text(locale, 'timeline.by-way', { line, way }) : line,
    accountId: row.accountId,
    identityId: row.identityId,
    params: told,
    ref: row.refKind && row.refId ? { kind: row.refKind, id: row.refId } : null,
  };
}

/** What a list says of an entry, without looking names up. */
export function timelineTitle(
  kind: string,
  params: Readonly<Record<string, unknown>>,
  locale: Locale,
): string {
  const { scene, userId } = params;
  const told = {
    ...{ ...params, ...(scene ? { sceneName: scene } : {}), rep: userId },
    ...withdrawn(kind, params, locale),
  };
  return text(locale, titleCode(kind, told), told);
}

function withdrawn(kind: string, params: Readonly<Record<string, unknown>>, locale: Locale) {
  const what = kind === 'authorization-revoked' ? withdrawnWords(params['codes'], locale) : '';
  return what === '' ? {} : { what };
}

/** A number of days that is worth telling: what happened on the same day is told plainly. */
const isSome = (days: unknown) => Number(days ?? 0) > 0;

/** The variants of a title that depend on what happened. */
function titleCode(kind: string, params: Record<string, unknown>): string {
  if (isMark(kind))
    return typeof params['amount'] === 'number' ? 'timeline.mark.of' : 'timeline.mark';
  if (kind === 'followed' && params['sceneName']) return 'timeline.followed.scene';
  if (kind === 'returned' && isSome(params['awayDays'])) {
    return params['sceneName'] ? 'timeline.returned.scene' : 'timeline.returned.after';
  }
  if (kind === 'friend-back' && isSome(params['awayDays'])) return 'timeline.friend-back.after';
  if (/^friend-deleted/.test(kind) && isSome(params['days'])) return `timeline.${kind}.after`;
  if (kind === 'friend-transferred' && params['taker']) return 'timeline.friend-transferred.to';
  if (kind === 'tagged' && params['isAutomatic'] === true) return 'timeline.tagged.by-way';
  if (kind === 'joined' || kind === 'unjoined')
    return `timeline.${kind}.${textOf(params['reason'])}`;
  if (kind === 'authorization-revoked' && params['what'])
    return 'timeline.authorization-revoked.of';
  if (kind === 'message-in') return `timeline.message-in.${textOf(params['messageKind'])}`;
  if (kind === 'message-out') return `timeline.message-out.${textOf(params['by'])}`;
  if (kind === 'material-read' && params['minutes'] !== undefined)
    return 'timeline.material-read.minutes';
  if (kind === 'unfollowed' && isSome(params['days'])) return 'timeline.unfollowed.after';
  if (kind === 'template-receipt') return `timeline.template-receipt.${textOf(params['status'])}`;
  if (/^room-/.test(kind)) return `timeline.${kind}.${textOf(params['how'])}`;
  if (kind === 'kf-entered' && params['scene']) return 'timeline.kf-entered.scene';
  if (kind === 'conversation') return `timeline.conversation.${textOf(params['what'])}`;
  if (kind === 'payout') return `timeline.payout.${textOf(params['state'])}`;
  if (kind === 'template-sent') return `timeline.template-sent.${textOf(params['outcome'])}`;
  return `timeline.${kind}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
