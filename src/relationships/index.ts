export { Episode, Identity, IdentityJoin, Person, TimelineEntry } from './identity.entity';
export { FieldDefinition, IdentityField, IdentityTag, Scene, Tag } from './labels.entity';
