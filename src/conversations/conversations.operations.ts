import { z } from 'zod';
import { requireAccount, type Actor } from '../kernel/access';
import type { Tx } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import { decodeCursor, operation, pageFrom, pageOf, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { assign, letGo, take } from './change-hands';
import {
  byConversation,
  ConversationDetail,
  ConversationView,
  CountsView,
  ListQuery,
} from './conversation.schema';
import { countConversations } from './count-conversations';
import { findConversations, presentConversations, rowsByIds, type Row } from './find-conversations';
import { handBackAt } from './idle-hand-back';
import type { ConversationParts } from './parts';
import { suggestionsFor } from './suggestions';

/** A conversation the caller may not see is answered like one that does not exist. */
export async function visibleRow(kit: Kit, actor: Actor, id: string): Promise<Row> {
  const [row] = await rowsByIds(kit, actor, [id]);
  if (!row) throw new NotFound();
  requireAccount(actor, row.accountId);
  return row;
}

/** The same operator, looking at one account only. */
const within = (actor: Actor, accountId: string | undefined): Actor =>
  accountId === undefined ? actor : { ...actor, accountIds: [accountId] };

/** Who talks with whom: lists, and everything that changes hands. */
export function conversationOperations(kit: Kit, parts: ConversationParts): Operation[] {
  const { book, inbox, replies, streams } = parts;

  const detail = async (actor: Actor, id: string, locale: Locale) => {
    const row = await visibleRow(kit, actor, id);
    const [shown] = await presentConversations(kit, book, actor, [row], locale);
    if (!shown) throw new NotFound();
    const { handBackAfterMinutes } = inbox.of(row.accountId);
    const { state, since, waitingSince, lastOperatorAt, lastInboundAt } = row;
    const endsAt =
      state === null
        ? null
        : handBackAt(
            { state, since: since ?? 0, waitingSince, lastOperatorAt },
            lastInboundAt,
            handBackAfterMinutes,
          );
    return {
      ...shown,
      suggestions: await suggestionsFor(kit, replies, row),
      handBackAt: endsAt === null ? null : new Date(endsAt).toISOString(),
    };
  };

  const change = <Body extends z.ZodType>(
    path: string,
    summary: string,
    body: Body,
    work: (tx: Tx, actor: Actor, id: string, body: z.output<Body>) => Promise<void>,
  ): Operation =>
    operation(
      {
        method: 'POST',
        path: `/api/v1/conversations/{id}/${path}`,
        permission: 'conversations.reply',
        summary,
        params: byConversation,
        body,
        response: ConversationDetail,
      },
      async ({ actor, params, body: sent, locale }) => {
        await kit.db.transact((tx) => work(tx, actor, params.id, sent as z.output<Body>));
        return detail(actor, params.id, locale);
      },
    );

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/conversations',
        permission: 'conversations.read',
        summary: 'Conversations with followers; the first page also counts',
        query: ListQuery,
        response: pageOf(ConversationView).extend({ counts: CountsView.optional() }),
      },
      async ({ actor, query, locale }) => {
        const { limit, cursor, ...wanted } = query;
        const keys = cursor ? decodeCursor(cursor, ['number', 'string']) : undefined;
        const after = keys && ([Number(keys[0]), String(keys[1])] as const);
        const { rows, placeOf } = await findConversations(kit, actor, wanted, { limit, after });
        const page = pageFrom(rows, limit, placeOf, (row) => row);
        return {
          items: await presentConversations(kit, book, actor, page.items, locale),
          nextCursor: page.nextCursor,
          ...(cursor
            ? {}
            : { counts: await countConversations(kit, within(actor, query.accountId)) }),
        };
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/conversations/counts',
        permission: 'conversations.read',
        summary: 'How many wait, are mine, and have something I have not read',
        response: CountsView,
      },
      ({ actor }) => countConversations(kit, actor),
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/conversations/events',
        permission: 'conversations.read',
        summary: 'Conversations live, as server-sent events `conversation`, `message` and `counts`',
        raw: true,
        stream: true,
      },
      ({ actor, ctx, locale }) => {
        ctx.status = 200;
        ctx.type = 'text/event-stream';
        ctx.set('Cache-Control', 'no-cache, no-transform');
        ctx.set('X-Accel-Buffering', 'no');
        const stillHere = () => parts.stillHere(ctx);
        const stream = streams.stream({ actor, locale, stillHere });
        ctx.req.on('close', () => stream.destroy());
        ctx.body = stream;
        return Promise.resolve();
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/conversations/{id}',
        permission: 'conversations.read',
        summary: 'One conversation, with what could be answered',
        params: byConversation,
        response: ConversationDetail,
      },
      ({ actor, params, locale }) => detail(actor, params.id, locale),
    ),
    change(
      'take',
      'Answer this follower from now on; the bot is silent',
      z.strictObject({ force: z.boolean().default(false) }),
      (tx, actor, id, { force }) => take(kit, inbox, tx, actor, id, force),
    ),
    change('hand-back', 'The bot answers again', z.strictObject({}), (tx, actor, id) =>
      letGo(kit, tx, actor, id, 'handed-back'),
    ),
    change(
      'close',
      'Done: out of the lists until they write again',
      z.strictObject({}),
      (tx, actor, id) => letGo(kit, tx, actor, id, 'closed'),
    ),
    change(
      'assign',
      'To one operator, or to nobody: then they wait',
      z.strictObject({ operatorId: z.string().max(26).nullable() }),
      (tx, actor, id, { operatorId }) => assign(kit, inbox, tx, actor, id, operatorId),
    ),
  ];
}
