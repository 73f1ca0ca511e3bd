import type { InboundEvent } from '../../src/channels/inbound-event';
import { AccountBook } from '../../src/accounts';
import { eventHandlers, lookUpAudience, replyAudience } from '../../src/answering';
import { Intake, type Taken } from '../../src/intake';
import { Versions } from '../../src/kernel/versions';
import { openAttention } from '../../src/conversations';
import { openReplies, replyOperations, type Replies } from '../../src/replies';
import { openSending, type Sending } from '../../src/sending';
import { anAccount } from './an-account';
import type { TestKit } from './open-kit';
import { serveApi, type ServedApi } from './serve-api';

export type ReplyProcess = {
  replies: Replies;
  intake: Intake;
  sending: Sending;
  say(text: string, openid?: string): Promise<Taken>;
  take(event: object, openid?: string): Promise<Taken>;
  close(): Promise<void>;
};

export type ReplyWorld = ReplyProcess & {
  accountId: string;
  api: ServedApi;
  /** A rule as the API takes it, published; its id. */
  rule(facts: object): Promise<string>;
  explain(text: string, more?: object): Promise<Record<string, unknown>>;
};

let nth = 0;

/** Intake, handlers and rules of one process on a database it may share with others. */
export async function openReplyProcess(
  kit: TestKit,
  accountId: string,
  // Of its own, with the time a running server lets pass between two looks.
  versions = new Versions(kit.db, kit.clock),
): Promise<ReplyProcess> {
  const own = { ...kit, versions };
  const replies = await openReplies(own);
  const sending = openSending(own, { client: {} as never, account: () => undefined });
  const handlers = eventHandlers(own, {
    ...{ replies, sending },
    conversations: await openAttention(own),
  });
  const intake = new Intake(own, handlers, undefined, lookUpAudience(own, replies));
  const take = (event: object, openid = 'oA') => {
    const key = `m${(nth += 1)}`;
    const arrival = { accountId, appId: 'wxA', dedupeKey: key, laneKey: `${accountId}:${openid}` };
    const at = kit.clock.business();
    return intake.take({ ...arrival, openid, at, messageId: key, ...event } as InboundEvent);
  };
  return {
    ...{ replies, intake, sending },
    take,
    say: (text, openid) => take({ kind: 'text', text }, openid),
    close: () => replies.close(),
  };
}

export async function openReplyWorld(kit: TestKit): Promise<ReplyWorld> {
  const { id: accountId } = await anAccount(kit, { appId: 'wxA', name: '山茶花', createdAt: 1 });
  const book = await AccountBook.open(kit);
  const first = await openReplyProcess(kit, accountId, kit.versions);
  const { replies } = first;
  const segments = replyAudience(kit);
  const api = await serveApi(kit, replyOperations(kit, { book, replies, segments }));
  return {
    ...first,
    accountId,
    api,
    rule: async (facts) => {
      const plain = { match: 'words', keywords: ['优惠'], answer: { type: 'text', text: '有' } };
      const made = await api.call('POST', '/api/v1/reply-rules', {
        ...plain,
        publish: true,
        ...facts,
      });
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      // Other processes look again two hundred milliseconds later.
      kit.clock.advance(400);
      return String(made.body.id);
    },
    explain: async (text, more = {}) =>
      (await api.call('POST', '/api/v1/replies/explain', { text, appId: 'wxA', ...more }))
        .body as Record<string, unknown>,
    close: async () => {
      await api.close();
      await first.close();
    },
  };
}
