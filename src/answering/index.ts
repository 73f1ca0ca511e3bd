export { eventHandlers } from './event-handlers';
export { keywordPackets, packetsOfRules } from './keyword-packets';
export { lateReplies, type LateAnswers } from './late-replies';
export { lookUpAudience, replyAudience } from './reply-audience';
