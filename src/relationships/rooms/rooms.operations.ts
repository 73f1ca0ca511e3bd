import { z } from 'zod';
import { requireAccount, type Actor } from '../../kernel/access';
import { marksFor, type Scalar } from '../../kernel/database';
import { NotFound } from '../../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import type { Locale } from '../../kernel/text';
import { isErased, personName } from '../follower-state';
import type { RoomMemberRow, RoomRow } from './room.entity';

const byId = z.object({ id: z.string().max(26) });
const week = 7 * 86_400_000;

const RoomView = z.object({
  id: z.string(),
  accountId: z.string(),
  roomId: z.string(),
  name: z.string(),
  owner: z.object({ userId: z.string(), name: z.string() }).nullable(),
  state: z.string(),
  members: z.number(),
  /** Members from outside the corp. */
  customers: z.number(),
  joined7d: z.number(),
  left7d: z.number(),
  notice: z.string().nullable(),
  createdAt: z.string().nullable(),
  dismissedAt: z.string().nullable(),
  readAt: z.string().nullable(),
});

const MemberView = z.object({
  memberId: z.string(),
  kind: z.enum(['staff', 'external']),
  name: z.string(),
  /** Set when they are somebody's friend and so have a page of their own. */
  personId: z.string().nullable(),
  joinedAt: z.string(),
  joinedBy: z.string(),
  invitedBy: z.string().nullable(),
  source: z.string().nullable(),
  /** Of the code they came by, where it is one of ours. */
  sourceName: z.string().nullable(),
  leftAt: z.string().nullable(),
  leftBy: z.string().nullable(),
});

type Row = RoomRow & { ownerName: string | null; joined7d: number; left7d: number };
type MemberRow = RoomMemberRow & {
  staffName: string | null;
  inviterName: string | null;
  contactName: string | null;
  personId: string | null;
  codeName: string | null;
};

export function roomOperations(kit: Kit): Operation[] {
  const listed = (where: string, tail: string, params: readonly Scalar[]) => {
    const since = kit.clock.business() - week;
    const count = (kind: string) =>
      `(SELECT COUNT(*) FROM room_episode e WHERE e.room = r.id AND e.kind = '${kind}' AND e.at >= ?)`;
    return kit.db.longRead<Row>(
      `SELECT r.*, s.name AS ownerName, ${count('joined')} AS joined7d, ${count('left')} AS left7d
       FROM room r LEFT JOIN staff s ON s.accountId = r.accountId AND s.userId = r.ownerId
       WHERE ${where} ${tail}`,
      [since, since, ...params],
    );
  };
  const one = async (actor: Actor, id: string) => {
    const [row] = await listed('r.id = ?', '', [id]);
    if (!row) throw new NotFound();
    requireAccount(actor, row.accountId);
    return row;
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/rooms',
        permission: 'people.read',
        summary: "Customers' rooms of WeCom, youngest first",
        query: pageQuery.extend({
          q: z.string().trim().min(1).max(64).optional(),
          accountId: z.string().max(26).optional(),
          ownerId: z.string().max(64).optional(),
          state: z.enum(['open', 'ownerless', 'dismissed']).optional(),
        }),
        response: pageOf(RoomView),
      },
      async ({ actor, query }) => {
        const parts = ['r.readAt > 0'];
        const params: Scalar[] = [];
        const and = (sql: string, ...values: Scalar[]) => {
          parts.push(sql);
          params.push(...values);
        };
        if (actor.accountIds !== 'all') {
          if (actor.accountIds.length === 0) and('1 = 0');
          else and(`r.accountId IN (${marksFor(actor.accountIds)})`, ...actor.accountIds);
        }
        if (query.accountId) and('r.accountId = ?', query.accountId);
        if (query.ownerId) and('r.ownerId = ?', query.ownerId);
        if (query.q) {
          const like = `%${query.q.replace(/[!%_]/g, (mark) => `!${mark}`)}%`;
          and(`r.name LIKE ? ESCAPE '!'`, like);
        }
        if (query.state === 'open') and(`r.state <> 'dismissed'`);
        if (query.state === 'dismissed') and(`r.state = 'dismissed'`);
        if (query.state === 'ownerless') and(`r.state IN ('owner-left', 'in-transfer')`);
        if (query.cursor) {
          const [createdAt, id] = decodeCursor(query.cursor, ['number', 'string']);
          const at = Number(createdAt);
          and('(r.createdAt < ? OR (r.createdAt = ? AND r.id < ?))', at, at, String(id));
        }
        const tail = `ORDER BY r.createdAt DESC, r.id DESC LIMIT ${query.limit + 1}`;
        const rows = await listed(parts.join(' AND '), tail, params);
        return pageFrom(rows, query.limit, (row) => [row.createdAt, row.id], present);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/rooms/{id}',
        permission: 'people.read',
        summary: 'One room',
        params: byId,
        response: RoomView,
      },
      async ({ actor, params: { id } }) => present(await one(actor, id)),
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/rooms/{id}/members',
        permission: 'people.read',
        summary: 'Who is in a room, or who left it; the latest to join first',
        params: byId,
        query: pageQuery.extend({ state: z.enum(['in', 'left']).default('in') }),
        response: pageOf(MemberView),
      },
      async ({ actor, params: { id }, query, locale }) => {
        const room = await one(actor, id);
        const keys = query.cursor ? decodeCursor(query.cursor, ['number', 'string']) : undefined;
        const at = Number(keys?.[0] ?? 0);
        const rows = await kit.db.read.all<MemberRow>(
          `SELECT m.*, s.name AS staffName, v.name AS inviterName, c.name AS contactName, i.personId,
             w.name AS codeName
           FROM room_member m
           LEFT JOIN staff s ON s.accountId = ? AND s.userId = m.memberId
           LEFT JOIN staff v ON v.accountId = ? AND v.userId = m.invitedBy
           LEFT JOIN identity i ON i.accountId = ? AND i.externalId = m.memberId
           LEFT JOIN contact_profile c ON c.identityId = i.id
           LEFT JOIN room_code w ON w.accountId = ? AND w.state = m.source
           WHERE m.room = ? AND m.isIn = ?
             ${keys ? 'AND (m.joinedAt < ? OR (m.joinedAt = ? AND m.memberId < ?))' : ''}
           ORDER BY m.joinedAt DESC, m.memberId DESC LIMIT ${query.limit + 1}`,
          [
            ...[room.accountId, room.accountId, room.accountId, room.accountId, id],
            query.state === 'in' ? 1 : 0,
            ...(keys ? [at, at, String(keys[1])] : []),
          ],
        );
        const keyOf = (row: MemberRow) => [row.joinedAt, row.memberId];
        return pageFrom(rows, query.limit, keyOf, (row) => presentMember(row, locale));
      },
    ),
  ];
}

const iso = (at: number | null) => (at === null || at === 0 ? null : new Date(at).toISOString());

const present = (row: Row) => ({
  ...{ id: row.id, accountId: row.accountId, roomId: row.roomId, name: row.name },
  owner: row.ownerId === null ? null : { userId: row.ownerId, name: row.ownerName ?? row.ownerId },
  ...{ state: row.state, members: row.members, customers: row.customers },
  ...{ joined7d: row.joined7d, left7d: row.left7d, notice: row.notice },
  createdAt: iso(row.createdAt),
  dismissedAt: iso(row.dismissedAt),
  readAt: iso(row.readAt),
});

const presentMember = (row: MemberRow, locale: Locale) => ({
  ...{ memberId: row.memberId, kind: row.kind, personId: row.personId },
  name: isErased(row.memberId)
    ? personName(locale, null, row.memberId)
    : (row.staffName ?? row.contactName ?? row.name),
  joinedAt: new Date(row.joinedAt).toISOString(),
  joinedBy: row.joinedBy,
  invitedBy: row.invitedBy === null ? null : (row.inviterName ?? row.invitedBy),
  source: row.source,
  sourceName: row.codeName,
  leftAt: iso(row.leftAt),
  leftBy: row.leftBy,
});
