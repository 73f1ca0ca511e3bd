import { z } from 'zod';
import type { Actor } from '../kernel/access';
import { NotFound } from '../kernel/errors';
import { decodeCursor, operation, pageFrom, pageOf, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import {
  byConversation,
  ConversationView,
  MessageView,
  SayBody,
  ThreadQuery,
} from './conversation.schema';
import { visibleRow } from './conversations.operations';
import { presentConversations } from './find-conversations';
import { writeEntry } from './entries';
import { holdFor } from './lock';
import type { ConversationParts } from './parts';
import { markRead, say } from './say';
import { entriesByIds, lastEntryId, presentThread, readThread } from './thread';
import { tellTyping } from './typing';
import { writeDown } from './write-down';

const byEntry = byConversation.extend({ entryId: z.string().regex(/^[0-9A-Z]{26}$/) });

/** What is said in one conversation. */
export function threadOperations(kit: Kit, parts: ConversationParts): Operation[] {
  const { book, inbox, media, sending } = parts;

  const message = async (id: string, locale: Locale) => {
    const [shown] = await presentThread(kit, await entriesByIds(kit, [id]), locale);
    if (!shown) throw new NotFound();
    return shown;
  };
  const conversation = async (actor: Actor, id: string, locale: Locale) => {
    const row = await visibleRow(kit, actor, id);
    const [shown] = await presentConversations(kit, book, actor, [row], locale);
    if (!shown) throw new NotFound();
    return shown;
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/conversations/{id}/messages',
        permission: 'conversations.read',
        summary: 'What was said, newest first; `before` is the cursor of the page before',
        params: byConversation,
        query: ThreadQuery,
        response: pageOf(MessageView),
      },
      async ({ actor, params, query, locale }) => {
        await visibleRow(kit, actor, params.id);
        const keys = query.before ? decodeCursor(query.before, ['number', 'string']) : undefined;
        const before = keys && ([Number(keys[0]), String(keys[1])] as const);
        const rows = await readThread(kit, params.id, { limit: query.limit, before });
        const page = pageFrom(
          rows,
          query.limit,
          (row) => [row.at, row.id],
          (row) => row,
        );
        return { ...page, items: await presentThread(kit, page.items, locale) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/conversations/{id}/messages',
        permission: 'conversations.reply',
        summary: 'Answer the follower; a repeat with the same clientKey is the same message',
        params: byConversation,
        body: SayBody,
        response: MessageView,
        status: 201,
      },
      async ({ actor, params, body, locale }) => {
        const id = await kit.db.transact((tx) => say(kit, inbox, tx, actor, params.id, body));
        sending.ring();
        return message(id, locale);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/conversations/{id}/notes',
        permission: 'conversations.reply',
        summary: 'A note that the follower never sees',
        params: byConversation,
        body: z.strictObject({ text: z.string().trim().min(1).max(2_000) }),
        response: MessageView,
        status: 201,
      },
      async ({ actor, params, body, locale }) => {
        const row = await visibleRow(kit, actor, params.id);
        const id = kit.newId();
        await kit.db.transact((tx) =>
          writeEntry(tx, {
            ...{ id, identityId: row.id, accountId: row.accountId, at: kit.clock.business() },
            ...{ kind: 'note', params: { text: body.text, by: actor.name, operatorId: actor.id } },
          }),
        );
        return message(id, locale);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/conversations/{id}/read',
        permission: 'conversations.read',
        summary: 'The caller has read everything up to now',
        params: byConversation,
        body: z.strictObject({}),
        response: ConversationView,
      },
      async ({ actor, params, locale }) => {
        await visibleRow(kit, actor, params.id);
        const last = await lastEntryId(kit, params.id);
        if (last !== undefined) {
          await kit.db.transact((tx) => markRead(tx, params.id, actor.id, last));
        }
        return conversation(actor, params.id, locale);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/conversations/{id}/typing',
        permission: 'conversations.reply',
        summary:
          'The caller is writing: other operators see it for eight seconds, the follower too',
        params: byConversation,
        body: z.strictObject({}),
      },
      async ({ actor, params }) => {
        const held = await kit.db.transact((tx) => holdFor(tx, actor, params.id));
        await tellTyping(kit, parts, actor, held);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/conversations/{id}/messages/{entryId}/transcript',
        permission: 'conversations.reply',
        summary: "A follower's voice in words, by the speech endpoint of the settings",
        params: byEntry,
        body: z.strictObject({}),
        response: MessageView,
      },
      async ({ actor, params, locale }) => {
        const { id: identityId, entryId } = params;
        await visibleRow(kit, actor, identityId);
        await writeDown(kit, parts, actor, { identityId, entryId }, locale);
        return message(entryId, locale);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/conversations/{id}/media/{entryId}',
        permission: 'conversations.read',
        summary: 'A picture, voice or video of the thread; WeChat keeps them for three days',
        params: byEntry,
        raw: true,
      },
      async ({ actor, params, ctx }) => {
        await visibleRow(kit, actor, params.id);
        const [entry] = await entriesByIds(kit, [params.entryId]);
        if (entry?.identityId !== params.id) throw new NotFound();
        const { mediaId, messageKind } = JSON.parse(entry.params) as Record<string, unknown>;
        if (typeof mediaId !== 'string' || typeof messageKind !== 'string') throw new NotFound();
        const { id, accountId } = entry;
        const found = await media.find({ id, accountId, kind: messageKind, mediaId });
        const ending = found.contentType.split('/')[1]?.replace('mpeg', 'mp3') ?? 'bin';
        ctx.set('X-Content-Type-Options', 'nosniff');
        ctx.set('Cache-Control', 'private, max-age=86400');
        ctx.set('Content-Disposition', `inline; filename="${id}.${ending}"`);
        ctx.set('Content-Security-Policy', "default-src 'none'; sandbox");
        ctx.type = found.contentType;
        ctx.body = found.content;
      },
    ),
  ];
}
