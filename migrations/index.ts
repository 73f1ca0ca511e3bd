import { Kernel1700000000001 } from './1700000000001-kernel';
import { Accounts1700000000002 } from './1700000000002-accounts';
import { Relationships1700000000003 } from './1700000000003-relationships';
import { Intake1700000000004 } from './1700000000004-intake';
import { Replies1700000000005 } from './1700000000005-replies';
import { Segments1700000000006 } from './1700000000006-segments';
import { Campaigns1700000000007 } from './1700000000007-campaigns';
import { RedPackets1700000000008 } from './1700000000008-red-packets';
import { Console1700000000009 } from './1700000000009-console';
import { CrashSuspects1700000000010 } from './1700000000010-crash-suspects';
import { Friends1700000000011 } from './1700000000011-friends';
import { Welcomes1700000000012 } from './1700000000012-welcomes';
import { LeanerTimeline1700000000013 } from './1700000000013-leaner-timeline';
import { Sync1700000000014 } from './1700000000014-sync';
import { CorpTagsAndHandovers1700000000015 } from './1700000000015-corp-tags-and-handovers';
import { ContactWays1700000000016 } from './1700000000016-contact-ways';
import { FriendNotices1700000000017 } from './1700000000017-friend-notices';
import { Sales1700000000018 } from './1700000000018-sales';
import { SidebarSessions1700000000019 } from './1700000000019-sidebar-sessions';
import { RuleConditions1700000000020 } from './1700000000020-rule-conditions';
import { RuleVersions1700000000021 } from './1700000000021-rule-versions';
import { FaqLearning1700000000022 } from './1700000000022-faq-learning';
import { Conversations1700000000023 } from './1700000000023-conversations';
import { MenusAndMedia1700000000024 } from './1700000000024-menus-and-media';
import { ModelCalls1700000000025 } from './1700000000025-model-calls';
import { TemplateOrigins1700000000026 } from './1700000000026-template-origins';
import { RepOutreach1700000000027 } from './1700000000027-rep-outreach';
import { WeComKf1700000000028 } from './1700000000028-wecom-kf';
import { KeywordPackets1700000000029 } from './1700000000029-keyword-packets';
import { Marks1700000000030 } from './1700000000030-marks';
import { RoomsAndGreetings1700000000032 } from './1700000000032-rooms-and-greetings';
import { RoomDays1700000000033 } from './1700000000033-room-days';
import { OnePerson1700000000034 } from './1700000000034-one-person';
import { FanTagsAndRoomHandovers1700000000035 } from './1700000000035-fan-tags-and-room-handovers';
import { AnswerVersions1700000000036 } from './1700000000036-answer-versions';
import { Moments1700000000038 } from './1700000000038-moments';
import { NativeMaterials1700000000039 } from './1700000000039-native-materials';
import { LeanEvents1700000000040 } from './1700000000040-lean-events';
import { AcquisitionLinks1700000000041 } from './1700000000041-acquisition-links';
import { Forgetting1700000000042 } from './1700000000042-forgetting';
import { RunsOfADay1700000000043 } from './1700000000043-runs-of-a-day';
import { PromotionEnds1700000000045 } from './1700000000045-promotion-ends';
import { WhomACodeBrought1700000000047 } from './1700000000047-whom-a-code-brought';
import { ErasedIds1700000000048 } from './1700000000048-erased-ids';

/** In order; a released migration is never edited. */
export const migrations = [
  Kernel1700000000001,
  Accounts1700000000002,
  Relationships1700000000003,
  Intake1700000000004,
  Replies1700000000005,
  Segments1700000000006,
  Campaigns1700000000007,
  RedPackets1700000000008,
  Console1700000000009,
  CrashSuspects1700000000010,
  Friends1700000000011,
  Welcomes1700000000012,
  LeanerTimeline1700000000013,
  Sync1700000000014,
  CorpTagsAndHandovers1700000000015,
  ContactWays1700000000016,
  FriendNotices1700000000017,
  Sales1700000000018,
  SidebarSessions1700000000019,
  RuleConditions1700000000020,
  RuleVersions1700000000021,
  FaqLearning1700000000022,
  Conversations1700000000023,
  MenusAndMedia1700000000024,
  ModelCalls1700000000025,
  TemplateOrigins1700000000026,
  RepOutreach1700000000027,
  WeComKf1700000000028,
  KeywordPackets1700000000029,
  Marks1700000000030,
  RoomsAndGreetings1700000000032,
  RoomDays1700000000033,
  OnePerson1700000000034,
  FanTagsAndRoomHandovers1700000000035,
  AnswerVersions1700000000036,
  Moments1700000000038,
  NativeMaterials1700000000039,
  LeanEvents1700000000040,
  AcquisitionLinks1700000000041,
  Forgetting1700000000042,
  RunsOfADay1700000000043,
  PromotionEnds1700000000045,
  WhomACodeBrought1700000000047,
  ErasedIds1700000000048,
];
