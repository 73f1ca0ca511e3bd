import { Account } from './accounts';
import { Campaign, CampaignRun } from './campaigns';
import { ApiToken, Operator, OperatorSession } from './console';
import { CrashSuspectRow, InboundEventRow } from './intake';
import { kernelEntities } from './kernel/entities';
import {
  KillSwitch,
  LedgerEntry,
  MerchantCounter,
  Payout,
  PayoutCall,
  Promotion,
  PromotionRecipient,
  PromotionRun,
  SpendDay,
} from './red-packets';
import {
  ContactProfile,
  Episode,
  FieldDefinition,
  Identity,
  IdentityField,
  IdentityJoin,
  IdentityTag,
  LinkEpisode,
  Person,
  Scene,
  StaffLink,
  StaffMemberRow,
  Tag,
  TimelineEntry,
} from './relationships';
import { FaqEntry, FaqMiss, FaqPhrasing, ReplyDefault, ReplyHit, ReplyRule } from './replies';
import { Segment } from './segments';
import { Delivery, SendEvent, SendingHold, SendReceipt, SendRun } from './sending';

/** Every table the mapper knows. */
export const entities = [
  ...kernelEntities,
  Account,
  ApiToken,
  Campaign,
  CampaignRun,
  Delivery,
  Operator,
  OperatorSession,
  Episode,
  FaqEntry,
  FaqMiss,
  FaqPhrasing,
  FieldDefinition,
  Identity,
  IdentityField,
  IdentityJoin,
  IdentityTag,
  InboundEventRow,
  CrashSuspectRow,
  Person,
  ReplyDefault,
  ReplyHit,
  ReplyRule,
  Scene,
  Segment,
  SendEvent,
  SendingHold,
  SendReceipt,
  SendRun,
  Tag,
  TimelineEntry,
  KillSwitch,
  LedgerEntry,
  MerchantCounter,
  Payout,
  PayoutCall,
  Promotion,
  PromotionRecipient,
  PromotionRun,
  SpendDay,
  ContactProfile,
  LinkEpisode,
  StaffLink,
  StaffMemberRow,
];
