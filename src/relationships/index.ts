export { Episode, Identity, IdentityJoin, Person, TimelineEntry } from './identity.entity';
export { FieldDefinition, IdentityField, IdentityTag, Scene, Tag } from './labels.entity';
export {
  joinChanges,
  type Changes,
  type NewEpisode,
  type NewTimelineEntry,
} from './changes';
export { commitChanges, lockStates, tagIdsOf, type IdentityChanges } from './commit-changes';
export { namelessMark, newFollower, type FollowerState } from './follower-state';
export { trackRelationship, windowsOf } from './track-relationship';
