export {
  isCallbackToken,
  isEncodingAesKey,
  officialHosts,
  type CallingAccount,
  type ChannelAccount,
  type PlatformHosts,
} from './account';
export type { TokenHealth, TokenKeeper } from './access-token';
export { valueOrThrow, type Ended } from './call';
export {
  callbackRoutes,
  type CallbackMetrics,
  type CallbackParts,
  type CallbackStep,
} from './callback.routes';
export { openOfficialAccounts, type OfficialAccountClient } from './client';
export {
  correctWindow,
  defaultQuotas,
  openWindow,
  spendWindow,
  windowRoom,
  windowTriggerOf,
  type WindowQuotas,
  type WindowRoom,
  type WindowState,
  type WindowTrigger,
} from './customer-service-window';
export { errorTable } from './error-table';
export { outcomeOf, WeChatError, WeChatUnclear, type Outcome, type UnclearReason } from './errors';
export type { FollowerDetail, FollowerPage } from './followers';
export { limits } from './limits';
export type { MediaFile, MediaType } from './media';
export type { MenuButton, MenuEntry, MenuKeyAction, MenusInForce, PersonalMenu } from './menu';
export { normaliseMessage } from './normalise';
export { cutToBytes, writePassiveReply } from './passive-reply';
export type { QrCode } from './qr-code';
export type { PlatformTag } from './tags';
export {
  checkTemplateField,
  plainFieldValue,
  fieldKindOf,
  fieldRules,
  readTemplateFields,
  type FieldKind,
  type FieldProblem,
  type TemplateField,
} from './template-fields';
export type { TemplateMessage, WeChatTemplate } from './template-message';
