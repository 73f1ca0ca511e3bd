export {
  isCorpId,
  keyOfAgent,
  weComHost,
  type CallingAgent,
  type NamedAgent,
  type WeComAgent,
} from './account';
export type { WeComTokenKeeper, WeComTokenParts } from './access-token';
export type { AcquiredCustomer, AcquisitionLink } from './acquisition-links';
export { addWayName, addWays } from './add-ways';
export type { CardButton, StaffMessage, Told } from './app-messages';
export type { Attachment, RepMessage } from './attachments';
export { weComCallbackRoutes, type WeComCallbackParts } from './callback.routes';
export { openWeCom, type WeComClient } from './client';
export type { ContactWay, NewContactWay, NewRoomCode, RoomCode } from './contact-ways';
export type { ContactDetail, ExternalContact, StaffLink } from './contacts';
export type { CorpTag, CorpTagGroup } from './corp-tags';
export type { Department, StaffMember } from './directory';
export { weComErrorTable, type WeComErrorClass, type WeComErrorRow } from './error-table';
export { triesAfterChange, WeChatError, WeChatUnclear, weComOutcomeOf } from './errors';
export { signPage, type JsSignature, type TicketKind } from './js-tickets';
export type { KfAccount, KfPull, KfReply, KfState, KfVisitor } from './kf';
export type { KfMessage } from './kf-message';
export { limits as weComLimits } from './limits';
export type { ListedMass, MassOrder, MassOutcome, MassResult, MassTask } from './mass-messages';
export type { ListedMoment, MomentJob, MomentMedia, MomentReactions, NewMoment } from './moments';
export { normaliseEvent } from './normalise';
export type { Page } from './page';
export type { Room, RoomMember, RoomState, RoomStatistics } from './rooms';
export { authorizeUrl, signInUrl, type SignedIn } from './sign-in';
export type {
  TransferAnswer,
  TransferOrder,
  TransferResult,
  TransferState,
  TransferWay,
  Unassigned,
} from './transfers';
