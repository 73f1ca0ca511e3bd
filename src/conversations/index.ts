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
export type { Hearing } from './hearing';
export type { ConversationWorld } from './parts';
