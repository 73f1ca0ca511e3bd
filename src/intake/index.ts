export { CrashSuspectRow } from './crash-suspect.entity';
export { CrashWatch } from './crash-watch';
export { FailedEventRow, InboundEventRow } from './inbound-event.entity';
export { decide } from './decide';
export type { Decision, EventHandler, LookUp } from './decision';
export { Intake } from './take-event';
export type { Taken } from './commit-events';
export { replayEvent } from './failed-events';
export {
  awaitLateReply,
  lateReplyDeadline,
  recoverLateReply,
  type LateAnswer,
  type LateOutcome,
  type LateParts,
} from './late-reply';
