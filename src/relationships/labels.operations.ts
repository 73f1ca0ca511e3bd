import { z } from 'zod';
import { recordChange, requireAllAccounts, type Actor } from '../kernel/access';
import { insertOnce, marksFor, type Scalar } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';

const FieldView = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  type: z.enum(['text', 'number', 'date', 'choice']),
  options: z.array(z.string()),
});

export function labelOperations(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/tags',
        permission: 'people.read',
        summary: 'Tags with how many identities of your accounts carry them',
        query: pageQuery,
        response: pageOf(z.object({ id: z.string(), name: z.string(), count: z.number() })),
      },
      async ({ actor, query }) => {
        const [after = ''] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        const carried = carriedIn(actor.accountIds);
        const rows = await kit.db.longRead<{ id: string; name: string; count: number }>(
          `SELECT t.id, t.name, (SELECT COUNT(*) FROM ${carried.sql} it.tagId = t.id) AS count
           FROM tag t WHERE t.name > ? ORDER BY t.name LIMIT ${query.limit + 1}`,
          [...carried.params, after],
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.name],
          (row) => row,
        );
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/person-fields',
        permission: 'people.read',
        summary: 'Custom fields of a person',
        query: pageQuery,
        response: pageOf(FieldView),
      },
      async () => {
        const rows = await kit.db.read.all<{
          id: string;
          fieldKey: string;
          name: string;
          type: string;
          options: string;
        }>(`SELECT id, fieldKey, name, type, options FROM field_definition ORDER BY createdAt, id`);
        return {
          items: rows.map((row) => ({
            id: row.id,
            key: row.fieldKey,
            name: row.name,
            type: row.type,
            options: JSON.parse(row.options) as string[],
          })),
          nextCursor: null,
        };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/person-fields',
        permission: 'people.edit',
        summary: 'Add a custom field',
        body: z.strictObject({
          key: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/),
          name: z.string().trim().min(1).max(32),
          type: z.enum(['text', 'number', 'date', 'choice']),
          options: z.array(z.string().trim().min(1).max(64)).max(100).default([]),
        }),
        response: FieldView,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAllAccounts(actor);
        const id = kit.newId();
        await kit.db.transact(async (tx) => {
          const row = {
            id,
            fieldKey: body.key,
            name: body.name,
            type: body.type,
            options: JSON.stringify(body.options),
            createdAt: kit.clock.system(),
          };
          const isNew = await insertOnce(tx, 'field_definition', row, ['fieldKey']);
          if (!isNew) throw new Conflict('field_exists');
          await kit.versions.bump(tx, 'fields');
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'field.created',
            targetKind: 'field',
            targetId: id,
            after: body,
          });
        });
        return { id, ...body };
      },
    ),
  ];
}

/** From where tags are counted: what other accounts' people carry is not told to who may not see them. */
function carriedIn(accountIds: Actor['accountIds']): { sql: string; params: readonly Scalar[] } {
  if (accountIds === 'all') return { sql: 'identity_tag it WHERE', params: [] };
  if (accountIds.length === 0) return { sql: 'identity_tag it WHERE 1 = 0 AND', params: [] };
  return {
    sql: `identity_tag it JOIN identity i ON i.id = it.identityId
       WHERE i.accountId IN (${marksFor(accountIds)}) AND`,
    params: accountIds,
  };
}
