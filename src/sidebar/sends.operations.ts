import { z } from 'zod';
import type { Attachments } from '../attachments';
import { WeChatError, WeChatUnclear } from '../channels/wecom';
import type { Actor } from '../kernel/access';
import { AppError, Conflict, InvalidInput, NotFound } from '../kernel/errors';
import { operation, pageOf, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { itemIdOf, type MediaLibrary } from '../media';
import {
  confirmSend,
  fileOf,
  findScripts,
  listSends,
  materialOf,
  messageOfFile,
  messageOfMaterial,
  newToken,
  readySend,
  sentLately,
  takeBackSend,
  type ChatMessage,
  type NewSend as WhatGoes,
  type SalesMaterial,
  type Sender,
} from '../sales';
import { friendOf, presentFriendOf } from './friend-of';
import { ownOrigin } from './own-pages';
import type { Caller, PeopleDoor } from './people-door';
import { repOf } from './rep-of';
import { renderFor } from './script-variables';
import { byContact, instant, iso } from './views';

const words = z.string().trim().min(1).max(2_000);
const id = z.string().max(26);
const NewSend = z.union([
  z.strictObject({ scriptId: id, text: words.optional() }),
  z.strictObject({ text: words }),
  z.strictObject({ materialId: id }),
]);

const Message = z.discriminatedUnion('msgtype', [
  z.object({ msgtype: z.literal('text'), text: z.object({ content: z.string() }) }),
  z.object({ msgtype: z.literal('image'), image: z.object({ mediaid: z.string() }) }),
  z.object({ msgtype: z.literal('video'), video: z.object({ mediaid: z.string() }) }),
  z.object({ msgtype: z.literal('file'), file: z.object({ mediaid: z.string() }) }),
  z.object({
    msgtype: z.literal('news'),
    news: z.object({
      link: z.string(),
      title: z.string(),
      desc: z.string(),
      imgUrl: z.string(),
    }),
  }),
  z.object({
    msgtype: z.literal('miniprogram'),
    miniprogram: z.object({
      appid: z.string(),
      title: z.string(),
      imgUrl: z.string(),
      page: z.string(),
    }),
  }),
]);

type Supply = { attachments: Attachments; library: MediaLibrary };

const senderOf = (actor: Actor): Sender => ({ ...repOf(actor), name: actor.name });
const byId = z.object({ id });

/** Words go into the chat by WeCom's own hand; we keep what was handed out, and hear whether it went. */
export function sendOperations(kit: Kit, door: PeopleDoor, supply: Supply): Operation[] {
  return [
    operation(
      {
        method: 'POST',
        path: '/api/v1/sidebar/contacts/{externalUserId}/sends',
        permission: 'rep',
        summary: 'What to give to sendChatMessage for a script, own words or a material',
        params: byContact,
        body: NewSend,
        response: z.object({
          id: z.string(),
          message: Message,
          /** When this rep sent them the same, if that is minutes ago: ask before it goes again. */
          sentAt: instant,
        }),
        status: 201,
      },
      async ({ actor, params, body, locale, ctx }) => {
        const friend = await presentFriendOf(kit, actor, params.externalUserId);
        const rep = repOf(actor);
        const { identityId } = friend;
        const token = newToken();
        const ready = async (what: Omit<WhatGoes, 'identityId'>, message: ChatMessage) => {
          const send = { identityId, ...what };
          const sentAt = iso(await sentLately(kit, rep, send));
          return { id: await readySend(kit, rep, send, token), message, sentAt };
        };
        if ('materialId' in body) {
          const material = await materialOf(kit, rep.accountId, body.materialId);
          const origin = ownOrigin(kit.settings, ctx);
          const message = await materialMessage(kit, supply, material, { origin, token });
          const { id: sourceId, title } = material;
          return ready({ kind: 'material', sourceId, title }, message);
        }
        const sourceId = 'scriptId' in body ? body.scriptId : null;
        const content =
          body.text ??
          (await scriptWords(kit, door, { actor, locale, ctx }, friend.personId, sourceId ?? ''));
        if (sourceId !== null) await seenScript(kit, actor, sourceId);
        const kind = sourceId === null ? 'text' : 'script';
        const message: ChatMessage = { msgtype: 'text', text: { content } };
        return ready({ kind, sourceId, title: content }, message);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/sidebar/contacts/{externalUserId}/sends',
        permission: 'rep',
        summary: 'What this rep sent to this customer, and what was opened',
        params: byContact,
        response: pageOf(
          z.object({
            id: z.string(),
            kind: z.enum(['script', 'text', 'material']),
            title: z.string(),
            sentAt: instant,
            openCount: z.number(),
            firstOpenedAt: instant,
            lastOpenedAt: instant,
            readSeconds: z.number(),
            /** Whether we would hear of it being opened. */
            tracked: z.boolean(),
          }),
        ),
      },
      async ({ actor, params }) => {
        const { identityId } = await friendOf(kit, actor, params.externalUserId);
        const rows = await listSends(kit, repOf(actor), identityId);
        return {
          items: rows.map((row) => ({
            ...{ id: row.id, kind: row.kind, title: row.title, sentAt: iso(row.sentAt) },
            ...{ openCount: row.openCount, firstOpenedAt: iso(row.firstOpenedAt) },
            ...{ lastOpenedAt: iso(row.lastOpenedAt), readSeconds: row.readSeconds },
            tracked: row.isTracked,
          })),
          nextCursor: null,
        };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/sidebar/sends/{id}/sent',
        permission: 'rep',
        summary: 'WeCom took the message',
        params: byId,
        body: z
          .strictObject({
            /** The question of the customer that it was sent for. */
            answers: id.optional(),
          })
          .default({}),
      },
      async ({ actor, params, body }) => {
        await confirmSend(kit, senderOf(actor), params.id, body.answers);
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/sidebar/sends/{id}',
        permission: 'rep',
        summary: 'It did not go out after all',
        params: byId,
      },
      async ({ actor, params }) => {
        await takeBackSend(kit, senderOf(actor), params.id);
      },
    ),
  ];
}

/** A card, or the file itself: one that WeCom does not hold long enough is given to it first. */
async function materialMessage(
  kit: Pick<Kit, 'log'>,
  { attachments, library }: Supply,
  material: SalesMaterial,
  { origin, token }: { origin: string; token: string },
): Promise<ChatMessage> {
  const file = fileOf(material);
  if (!file) {
    const pictureUrl = library.urlOf(itemIdOf(material.media ?? '') ?? '');
    return messageOfMaterial(material, { origin, token, pictureUrl });
  }
  const { accountId } = material;
  const ready = await attachments.supply(accountId, [file]).catch((error: unknown) => {
    if (!(error instanceof WeChatError || error instanceof WeChatUnclear)) throw error;
    kit.log.warn('sidebar.supply', { accountId, error });
    throw new AppError(503, 'wecom_unreachable');
  });
  const [held] = ready.attachments;
  if (held?.kind !== file.kind) throw new Conflict('material_not_ready');
  return messageOfFile(file.kind, held.mediaId);
}

/** A script this rep may use: shared, or their own. */
async function seenScript(kit: Kit, actor: Actor, scriptId: string) {
  const found = await findScripts(kit, repOf(actor), {});
  const script = found.find((one) => one.id === scriptId);
  if (!script) throw new NotFound();
  return script;
}

async function scriptWords(
  kit: Kit,
  door: PeopleDoor,
  caller: Caller,
  personId: string,
  scriptId: string,
): Promise<string> {
  const script = await seenScript(kit, caller.actor, scriptId);
  const person = await door.person(caller, personId);
  const rendered = renderFor(kit, caller, person, script.body);
  if ('problem' in rendered) {
    throw new InvalidInput('input_invalid', {
      errors: [{ path: 'scriptId', code: 'template_failed' }],
    });
  }
  return rendered.text;
}
