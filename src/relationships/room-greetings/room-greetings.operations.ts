import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { AttachmentBodies, specsIn, type Attachments } from '../../attachments';
import { weComLimits } from '../../channels/wecom';
import {
  recordChange,
  recordVersions,
  refuseIfChanged,
  requireAccount,
  type Actor,
} from '../../kernel/access';
import { execute, marksFor, type Tx } from '../../kernel/database';
import { NotFound } from '../../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  seenVersion,
  type Operation,
} from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { addRoomGreeting } from './add-room-greeting';
import { enqueueGreeting, greetingById, type StoredGreeting } from './settle-greeting';

const path = '/api/v1/room-greetings';
const one = `${path}/{id}`;
const params = z.object({ id: z.string().max(26) });
const { textBytes: maximum } = weComLimits.roomWelcome;

const shape = {
  name: z.string().trim().min(1).max(64),
  text: z
    .string()
    .trim()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= maximum, {
      params: { code: 'too_many_bytes', maximum },
    })
    .refine((text) => !/\{\{|\{%/.test(text), { params: { code: 'no_variables' } })
    .describe('WeCom puts the newcomer’s name where %NICKNAME% stands'),
  attachments: AttachmentBodies.max(1).default([]),
};
const Form = z.strictObject({ accountId: z.string().max(26), ...shape });
const Patch = z.strictObject({ ...shape, version: seenVersion });
const View = z.object({
  id: z.string(),
  version: z.number().describe('Grows with every save; send it back with a change'),
  accountId: z.string(),
  ...shape,
  attachments: AttachmentBodies,
  /** `ready`: staff can pick it for a room in WeCom. */
  state: z.enum(['waiting', 'ready', 'trouble']),
  trouble: z.string().nullable(),
  createdAt: z.string(),
});

/** Greetings of rooms: written here, picked for a room by its owner in WeCom. */
export function roomGreetingOperations(
  kit: Kit,
  book: AccountBook,
  attachments: Attachments,
): Operation[] {
  const find = async (actor: Actor, id: string): Promise<StoredGreeting> => {
    const row = await greetingById(kit.db.read, id);
    if (!row || row.removedAt !== null) throw new NotFound();
    requireAccount(actor, row.accountId);
    return row;
  };
  const shown = async (row: StoredGreeting) => {
    const [view] = await present(kit, [row]);
    if (!view) throw new NotFound();
    return view;
  };
  const audit = (tx: Tx, actor: Actor, action: string, id: string, values: object) =>
    recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action: `room-greeting.${action}` },
      ...{ targetKind: 'room-greeting', targetId: id, ...values },
    });

  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'replies.read',
        summary: 'Greetings of rooms, newest first',
        query: pageQuery.extend({ accountId: z.string().max(26).optional() }),
        response: pageOf(View),
      },
      async ({ actor, query: { accountId, limit, cursor } }) => {
        if (accountId !== undefined) requireAccount(actor, accountId);
        const ids = accountId === undefined ? actor.accountIds : [accountId];
        if (ids !== 'all' && ids.length === 0) return { items: [], nextCursor: null };
        const [before = '~'] = cursor ? decodeCursor(cursor, ['string']) : [];
        const rows = await kit.db.read.all<StoredGreeting>(
          `SELECT * FROM room_greeting WHERE removedAt IS NULL AND id < ?
           ${ids === 'all' ? '' : `AND accountId IN (${marksFor(ids)})`}
           ORDER BY id DESC LIMIT ${limit + 1}`,
          [before, ...(ids === 'all' ? [] : ids)],
        );
        const page = pageFrom(
          rows,
          limit,
          (row) => [row.id],
          (row) => row,
        );
        return { ...page, items: await present(kit, page.items) };
      },
    ),
    operation(
      {
        method: 'POST',
        path,
        permission: 'replies.edit',
        summary: 'A new greeting; WeCom gets it at once',
        body: Form,
        response: View,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAccount(actor, body.accountId);
        book.weComOrThrow(body.accountId);
        await attachments.check(actor, body.attachments, 'attachments');
        const id = await kit.db.transact((tx) => addRoomGreeting(kit, tx, actor, body));
        kit.work.ring();
        return shown(await find(actor, id));
      },
    ),
    operation(
      {
        method: 'GET',
        path: one,
        permission: 'replies.read',
        summary: 'One greeting of rooms',
        params,
        response: View,
      },
      async ({ actor, params: { id } }) => shown(await find(actor, id)),
    ),
    operation(
      {
        method: 'PUT',
        path: one,
        permission: 'replies.edit',
        summary: 'Say something else; rooms that use it say it from now on',
        params,
        body: Patch,
        response: View,
      },
      async ({ actor, params: { id }, body: { version: seen, ...body } }) => {
        const before = await find(actor, id);
        await attachments.check(actor, body.attachments, 'attachments');
        const was = await shown(before);
        await kit.db.transact(async (tx) => {
          const place = { table: 'room_greeting', targetKind: 'room-greeting', id };
          await refuseIfChanged(tx, place, seen);
          await execute(
            tx,
            `UPDATE room_greeting SET name = ?, text = ?, attachments = ?, changedAt = ?,
               takenAt = NULL, trouble = NULL WHERE id = ?`,
            [
              ...[body.name, body.text, JSON.stringify(body.attachments)],
              ...[kit.clock.business(), id],
            ],
          );
          await enqueueGreeting(kit, tx, before);
          await audit(tx, actor, 'changed', id, { before: was, after: body });
        });
        kit.work.ring();
        return shown(await find(actor, id));
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${one}/remove`,
        permission: 'replies.edit',
        summary: 'Take a greeting away: rooms that use it greet nobody',
        params,
        response: z.object({ removed: z.literal(true) }),
      },
      async ({ actor, params: { id } }) => {
        const row = await find(actor, id);
        await kit.db.transact(async (tx) => {
          const sql = `UPDATE room_greeting SET removedAt = ? WHERE id = ?`;
          await execute(tx, sql, [kit.clock.business(), id]);
          await enqueueGreeting(kit, tx, row);
          await audit(tx, actor, 'removed', id, { before: { name: row.name } });
        });
        kit.work.ring();
        return { removed: true as const };
      },
    ),
  ];
}

async function present(kit: Pick<Kit, 'db'>, rows: readonly StoredGreeting[]) {
  const ids = rows.map(({ id }) => id);
  const versions = await recordVersions(kit.db.read, 'room-greeting', ids);
  return rows.map((row) => ({
    version: versions.get(row.id) ?? 0,
    ...{ id: row.id, accountId: row.accountId, name: row.name, text: row.text },
    attachments: specsIn(row.attachments),
    state: stateOf(row),
    trouble: row.trouble,
    createdAt: new Date(row.createdAt).toISOString(),
  }));
}

function stateOf({ trouble, takenAt }: StoredGreeting): 'waiting' | 'ready' | 'trouble' {
  if (trouble !== null) return 'trouble';
  return takenAt === null ? 'waiting' : 'ready';
}
