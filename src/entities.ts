import { Account } from './accounts';
import { InboundEventRow } from './intake';
import { kernelEntities } from './kernel/entities';
import {
  Episode,
  FieldDefinition,
  Identity,
  IdentityField,
  IdentityJoin,
  IdentityTag,
  Person,
  Scene,
  Tag,
  TimelineEntry,
} from './relationships';

/** Every table the mapper knows. */
export const entities = [
  ...kernelEntities,
  Account,
  Episode,
  FieldDefinition,
  Identity,
  IdentityField,
  IdentityJoin,
  IdentityTag,
  InboundEventRow,
  Person,
  Scene,
  Tag,
  TimelineEntry,
];
