import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { recordChange, requireAccount } from '../../kernel/access';
import { operation, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { startContactRepair } from './repair-contacts';
import type { SyncReport } from './sync.entity';

const params = z.object({ id: z.string().max(26) });

const ReportView = z.object({
  id: z.string(),
  kind: z.enum(['sync', 'repair']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  reps: z.number(),
  /** Friends WeCom lists, each rep's by itself. */
  listed: z.number(),
  newContacts: z.number(),
  newLinks: z.number(),
  goneLinks: z.number(),
  newStaff: z.number(),
  goneStaff: z.number(),
  /** Listed, but WeCom would not tell of them. */
  unread: z.number(),
});

export function syncReportOperations(kit: Kit, book: AccountBook): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/accounts/{id}/sync-reports',
        permission: 'accounts.read',
        summary: 'What the latest syncs and nightly repairs of a corp found that we did not know',
        params,
        response: z.object({ items: z.array(ReportView) }),
      },
      async ({ actor, params: { id } }) => {
        requireAccount(actor, id);
        book.getOrThrow(id);
        const rows = await kit.db.read.all<Omit<SyncReport, 'accountId'>>(
          `SELECT id, kind, startedAt, endedAt, reps, listed, newContacts, newLinks, goneLinks,
             newStaff, goneStaff, unread
           FROM sync_report WHERE accountId = ? ORDER BY startedAt DESC, id DESC LIMIT 14`,
          [id],
        );
        const iso = (at: number) => new Date(at).toISOString();
        return {
          items: rows.map(({ startedAt, endedAt, ...counts }) => ({
            ...counts,
            startedAt: iso(startedAt),
            endedAt: endedAt === null ? null : iso(endedAt),
          })),
        };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/accounts/{id}/repair',
        permission: 'accounts.edit',
        summary: 'Compare our friends with those WeCom lists, now instead of tonight',
        params,
        response: z.object({ progressId: z.string() }),
        status: 202,
      },
      async ({ actor, params: { id } }) => {
        requireAccount(actor, id);
        const account = book.getOrThrow(id);
        book.weComOrThrow(id);
        const progressId = await kit.db.transact(async (tx) => {
          await recordChange(tx, actor, {
            ...{ id: kit.newId(), at: kit.clock.system(), action: 'account.repair' },
            ...{ targetKind: 'account', targetId: id },
          });
          return startContactRepair(kit, tx, id, account.name);
        });
        kit.work.ring();
        return { progressId };
      },
    ),
  ];
}
