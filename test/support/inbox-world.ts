import { openWeCom } from '../../src/channels/wecom';
import type { InboundEvent, MessageEvent } from '../../src/channels/inbound-event';
import type { Actor } from '../../src/kernel/access';
import { openConversations, type Hearing } from '../../src/conversations';
import { eventHandlers } from '../../src/answering';
import { Intake } from '../../src/intake';
import { MediaLibrary } from '../../src/media';
import { openReplies, replyOperations } from '../../src/replies';
import type { TestKit } from './open-kit';
import { openSendingWorld } from './sending-world';
import { owner, serveApi } from './serve-api';

export const lin: Partial<Actor> = { id: 'LIN', name: '林芳' };
export const zhou: Partial<Actor> = { id: 'ZHOU', name: '周婷' };

/** An account whose rule hands 「人工」 over and answers 「几点开门」, an inbox on top of it, and a WeChat that listens. */
export async function openInboxWorld(kit: TestKit, hearing?: Hearing) {
  const world = await openSendingWorld(kit);
  const first = await openProcess(kit, world, hearing);
  const rule = (keywords: string[], answer: object) =>
    first.served.call('POST', '/api/v1/reply-rules', {
      ...{ match: 'words', keywords, priority: 0, appId: null, answer, publish: true },
    });
  await rule(['人工'], { type: 'transfer-to-agent' });
  await rule(['几点开门'], { type: 'text', text: '十点开门' });
  return {
    ...first,
    /** The same inbox in another process. */
    another: () => openProcess(kit, world, hearing),
    close: async () => {
      await first.close();
      await world.wechat.close();
    },
  };
}

async function openProcess(
  kit: TestKit,
  world: Awaited<ReturnType<typeof openSendingWorld>>,
  hearing: Hearing | undefined,
) {
  const { book, client, sending, accountId } = world;
  const replies = await openReplies(kit);
  let isHere = true;
  const conversations = await openConversations(kit, {
    ...{ book, client, replies, sending, hearing },
    library: await MediaLibrary.open(kit, book),
    wecom: openWeCom({ ...kit, apiOf: ({ id }) => book.weComApiOf(id) }),
    stillHere: () => Promise.resolve(isHere ? actor : undefined),
  });
  let actor: Actor = { ...owner, ...lin };
  const served = await serveApi(kit, [
    ...conversations.operations(),
    ...replyOperations(kit, { book, replies }),
  ]);
  const intake = new Intake(kit, eventHandlers(kit, { replies, sending, conversations }));
  let last = 0;

  const take = (event: InboundEvent) => intake.take(event);
  const eventOf = (openid: string, facts: object, key = `m${(last += 1)}`) =>
    ({
      ...{ accountId, appId: 'wx1', openid, dedupeKey: key, laneKey: `${accountId}:${openid}` },
      ...{ at: kit.clock.business(), messageId: key, ...facts },
    }) as MessageEvent;
  const as = (other: Partial<Actor>) => {
    served.as(other);
    actor = { ...owner, ...other };
  };
  as(lin);

  return {
    ...world,
    replies,
    served,
    as,
    take,
    eventOf,
    /** What the bot answers to a text, in the answer of the callback. */
    says: async (openid: string, text: string): Promise<string | undefined> => {
      const { reply } = await take(eventOf(openid, { kind: 'text', text }));
      return reply?.kind === 'text' ? reply.text : reply?.kind;
    },
    conversationOf: async (openid: string): Promise<string> => {
      const [row] = await kit.db.read.all<{ id: string }>(
        `SELECT id FROM identity WHERE externalId = ?`,
        [openid],
      );
      return row?.id ?? '';
    },
    signOut: () => {
      isHere = false;
    },
    get: (path: string) => served.call('GET', `/api/v1${path}`),
    post: (path: string, body: unknown = {}) => served.call('POST', `/api/v1${path}`, body),
    put: (path: string, body: unknown) => served.call('PUT', `/api/v1${path}`, body),
    settings: (changes: object) =>
      served.call('PUT', '/api/v1/inbox-settings', {
        ...{ handBackAfterMinutes: 30, assign: 'none', hours: [], awayText: null, ...changes },
      }),
    close: async () => {
      conversations.close();
      await served.close();
      await replies.close();
    },
  };
}
export type InboxWorld = Awaited<ReturnType<typeof openInboxWorld>>;
