export { Episode, Identity, IdentityJoin, Person, TimelineEntry } from './identity.entity';
export {
  FieldDefinition,
  IdentityField,
  IdentityTag,
  Scene,
  Tag,
  type FieldType,
} from './labels.entity';
export { joinChanges, type Changes, type NewEpisode, type NewTimelineEntry } from './changes';
export { commitChanges, lockStates, tagIdsOf, type IdentityChanges } from './commit-changes';
export {
  namelessMark,
  newFollower,
  personName,
  type FollowerState,
  type KnownFollower,
} from './follower-state';
export { setFields } from './fields';
export {
  ContactProfile,
  contactJob,
  friendNews,
  keepLink,
  keepWelcomes,
  LinkEpisode,
  registerContactFetch,
  registerContactSync,
  startContactSync,
  registerWelcome,
  Welcome,
  welcomeJob,
  welcomeOperations,
  WelcomeText,
  StaffLink,
  StaffMemberRow,
} from './friends';
export { labelOperations } from './labels.operations';
export { peopleOperations, type PeopleParts } from './people.operations';
export { presentPeople } from './people.queries';
export { joinByUnionid } from './join-people';
export { lookUpUnionids, registerUnionidLookup } from './learn-unionids';
export { PersonView } from './person.schema';
export { addScene, sceneOperations, type NewScene } from './scenes.operations';
export { followerSyncOperation, registerFollowerSync, startFollowerSync } from './sync-followers';
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
