export { leastOutcomes } from './watch-errors';
export { clientMessageId } from './client-message-id';
export type { OnRunChange, RunChange } from './outcome';
export { Delivery, type DeliveryState } from './delivery.entity';
export type { SendingChannels } from './dispatch';
export { repeatWindowMs } from './judge-answer';
export { openSending, type Sending } from './open-sending';
export { personVariables, type Addressee, type PersonVariables } from './person-variables';
export { queueMessage, type SingleMessage } from './queue-message';
export {
  countReasons,
  findDelivery,
  readDeliveries,
  type DeliveryRow,
  type ReasonCount,
} from './read-deliveries';
export {
  checkTexts,
  prepareTemplate,
  troublesOf,
  troublesOfPlainValues,
  type FieldTrouble,
  type RenderedTemplate,
} from './render-message';
export type { KfRunMessage, RunMessage, TemplateRunMessage } from './run-message';
export {
  addCounts,
  cancelSendRuns,
  countDeliveries,
  dropQueued,
  freezeAudience,
  noCounts,
  pauseSendRuns,
  resumeSendRuns,
  skipReasonSql,
  startSendRun,
  type NewSendRun,
  type SendCounts,
} from './send-runs';
export {
  SendEvent,
  SendingHold,
  SendReceipt,
  SendRun,
  type SendChannel,
  type SendOrigin,
  type SendRunState,
} from './send-run.entity';
export { Sender } from './sender';
export type { Receipt } from './take-receipts';
