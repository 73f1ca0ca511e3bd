import { z } from 'zod';
import type { Actor } from '../kernel/access';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { byConversation } from './conversation.schema';
import { holdFor } from './lock';
import type { ConversationParts } from './parts';
import { moveToService, readService } from './wecom-service';

const path = '/api/v1/conversations/{id}/wecom-service';
const Named = z.object({ userId: z.string(), name: z.string() });

const ServiceView = z.object({
  state: z.enum(['new', 'bot', 'pool', 'person', 'ended']),
  servicer: Named.nullable(),
  servicers: z.array(Named.extend({ serving: z.boolean() })),
});
const ServiceBody = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('pool') }),
  z.strictObject({ to: z.literal('servicer'), userId: z.string().min(1).max(64) }),
]);

/** Chats of WeChat customer service, and WeCom's own staff who may have them. */
export function weComServiceOperations(kit: Kit, parts: ConversationParts): Operation[] {
  const read = async (actor: Actor, id: string) => {
    const held = await kit.db.transact((tx) => holdFor(tx, actor, id));
    return readService(kit, parts, held);
  };
  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'conversations.reply',
        summary: 'How this chat of customer service stands in WeCom, and who could have it there',
        params: byConversation,
        response: ServiceView,
      },
      ({ actor, params: { id } }) => read(actor, id),
    ),
    operation(
      {
        method: 'POST',
        path,
        permission: 'conversations.reply',
        summary: 'Give this chat to WeCom’s queue, or to one of its servicers',
        params: byConversation,
        body: ServiceBody,
        response: ServiceView,
      },
      async ({ actor, params: { id }, body }) => {
        await moveToService(kit, parts, actor, id, body);
        return read(actor, id);
      },
    ),
  ];
}
