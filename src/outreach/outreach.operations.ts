import { z } from 'zod';
import { recordChange, requireAccount, type Actor } from '../kernel/access';
import { insertRows, marksFor, type Scalar } from '../kernel/database';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { cancelOutreach } from './cancel-outreach';
import { capRuleOf } from './mass-cap';
import { orderOperations } from './orders.operations';
import { visibleOutreach, type OutreachParts, type OutreachRow } from './outreach-kit';
import { CapBody, OutreachBody, OutreachDetail, OutreachView, PlanView } from './outreach.schema';
import { planOutreach } from './plan-outreach';
import { presentDetail, presentOutreach } from './present-outreach';
import { addOutreach, changeOutreach } from './save-outreach';
import { startOutreach } from './start-outreach';
import { outreachKinds, outreachStatuses } from './states';

const byId = z.object({ id: z.string().max(26) });
const capPath = '/api/v1/accounts/{id}/mass-cap';

/** Messages and moments that reps confirm for their own customers. */
export function outreachOperations(kit: Kit, parts: OutreachParts): Operation[] {
  const show = async (actor: Actor, id: string) =>
    presentDetail(kit, await visibleOutreach(kit, actor, id));
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/outreach',
        permission: 'campaigns.read',
        summary: 'Messages and moments through reps, the latest first',
        query: pageQuery.extend({
          accountId: z.string().max(26).optional(),
          kind: z.enum(outreachKinds).optional(),
          status: z.enum(outreachStatuses).optional(),
        }),
        response: pageOf(OutreachView),
      },
      async ({ actor, query }) => {
        const rows = await list(kit, actor, query);
        const page = pageFrom(
          rows,
          query.limit,
          (row) => [row.createdAt, row.id],
          (row) => row,
        );
        return { ...page, items: await presentOutreach(kit, page.items) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/outreach',
        permission: 'campaigns.edit',
        summary: 'A new draft',
        body: OutreachBody,
        response: OutreachDetail,
        status: 201,
      },
      async ({ actor, body }) => show(actor, await addOutreach(kit, parts, actor, body)),
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/outreach/{id}',
        permission: 'campaigns.read',
        summary: 'One message with its figures and who was left out',
        params: byId,
        response: OutreachDetail,
      },
      ({ actor, params: { id } }) => show(actor, id),
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/outreach/{id}',
        permission: 'campaigns.edit',
        summary: 'Change a draft',
        params: byId,
        body: OutreachBody,
        response: OutreachDetail,
      },
      async ({ actor, params: { id }, body }) => {
        await changeOutreach(kit, parts, actor, id, body);
        return show(actor, id);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/outreach/{id}/plan',
        permission: 'campaigns.read',
        summary: 'How many customers by how many reps, and who is left out and why',
        params: byId,
        response: PlanView,
      },
      ({ actor, params: { id } }) => planOutreach(kit, actor, id),
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/outreach/{id}/start',
        permission: 'campaigns.send',
        summary: 'Give the reps their orders, now or at the time of the draft',
        params: byId,
        response: OutreachDetail,
      },
      async ({ actor, params: { id } }) => {
        await startOutreach(kit, parts, actor, id);
        return show(actor, id);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/outreach/{id}/cancel',
        permission: 'campaigns.send',
        summary: 'Stop every rep who has not confirmed; what was sent stays sent',
        params: byId,
        response: OutreachDetail,
      },
      async ({ actor, params: { id } }) => {
        await cancelOutreach(kit, actor, id);
        return show(actor, id);
      },
    ),
    ...orderOperations(kit),
    operation(
      {
        method: 'GET',
        path: capPath,
        permission: 'campaigns.read',
        summary: 'How many mass messages a customer of the corp may receive',
        params: byId,
        response: CapBody,
      },
      async ({ actor, params: { id } }) => {
        requireAccount(actor, id);
        parts.book.weComOrThrow(id);
        return { rule: await capRuleOf(kit.db.read, id) };
      },
    ),
    operation(
      {
        method: 'PUT',
        path: capPath,
        permission: 'campaigns.send',
        summary: 'Say which cap the corp has chosen in WeCom',
        params: byId,
        body: CapBody,
        response: CapBody,
      },
      async ({ actor, params: { id: accountId }, body }) => {
        requireAccount(actor, accountId);
        parts.book.weComOrThrow(accountId);
        const before = await capRuleOf(kit.db.read, accountId);
        const row = { capRule: body.rule, changedAt: kit.clock.business() };
        await kit.db.transact(async (tx) => {
          await insertRows(tx, 'outreach_setting', [{ accountId, ...row }], {
            ...{ onConflict: ['accountId'], update: Object.keys(row) },
          });
          await recordChange(tx, actor, {
            ...{ id: kit.newId(), at: kit.clock.system(), action: 'account.changed' },
            ...{ targetKind: 'account', targetId: accountId },
            ...{ before: { massCap: before }, after: { massCap: body.rule } },
          });
        });
        return body;
      },
    ),
  ];
}

function list(
  kit: Kit,
  actor: Actor,
  query: {
    accountId?: string | undefined;
    kind?: string | undefined;
    status?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<OutreachRow[]> {
  const parts = ['1 = 1'];
  const params: Scalar[] = [];
  const and = (sql: string, ...values: Scalar[]) => {
    parts.push(sql);
    params.push(...values);
  };
  const { accountIds } = actor;
  if (accountIds !== 'all')
    and(
      accountIds.length === 0 ? '1 = 0' : `accountId IN (${marksFor(accountIds)})`,
      ...accountIds,
    );
  if (query.accountId) and('accountId = ?', query.accountId);
  if (query.kind) and('kind = ?', query.kind);
  if (query.status) and('status = ?', query.status);
  if (query.cursor) {
    const [at = 0, id = ''] = decodeCursor(query.cursor, ['number', 'string']);
    and('(createdAt < ? OR (createdAt = ? AND id < ?))', at, at, id);
  }
  return kit.db.read.all<OutreachRow>(
    `SELECT * FROM outreach WHERE ${parts.join(' AND ')}
     ORDER BY createdAt DESC, id DESC LIMIT ${query.limit + 1}`,
    params,
  );
}
