import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  permissions,
  permissionsOf,
  recordChange,
  requireAllAccounts,
  roles,
  type Actor,
  type Permission,
} from '../kernel/access';
import { execute, insertRows, select, type Tx } from '../kernel/database';
import { Conflict, Forbidden, NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { newPassword, refuseGuessable } from './new-password';
import { addOperator, keepAnOwner, prepareOperator, refuseUnknownAccounts } from './operators';
import { hashToken } from './sessions';

const OperatorView = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.string(),
  accountIds: z.array(z.string()).nullable(),
  active: z.boolean(),
});
const TokenView = z.object({
  id: z.string(),
  name: z.string(),
  permissions: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
});
type OperatorRow = {
  id: string;
  email: string;
  name: string;
  role: string;
  accountIds: string | null;
  active: number;
};
const byId = z.object({ id: z.string().max(26) });

export function operatorOperations(kit: Kit): Operation[] {
  const audit = (
    tx: Tx,
    actor: Actor,
    action: string,
    targetId: string,
    after: unknown,
    before?: unknown,
  ) =>
    recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action,
      targetKind: action.split('.')[0] ?? '',
      targetId,
      before,
      after,
    });
  const present = (row: OperatorRow) => ({
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    accountIds: row.accountIds === null ? null : (JSON.parse(row.accountIds) as string[]),
    active: row.active === 1,
  });

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/operators',
        permission: 'operators.read',
        summary: 'Who may sign in',
        query: pageQuery,
        response: pageOf(OperatorView),
      },
      async ({ query }) => {
        const [after = ''] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        const rows = await kit.db.read.all<OperatorRow>(
          `SELECT id, email, name, role, accountIds, active FROM operator WHERE id > ?
           ORDER BY id LIMIT ${query.limit + 1}`,
          [after],
        );
        return pageFrom(rows, query.limit, (row) => [row.id], present);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/operators',
        permission: 'operators.edit',
        summary: 'Add an operator',
        body: z
          .strictObject({
            email: z.email().max(128),
            name: z.string().trim().min(1).max(64),
            role: z.enum(roles),
            password: newPassword,
            accountIds: z.array(z.string().max(26)).max(200).nullable().default(null),
          })
          .superRefine(refuseGuessable),
        response: OperatorView,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAllAccounts(actor);
        refuseMoreThanOwn(actor, permissionsOf[body.role]);
        await refuseUnknownAccounts(kit, body.accountIds ?? []);
        const prepared = await prepareOperator(kit, body);
        await kit.db.transact(async (tx) => {
          await addOperator(tx, prepared);
          const { email, name, role, accountIds } = body;
          await audit(tx, actor, 'operator.created', prepared.id, {
            email,
            name,
            role,
            accountIds,
          });
        });
        return present(prepared);
      },
    ),
    operation(
      {
        method: 'PATCH',
        path: '/api/v1/operators/{id}',
        permission: 'operators.edit',
        summary: 'Switch an operator off or on; their sessions end at once',
        params: byId,
        body: z.strictObject({ active: z.boolean() }),
        response: OperatorView,
      },
      async ({ actor, params, body }) => {
        requireAllAccounts(actor);
        if (params.id === actor.id) throw new Conflict('operator_self');
        await kit.db.transact(async (tx) => {
          if (!body.active) await keepAnOwner(tx, params.id);
          const [was] = await select<{ active: number }>(
            tx,
            `SELECT active FROM operator WHERE id = ?`,
            [params.id],
          );
          const before = { active: was?.active === 1 };
          const changed = await execute(tx, `UPDATE operator SET active = ? WHERE id = ?`, [
            body.active ? 1 : 0,
            params.id,
          ]);
          if (changed === 0) throw new NotFound();
          await execute(tx, `DELETE FROM operator_session WHERE operatorId = ?`, [params.id]);
          await audit(tx, actor, 'operator.changed', params.id, body, before);
        });
        const [row] = await kit.db.read.all<OperatorRow>(
          `SELECT id, email, name, role, accountIds, active FROM operator WHERE id = ?`,
          [params.id],
        );
        if (!row) throw new NotFound();
        return present(row);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/api-tokens',
        permission: 'tokens.edit',
        summary: 'API tokens; never the tokens themselves',
        query: pageQuery,
        response: pageOf(TokenView),
      },
      async ({ query }) => {
        const [after = ''] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        const rows = await kit.db.read.all<{
          id: string;
          name: string;
          permissions: string;
          createdBy: string;
          createdAt: number;
        }>(
          `SELECT id, name, permissions, createdBy, createdAt FROM api_token
           WHERE revokedAt IS NULL AND id > ? ORDER BY id LIMIT ${query.limit + 1}`,
          [after],
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.id],
          (row) => ({
            ...row,
            permissions: JSON.parse(row.permissions) as string[],
            createdAt: new Date(row.createdAt).toISOString(),
          }),
        );
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/api-tokens',
        permission: 'tokens.edit',
        summary: 'Make an API token; it is shown once',
        body: z.strictObject({
          name: z.string().trim().min(1).max(64),
          permissions: z.array(z.enum(permissions)).min(1),
        }),
        response: z.object({ id: z.string(), token: z.string() }),
        status: 201,
      },
      async ({ actor, body }) => {
        refuseMoreThanOwn(actor, body.permissions);
        const id = kit.newId();
        const token = `gx_${randomBytes(30).toString('base64url')}`;
        await kit.db.transact(async (tx) => {
          await insertRows(tx, 'api_token', [
            {
              id,
              name: body.name,
              tokenHash: hashToken(token),
              permissions: JSON.stringify(body.permissions),
              accountIds: actor.accountIds === 'all' ? null : JSON.stringify(actor.accountIds),
              createdBy: actor.name,
              createdAt: kit.clock.system(),
              revokedAt: null,
            },
          ]);
          await audit(tx, actor, 'api-credential.created', id, body);
        });
        return { id, token };
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/api-tokens/{id}',
        permission: 'tokens.edit',
        summary: 'Revoke an API token',
        params: byId,
      },
      async ({ actor, params }) => {
        await kit.db.transact(async (tx) => {
          const [row] = await select<{ accountIds: string | null }>(
            tx,
            `SELECT accountIds FROM api_token WHERE id = ?`,
            [params.id],
          );
          if (!row || !isWithin(actor, row.accountIds)) throw new NotFound();
          const changed = await execute(
            tx,
            `UPDATE api_token SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL`,
            [kit.clock.system(), params.id],
          );
          if (changed === 0) throw new NotFound();
          await audit(tx, actor, 'api-credential.revoked', params.id, undefined);
        });
      },
    ),
  ];
}

/** Whether a token sees nothing that the actor does not see. */
function isWithin({ accountIds }: Actor, ofToken: string | null): boolean {
  if (accountIds === 'all') return true;
  return (
    ofToken !== null && (JSON.parse(ofToken) as string[]).every((id) => accountIds.includes(id))
  );
}

/** Nobody hands out more than they have. */
function refuseMoreThanOwn(actor: Actor, wanted: readonly Permission[]): void {
  const missing = wanted.find((permission) => !actor.permissions.has(permission));
  if (missing) throw new Forbidden('forbidden', { permission: missing });
}
