import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { recordChange, requireAccount, type Actor } from '../../kernel/access';
import { insertRows, marksFor, type Scalar } from '../../kernel/database';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { text } from '../../kernel/text';
import { personName } from '../follower-state';
import { NoticeSettings, noticeSettingsOf } from './notice-settings';

const settingsPath = '/api/v1/accounts/{id}/friend-notices';
const params = z.object({ id: z.string().max(26) });
const dayMs = 86_400_000;

const kinds = {
  lost: 'friend-deleted-by-customer',
  dropped: 'friend-deleted-by-rep',
  gone: 'friend-gone',
  returned: 'friend-back',
  elsewhere: 'friend-elsewhere',
} as const;
type ChangeKind = keyof typeof kinds;
const ChangeKinds = z.enum(['lost', 'dropped', 'gone', 'returned', 'elsewhere']);

const Change = z.object({
  id: z.string(),
  at: z.string(),
  /**
   * `lost`: the customer's doing; `dropped`: the rep's; `gone`: found missing by the nightly check, by whose
   * doing nobody knows; `returned`: came back to the same rep; `elsewhere`: over another one.
   */
  kind: ChangeKinds,
  title: z.string(),
  accountId: z.string(),
  personId: z.string(),
  name: z.string(),
  named: z.boolean(),
  userId: z.string(),
  rep: z.string(),
  source: z.string().nullable(),
  /** Who was told by app message; null when nobody is for this. */
  told: z.array(z.string()).nullable(),
});
const Summary = z.object({
  days: z.number(),
  lost: z.number(),
  dropped: z.number(),
  gone: z.number(),
  returned: z.number(),
  elsewhere: z.number(),
  friends: z.number(),
});

type Row = {
  id: string;
  at: number;
  kind: string;
  params: string;
  accountId: string;
  identityId: string;
  personId: string;
  displayName: string | null;
  contactName: string | null;
  externalId: string;
  userId: string;
  rep: string | null;
  source: string | null;
  told: string | null;
};

/** Who was lost and who came back, by whose doing, and who is told about it. */
export function noticeOperations(kit: Kit, book: AccountBook): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/friend-changes',
        permission: 'people.read',
        summary: 'Friends lost, dropped by reps and come back, newest first',
        query: pageQuery.extend({
          accountId: z.string().max(26).optional(),
          kind: ChangeKinds.optional(),
          userId: z.string().max(64).optional(),
        }),
        response: pageOf(Change),
      },
      async ({ actor, query, locale }) => {
        const scope = scopeOf(actor, query.accountId);
        if (scope?.length === 0) return { items: [], nextCursor: null };
        const wanted = query.kind ? [kinds[query.kind]] : Object.values(kinds);
        const where = [`t.kind IN (${marksFor(wanted)})`];
        const values: Scalar[] = [...wanted];
        const and = (sql: string, ...more: Scalar[]) => {
          where.push(sql);
          values.push(...more);
        };
        if (scope) and(`t.accountId IN (${marksFor(scope)})`, ...scope);
        if (query.userId !== undefined) and('e.userId = ?', query.userId);
        if (query.cursor) {
          const [at = 0, id = ''] = decodeCursor(query.cursor, ['number', 'string']);
          and('(t.at < ? OR (t.at = ? AND t.id < ?))', at, at, id);
        }
        const rows = await kit.db.longRead<Row>(
          `SELECT t.id, t.at, t.kind, t.params, t.accountId, t.identityId, i.personId, i.externalId,
             p.displayName, c.name AS contactName, e.userId, e.source, s.name AS rep,
             (SELECT n.told FROM friend_notice n WHERE n.accountId = t.accountId AND n.userId = e.userId
               AND ((n.identityId = t.identityId AND n.at = t.at
                   AND n.kind IN ('lost', 'returned', 'back-elsewhere'))
                 OR (n.kind = 'gone' AND t.kind = 'friend-gone' AND n.at >= t.at))
               ORDER BY n.at LIMIT 1) AS told
           FROM timeline_entry t JOIN link_episode e ON e.id = t.refId
           JOIN identity i ON i.id = t.identityId JOIN person p ON p.id = i.personId
           LEFT JOIN contact_profile c ON c.identityId = i.id
           LEFT JOIN staff s ON s.accountId = t.accountId AND s.userId = e.userId
           WHERE ${where.join(' AND ')} ORDER BY t.at DESC, t.id DESC LIMIT ${query.limit + 1}`,
          values,
        );
        const formers = await formerReps(kit, rows);
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.at, row.id],
          (row) => {
            const rep = row.rep ?? row.userId;
            const former = formers.get(row.id);
            const told: Record<string, string | number> = {
              ...(JSON.parse(row.params) as Record<string, string | number>),
              ...(former === undefined ? { rep } : { rep: former, taker: rep }),
            };
            const isLong = Number(told['days'] ?? told['awayDays'] ?? 0) > 0;
            const isPlain = former !== undefined || row.kind === kinds.gone;
            const known = isLong && !isPlain ? '.after' : '';
            const given = row.displayName ?? row.contactName;
            return {
              ...{ id: row.id, at: new Date(row.at).toISOString(), kind: kindOf(row.kind) },
              title: text(locale, `timeline.${row.kind}${known}`, told),
              ...{ accountId: row.accountId, personId: row.personId },
              ...{ name: personName(locale, given, row.externalId, true), named: given !== null },
              ...{ userId: row.userId, rep, source: row.source },
              told: row.told === null ? null : (JSON.parse(row.told) as string[]),
            };
          },
        );
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/friend-changes/summary',
        permission: 'people.read',
        summary: 'Losses and returns of the last days, and friends now',
        query: z.object({
          accountId: z.string().max(26).optional(),
          days: z.coerce.number().int().min(1).max(365).default(30),
        }),
        response: Summary,
      },
      async ({ actor, query: { accountId, days } }) => {
        const scope = scopeOf(actor, accountId);
        const none = { days, lost: 0, dropped: 0, gone: 0, returned: 0, elsewhere: 0, friends: 0 };
        if (scope?.length === 0) return none;
        const ofScope = scope ? ` AND accountId IN (${marksFor(scope)})` : '';
        const rows = await kit.db.longRead<{ kind: string; n: number | string }>(
          `SELECT kind, COUNT(*) AS n FROM timeline_entry
           WHERE kind IN (${marksFor(Object.values(kinds))}) AND at >= ?${ofScope} GROUP BY kind
           UNION ALL SELECT 'friends' AS kind, COUNT(*) AS n FROM staff_link
           WHERE state IN ('friend', 'half')${ofScope}`,
          [
            ...Object.values(kinds),
            kit.clock.business() - days * dayMs,
            ...(scope ?? []),
            ...(scope ?? []),
          ],
        );
        const count = (kind: string) => Number(rows.find((row) => row.kind === kind)?.n ?? 0);
        return {
          days,
          lost: count(kinds.lost),
          dropped: count(kinds.dropped),
          gone: count(kinds.gone),
          returned: count(kinds.returned),
          elsewhere: count(kinds.elsewhere),
          friends: count('friends'),
        };
      },
    ),
    operation(
      {
        method: 'GET',
        path: settingsPath,
        permission: 'people.read',
        summary: 'Who in a corp is told of losses and returns',
        params,
        response: NoticeSettings,
      },
      ({ actor, params: { id } }) => {
        requireAccount(actor, id);
        book.weComOrThrow(id);
        return noticeSettingsOf(kit.db.read, id);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: settingsPath,
        permission: 'people.edit',
        summary: 'Say who is told, and how many deletions an hour are too many',
        params,
        body: NoticeSettings,
        response: NoticeSettings,
      },
      async ({ actor, params: { id: accountId }, body }) => {
        requireAccount(actor, accountId);
        book.weComOrThrow(accountId);
        const before = await noticeSettingsOf(kit.db.read, accountId);
        const row = {
          ...{ tellsRep: body.tellsRep ? 1 : 0, tellsManager: body.tellsManager ? 1 : 0 },
          ...{ managers: JSON.stringify(body.managers), deletionsAnHour: body.deletionsAnHour },
          changedAt: kit.clock.business(),
        };
        await kit.db.transact(async (tx) => {
          await insertRows(tx, 'notice_setting', [{ accountId, ...row }], {
            ...{ onConflict: ['accountId'], update: Object.keys(row) },
          });
          await recordChange(tx, actor, {
            ...{ id: kit.newId(), at: kit.clock.system(), action: 'account.changed' },
            ...{ targetKind: 'account', targetId: accountId },
            ...{ before: { friendNotices: before }, after: { friendNotices: body } },
          });
        });
        return noticeSettingsOf(kit.db.read, accountId);
      },
    ),
  ];
}

/** Undefined: all accounts. An account the actor may not see has no changes. */
function scopeOf(actor: Actor, wanted: string | undefined): readonly string[] | undefined {
  const { accountIds } = actor;
  if (wanted === undefined) return accountIds === 'all' ? undefined : accountIds;
  return accountIds === 'all' || accountIds.includes(wanted) ? [wanted] : [];
}

const kindOf = (lineKind: string): ChangeKind =>
  ChangeKinds.options.find((kind) => kinds[kind] === lineKind) ?? 'returned';

/** Whose friend they were before, of those who came back over another rep: names by the line. */
async function formerReps(
  kit: Pick<Kit, 'db'>,
  rows: readonly Pick<Row, 'id' | 'kind' | 'params' | 'accountId'>[],
): Promise<Map<string, string>> {
  const told = rows
    .filter(({ kind }) => kind === kinds.elsewhere)
    .map((row) => ({ ...row, ...(JSON.parse(row.params) as { userId: string }) }));
  if (told.length === 0) return new Map();
  const userIds = [...new Set(told.map(({ userId }) => userId))];
  const staff = await kit.db.read.all<Record<'accountId' | 'userId' | 'name', string>>(
    `SELECT accountId, userId, name FROM staff WHERE userId IN (${marksFor(userIds)})`,
    userIds,
  );
  const nameOf = (accountId: string, userId: string) =>
    staff.find((one) => one.accountId === accountId && one.userId === userId)?.name ?? userId;
  return new Map(told.map(({ id, accountId, userId }) => [id, nameOf(accountId, userId)]));
}
