import type { Context } from 'koa';
import type { AccountBook } from '../accounts';
import type { OfficialAccountClient } from '../channels/official-account';
import type { WeComClient } from '../channels/wecom';
import type { Actor } from '../kernel/access';
import type { MediaLibrary } from '../media';
import type { Replies } from '../replies';
import type { Sending } from '../sending';
import type { ConversationStreams } from './conversation-streams';
import type { Hearing } from './hearing';
import type { InboxBook } from './inbox-settings';
import type { MediaStore } from './media-store';

export type ConversationWorld = {
  book: AccountBook;
  client: OfficialAccountClient;
  wecom: WeComClient;
  replies: Replies;
  sending: Sending;
  library: Pick<MediaLibrary, 'fileOf'>;
  /** Undefined where nothing turns voices into words. */
  hearing?: Hearing | undefined;
  /** Who a request comes from now: undefined once they signed out or may not read conversations. */
  stillHere: (ctx: Context) => Promise<Actor | undefined>;
};

export type ConversationParts = ConversationWorld & {
  inbox: InboxBook;
  media: MediaStore;
  streams: ConversationStreams;
};
