export {
  Conversation,
  ConversationMessage,
  ConversationRead,
  OperatorPresence,
} from './conversation.entity';
export { CannedReply, InboxSettingRow } from './inbox.entity';
export { countConversations, whoWaits } from './count-conversations';
export {
  openAttention,
  openConversations,
  type Attention,
  type Conversations,
} from './open-conversations';
export { dropKeptMedia } from './drop-kept-media';
export type { Hearing } from './hearing';
export type { ConversationWorld } from './parts';
