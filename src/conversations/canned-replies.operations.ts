import { z } from 'zod';
import { recordChange, requireAccount, requireAllAccounts, type Actor } from '../kernel/access';
import { execute, insertRows } from '../kernel/database';
import { InvalidInput, NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { problemOfTemplate, type Replies } from '../replies';
import { findCanned } from './canned-replies';
import { rowsByIds } from './find-conversations';
import type { CannedReply } from './inbox.entity';

/** Each is a template to fill in, and a menu shows no more. */
const mostFilled = 20;
const byId = z.object({ id: z.string().max(26) });

const Words = z.strictObject({
  title: z.string().trim().min(1).max(64),
  /** May name the follower and the account, as answers of rules do. */
  text: z.string().trim().min(1).max(2_000),
  accountId: z.string().max(26).nullable().default(null),
  shortcut: z.string().trim().max(16).default(''),
});
type Words = z.output<typeof Words>;
const View = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  accountId: z.string().nullable(),
  shortcut: z.string(),
});
/** As this follower would read it; null when it would be empty. */
const Filled = View.extend({ filled: z.string().nullable().optional() });

export function cannedReplyOperations(kit: Kit, replies: Replies): Operation[] {
  const may = (actor: Actor, accountId: string | null) =>
    accountId === null ? requireAllAccounts(actor) : requireAccount(actor, accountId);
  const find = async (actor: Actor, id: string): Promise<CannedReply> => {
    const [row] = await kit.db.read.all<CannedReply>(`SELECT * FROM canned_reply WHERE id = ?`, [
      id,
    ]);
    if (!row) throw new NotFound();
    may(actor, row.accountId);
    return row;
  };
  const listenerOf = async (actor: Actor, conversationId: string | undefined) => {
    if (conversationId === undefined) return undefined;
    const [row] = await rowsByIds(kit, actor, [conversationId]);
    if (!row) throw new NotFound();
    requireAccount(actor, row.accountId);
    const { accountId, displayName: personName } = row;
    return { accountId, personName, now: kit.clock.business() };
  };
  const check = (words: Words) => {
    const problem = problemOfTemplate(words.text);
    if (!problem) return;
    const errors = [{ path: 'text', code: 'template_invalid', params: { line: problem.line } }];
    throw new InvalidInput('input_invalid', { errors });
  };
  const change = (action: string, id: string) => ({
    ...{ id: kit.newId(), at: kit.clock.system(), action: `canned-reply.${action}` },
    ...{ targetKind: 'canned-reply', targetId: id },
  });

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/canned-replies',
        permission: 'conversations.read',
        summary: 'What operators say often: of one account or of all that the caller sees',
        query: pageQuery.extend({
          accountId: z.string().max(26).optional(),
          /** Fill them in for its follower: the first few only. */
          conversationId: z.string().max(26).optional(),
          q: z.string().trim().min(1).max(64).optional(),
        }),
        response: pageOf(Filled),
      },
      async ({ actor, query }) => {
        const listener = await listenerOf(actor, query.conversationId);
        const accountId = listener?.accountId ?? query.accountId;
        if (accountId !== undefined) requireAccount(actor, accountId);
        const limit = listener ? Math.min(query.limit, mostFilled) : query.limit;
        const after = query.cursor ? decodeCursor(query.cursor, ['string', 'string']) : undefined;
        const rows = await findCanned(
          kit,
          accountId === undefined ? actor : { accountIds: [accountId] },
          {
            ...{ limit, q: query.q, after },
          },
        );
        return pageFrom(
          rows,
          limit,
          ({ title, id }) => [title, id],
          (row) => ({
            ...present(row),
            ...(listener && { filled: replies.fillIn(row.body, listener) ?? null }),
          }),
        );
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/canned-replies',
        permission: 'conversations.reply',
        summary: 'Keep a reply for next time',
        body: Words,
        response: View,
        status: 201,
      },
      async ({ actor, body }) => {
        may(actor, body.accountId);
        check(body);
        const at = kit.clock.business();
        const { text, ...rest } = body;
        const row = { id: kit.newId(), ...rest, body: text, createdAt: at, updatedAt: at };
        await kit.db.transact(async (tx) => {
          await insertRows(tx, 'canned_reply', [row]);
          await recordChange(tx, actor, { ...change('created', row.id), after: body });
        });
        return present(row);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/canned-replies/{id}',
        permission: 'conversations.reply',
        summary: 'Change a kept reply',
        params: byId,
        body: Words,
        response: View,
      },
      async ({ actor, params, body }) => {
        const before = await find(actor, params.id);
        may(actor, body.accountId);
        check(body);
        await kit.db.transact(async (tx) => {
          await execute(
            tx,
            `UPDATE canned_reply SET accountId = ?, title = ?, body = ?, shortcut = ?, updatedAt = ? WHERE id = ?`,
            [
              ...[body.accountId, body.title, body.text, body.shortcut],
              ...[kit.clock.business(), params.id],
            ],
          );
          const after = body;
          await recordChange(tx, actor, {
            ...change('changed', params.id),
            before: present(before),
            after,
          });
        });
        return present(await find(actor, params.id));
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/canned-replies/{id}',
        permission: 'conversations.reply',
        summary: 'Delete a kept reply',
        params: byId,
      },
      async ({ actor, params }) => {
        const before = present(await find(actor, params.id));
        await kit.db.transact(async (tx) => {
          await execute(tx, `DELETE FROM canned_reply WHERE id = ?`, [params.id]);
          await recordChange(tx, actor, { ...change('deleted', params.id), before });
        });
      },
    ),
  ];
}

type Kept = Omit<CannedReply, 'createdAt' | 'updatedAt'>;

const present = ({ id, title, body, accountId, shortcut }: Kept) => ({
  ...{ id, title, text: body, accountId, shortcut },
});
