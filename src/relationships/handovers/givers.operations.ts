import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { requireAccount } from '../../kernel/access';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../../kernel/http';
import type { Kit } from '../../kernel/kit';

const StaffView = z.object({
  userId: z.string(),
  name: z.string(),
  position: z.string().nullable(),
  /** `quit` and `unknown` have left, or are out of the app's sight. */
  status: z.string(),
  departments: z.array(z.string()),
  /** Whom they have as friends now. */
  friends: z.number(),
  /** Rooms they own. */
  rooms: z.number(),
});

const FriendView = z.object({
  identityId: z.string(),
  personId: z.string(),
  name: z.string().nullable(),
  remark: z.string().nullable(),
  addedAt: z.string().nullable(),
});

type StaffRow = {
  userId: string;
  name: string;
  position: string | null;
  status: string;
  friends: number;
  rooms: number;
};
type FriendRow = {
  identityId: string;
  personId: string;
  name: string | null;
  remark: string | null;
  addedAt: number | null;
};

/** Staff of a corp and their friends: whom a hand-over is ordered from and to. */
export function giverOperations(kit: Kit, book: AccountBook): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/accounts/{id}/givers',
        permission: 'people.read',
        summary: 'Staff of a corp by name, with how many friends each has',
        params: z.object({ id: z.string().max(26) }),
        query: pageQuery.extend({
          q: z.string().trim().min(1).max(64).optional(),
          state: z.enum(['here', 'left']).optional(),
        }),
        response: pageOf(StaffView),
      },
      async ({ actor, params: { id }, query }) => {
        requireAccount(actor, id);
        book.getOrThrow(id);
        const keys = query.cursor ? decodeCursor(query.cursor, ['string', 'string']) : undefined;
        const [name, userId] = [String(keys?.[0] ?? ''), String(keys?.[1] ?? '')];
        const like = `%${(query.q ?? '').replace(/[!%_]/g, (mark) => `!${mark}`)}%`;
        const gone = `s.status IN ('quit', 'unknown')`;
        const rows = await kit.db.longRead<StaffRow>(
          `SELECT s.userId, s.name, s.position, s.status,
             (SELECT COUNT(*) FROM staff_link l WHERE l.accountId = s.accountId
               AND l.userId = s.userId AND l.state IN ('friend', 'half')) AS friends,
             (SELECT COUNT(*) FROM room r WHERE r.accountId = s.accountId
               AND r.ownerId = s.userId AND r.state <> 'dismissed') AS rooms
           FROM staff s WHERE s.accountId = ?
             ${query.state === 'left' ? `AND ${gone}` : query.state === 'here' ? `AND NOT ${gone}` : ''}
             ${query.q ? `AND (s.name LIKE ? ESCAPE '!' OR s.userId = ?)` : ''}
             ${keys ? 'AND (s.name > ? OR (s.name = ? AND s.userId > ?))' : ''}
           ORDER BY s.name, s.userId LIMIT ${query.limit + 1}`,
          [id, ...(query.q ? [like, query.q] : []), ...(keys ? [name, name, userId] : [])],
        );
        const homes = await kit.db.read.all<{ userId: string; name: string }>(
          `SELECT s.userId, d.name FROM staff_department s JOIN department d
             ON d.accountId = s.accountId AND d.departmentId = s.departmentId
           WHERE s.accountId = ? ORDER BY d.sortRank DESC, d.name`,
          [id],
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.name, row.userId],
          (row) => ({
            ...row,
            departments: homes.filter((one) => one.userId === row.userId).map((one) => one.name),
          }),
        );
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/accounts/{id}/givers/{userId}/friends',
        permission: 'people.read',
        summary: 'Friends of one rep, the latest first',
        params: z.object({ id: z.string().max(26), userId: z.string().max(64) }),
        query: pageQuery,
        response: pageOf(FriendView),
      },
      async ({ actor, params: { id, userId }, query }) => {
        requireAccount(actor, id);
        book.getOrThrow(id);
        const keys = query.cursor ? decodeCursor(query.cursor, ['number', 'string']) : undefined;
        const at = Number(keys?.[0] ?? 0);
        const rows = await kit.db.longRead<FriendRow>(
          `SELECT l.identityId, i.personId, c.name, l.remark, l.addedAt FROM staff_link l
           JOIN identity i ON i.id = l.identityId
           LEFT JOIN contact_profile c ON c.identityId = l.identityId
           WHERE l.accountId = ? AND l.userId = ? AND l.state = 'friend'
             ${keys ? 'AND (l.addedAt < ? OR (l.addedAt = ? AND l.identityId < ?))' : ''}
           ORDER BY l.addedAt DESC, l.identityId DESC LIMIT ${query.limit + 1}`,
          [id, userId, ...(keys ? [at, at, String(keys[1])] : [])],
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.addedAt ?? 0, row.identityId],
          ({ addedAt, ...row }) => ({
            ...row,
            addedAt: addedAt === null ? null : new Date(addedAt).toISOString(),
          }),
        );
      },
    ),
  ];
}
