import { z } from 'zod';
import { operation, readBody, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { byConversation } from './conversation.schema';
import { visibleRow } from './conversations.operations';
import type { ConversationParts } from './parts';
import { givePicture, libraryPicture, pictureIn, refuseShut } from './pictures';

const path = '/api/v1/conversations/{id}/pictures';
/** The largest there is, and a little more, so that the refusal can say what is allowed. */
const mostBytes = 11 * 1_048_576;
const response = z.object({ mediaId: z.string() });

/** Pictures on their way to a follower: given to the platform first, then sent as a message by their id. */
export function pictureOperations(kit: Kit, parts: ConversationParts): Operation[] {
  return [
    operation(
      {
        method: 'POST',
        path,
        permission: 'conversations.reply',
        summary: 'Give the platform a JPG or PNG; the answer names it for a message',
        params: byConversation,
        rawBody: { contentType: 'application/octet-stream', maxBytes: mostBytes },
        response,
        status: 201,
      },
      async ({ actor, params, ctx }) => {
        const row = await visibleRow(kit, actor, params.id);
        await refuseShut(kit, actor, row);
        const picture = pictureIn(await readBody(ctx, mostBytes, 120_000));
        return { mediaId: await givePicture(parts, row.accountId, picture) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/library`,
        permission: 'conversations.reply',
        summary: 'Give the platform a picture of the media library',
        params: byConversation,
        body: z.strictObject({ reference: z.string().max(64) }),
        response,
        status: 201,
      },
      async ({ actor, params, body }) => {
        const row = await visibleRow(kit, actor, params.id);
        await refuseShut(kit, actor, row);
        const picture = await libraryPicture(parts, body.reference, row.accountId);
        return { mediaId: await givePicture(parts, row.accountId, picture) };
      },
    ),
  ];
}
