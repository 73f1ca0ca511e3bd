import type { InboundEvent } from '../channels/inbound-event';
import type { Raw } from '../kernel/database';
import type { Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { KnownFollower } from '../relationships';
import type { Answered } from '../replies';
import { attendEvent, handOff, type Attended, type HandedOff } from './attend-event';
import { cannedReplyOperations } from './canned-replies.operations';
import { ConversationStreams } from './conversation-streams';
import { conversationOperations } from './conversations.operations';
import { registerIdleHandBack } from './idle-hand-back';
import { inboxOperations } from './inbox.operations';
import { InboxBook } from './inbox-settings';
import { MediaStore } from './media-store';
import type { ConversationParts, ConversationWorld } from './parts';
import { noteKfFailure, type KfFailure } from './kf-failure';
import { pictureOperations } from './picture.operations';
import { noteOutcome } from './say';
import { threadOperations } from './thread.operations';
import { weComServiceOperations } from './wecom-service.operations';

/** What the callback path asks. */
export type Attention = {
  /** For the callback path, before the bot is asked. */
  attend(event: InboundEvent, state: KnownFollower): Attended | undefined;
  /** For the callback path, when the bot's answer is that a person is to answer. */
  handOff(answered: Answered, event: InboundEvent, state: KnownFollower): HandedOff | undefined;
  /** For the callback path: what was said in customer service did not arrive. */
  noteKfFailure(raw: Raw, failure: KfFailure): Promise<void>;
};

export type Conversations = Attention & {
  operations(): Operation[];
  close(): void;
};

type AttentionKit = Pick<Kit, 'db' | 'versions' | 'clock' | 'newId' | 'settings'>;

/** For whoever decides events without an inbox of its own. */
export async function openAttention(kit: AttentionKit): Promise<Attention> {
  return attentionOf(kit, await InboxBook.open(kit));
}

const attentionOf = (kit: AttentionKit, inbox: InboxBook): Attention => ({
  attend: (event, state) => attendEvent(kit, inbox, event, state),
  handOff: (answered, event, state) => handOff(kit, inbox, answered, event, state),
  noteKfFailure: (raw, failure) => noteKfFailure(kit, raw, failure),
});

export async function openConversations(
  kit: Kit,
  world: ConversationWorld,
): Promise<Conversations> {
  const inbox = await InboxBook.open(kit);
  const parts: ConversationParts = {
    ...world,
    inbox,
    media: new MediaStore(kit, world),
    streams: new ConversationStreams(kit, world.book),
  };
  registerIdleHandBack(kit, inbox, world.sending);
  world.sending.onRunChange((at, change) => noteOutcome(kit, at, change));
  return {
    ...attentionOf(kit, inbox),
    operations: () => [
      ...conversationOperations(kit, parts),
      ...threadOperations(kit, parts),
      ...pictureOperations(kit, parts),
      ...cannedReplyOperations(kit, world.replies),
      ...inboxOperations(kit, parts),
      ...weComServiceOperations(kit, parts),
    ],
    close: () => parts.streams.close(),
  };
}
