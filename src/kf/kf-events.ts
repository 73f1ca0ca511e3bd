import type { InboundEvent, KfOrigin } from '../channels/inbound-event';
import type { KfMessage } from '../channels/wecom';
import { isObject, numberFrom, textFrom } from '../channels/wire/json';

export type KfPlace = {
  readonly accountId: string;
  readonly corpId: string;
  readonly agentId: string;
  readonly kfId: string;
};

type Said = Extract<KfMessage, { kind: 'said' }>;

const idShape = /^[\w-]{1,64}$/;
const messageIdShape = /^[\w-]{1,120}$/;

/**
 * What a pull brought, as an event like those of callbacks, so that it goes the same way. Undefined for what
 * concerns nobody outside, or cannot be attributed.
 */
export function eventOfKf(
  place: KfPlace,
  message: KfMessage,
  world: { late: KfOrigin['late']; nameOf: (userId: string) => string },
): InboundEvent | undefined {
  const { accountId, corpId: appId, agentId, kfId } = place;
  const { externalUserId: openid, messageId, at } = message;
  if (!idShape.test(openid) || !messageIdShape.test(messageId)) return undefined;
  const laneKey = `${accountId}:${openid}`;
  const arrival = { accountId, appId, dedupeKey: `kf:${messageId}`, laneKey, openid, at };
  const told = { ...arrival, agentId, kfId };
  switch (message.kind) {
    case 'said':
      if (message.by === 'visitor') {
        const kf = { kfId, agentId, ...(world.late && { late: world.late }) };
        return { ...arrival, messageId, kf, ...contentOf(message) };
      }
      return {
        ...{ ...told, kind: 'kf-servicer-said', messageId, messageKind: message.type },
        ...{ userId: message.servicer ?? '', name: world.nameOf(message.servicer ?? '') },
        text: message.text ?? titleOf(message),
        ...(message.mediaId && { mediaId: message.mediaId }),
      };
    case 'entered': {
      const { scene, sceneParam, welcomeCode } = message;
      return {
        ...{ ...told, kind: 'kf-entered', ...(scene && { scene }) },
        ...{ ...(sceneParam && { sceneParam }), ...(welcomeCode && { welcomeCode }) },
      };
    }
    case 'send-failed':
      return { ...told, kind: 'kf-send-failed', ...part(message, 'failedId', 'reason') };
    case 'recalled':
      return { ...told, kind: 'kf-recalled', recalledId: message.recalledId };
    case 'session-changed': {
      if (message.change === 'unknown') return undefined;
      const to = message.change === 'ended' ? 'ended' : 'person';
      const userId = (to === 'ended' ? message.from : message.to) ?? '';
      return { ...told, kind: 'kf-session-changed', to, userId, name: world.nameOf(userId) };
    }
    default:
      return undefined;
  }
}

const part = <Whole, Name extends keyof Whole>(whole: Whole, ...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, whole[name]])) as Pick<Whole, Name>;

/** Kinds that an Official Account does not know are kept by their title. */
function contentOf(message: Said) {
  const { type, raw, mediaId = '' } = message;
  switch (type) {
    case 'text':
      return {
        ...{ kind: 'text' as const, text: message.text ?? '' },
        ...(message.choiceId && { menuChoiceId: message.choiceId }),
      };
    case 'image':
      return { kind: 'image' as const, mediaId, url: '' };
    case 'voice':
      return { kind: 'voice' as const, mediaId, format: 'amr' };
    case 'video':
      return { kind: 'video' as const, mediaId, thumbMediaId: '', short: false };
    case 'location': {
      const [latitude, longitude] = [numberFrom(raw['latitude']), numberFrom(raw['longitude'])];
      const label = textFrom(raw['address']) || textFrom(raw['name']);
      return { kind: 'location' as const, latitude, longitude, scale: 0, label };
    }
    case 'file':
      return {
        ...{ kind: 'file' as const, title: titleOf(message), description: '' },
        ...{ fileKey: mediaId, md5: '', size: 0 },
      };
    default: {
      const [description, url] = [textFrom(raw['desc']), textFrom(raw['url'])];
      return { kind: 'link' as const, title: titleOf(message), description, url };
    }
  }
}

function titleOf({ raw, type }: Said): string {
  const title = isObject(raw['title']) ? '' : textFrom(raw['title']);
  return title || (type === 'text' ? '' : type);
}
