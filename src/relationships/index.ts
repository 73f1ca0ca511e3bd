export { Episode, Identity, IdentityJoin, Person, TimelineEntry } from './identity.entity';
export {
  FieldDefinition,
  IdentityField,
  IdentityTag,
  Mark,
  Scene,
  Tag,
  type FieldType,
} from './labels.entity';
export { corpNews, corpOperations, planNightlyRepair, registerCorp } from './corp';
export { joinChanges, type Changes, type NewEpisode, type NewTimelineEntry } from './changes';
export { commitChanges, lockStates, tagIdsOf, type IdentityChanges } from './commit-changes';
export {
  isErased,
  namelessMark,
  newFollower,
  personName,
  pseudonymOf,
  type FollowerState,
  type KnownFollower,
} from './follower-state';
export { ErasedId } from './erased-id.entity';
export { comesBack, erasedAmong, hideErased, letBack, type ErasedOne } from './erased-ids';
export { setFields } from './fields';
export {
  chooseLanguage,
  chosenLanguage,
  ContactProfile,
  DepartmentRow,
  contactJob,
  friendLines,
  friendMove,
  friendNews,
  assigned,
  giverAt,
  handOverOf,
  type HandOver,
  keepLink,
  languageOf,
  keepWelcomes,
  LinkEpisode,
  registerContactFetch,
  startContactSync,
  registerWelcome,
  Welcome,
  welcomeJob,
  welcomeOperations,
  WelcomeSpecial,
  WelcomeText,
  StaffDepartment,
  StaffLink,
  StaffMemberRow,
  SyncReport,
} from './friends';
export { labelOperations } from './labels.operations';
export { keepMark, longestMark, markKind } from './marks';
export { peopleOperations, type PeopleParts } from './people.operations';
export { presentPeople } from './people.queries';
export { joinByUnionid } from './join-people';
export { lookUpUnionids, registerUnionidLookup } from './learn-unionids';
export { PersonView } from './person.schema';
export { CorpTagPush, CorpTagRow, LinkCorpTag } from './corp-tags';
export { FollowerMatch, IdentityPhone, NotSamePerson } from './one-person';
export { Handover, HandoverItem, HandoverRoom, orderHandover } from './handovers';
export { addRoomCode, RoomCodeForm, RoomCodeRow } from './room-codes';
export {
  addRoomGreeting,
  registerRoomGreetings,
  roomGreetingOperations,
  RoomGreetingRow,
} from './room-greetings';
export { RoomDay, RoomEpisode, RoomMemberRow, RoomRow, startRoomSync } from './rooms';
export { addScene, sceneOperations, type NewScene } from './scenes.operations';
export { followerSyncOperation, registerFollowerSync, startFollowerSync } from './sync-followers';
export { timelineTitle } from './timeline.operations';
export {
  clearEvents,
  eventKindsOf,
  forgetTold,
  type ClearEvents,
  type ToldData,
} from './told-data';
export { trackRelationship, windowsOf } from './track-relationship';
export {
  addWay,
  arrivalJob,
  ContactWayRow,
  enqueueSettling,
  registerWayArrivals,
  registerWaySettling,
  WayForm,
  wayOperations,
} from './ways';
export {
  FriendNotice,
  noticeJob,
  noticeOperations,
  NoticeSetting,
  registerFriendNotices,
} from './notices';
