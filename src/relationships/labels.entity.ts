import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  NumberColumn,
  TextColumn,
} from '../kernel/database';

@Entity('tag')
@Index('uq_tag_name', ['name'], { unique: true })
export class Tag {
  @IdColumn() id!: string;
  @TextColumn(32) name!: string;
  @InstantColumn() createdAt!: number;
}

/** The name of something that rules put down on timelines, such as points or a step of a journey. */
@Entity('mark')
@Index('uq_mark_name', ['name'], { unique: true })
export class Mark {
  @IdColumn() id!: string;
  @TextColumn(26) name!: string;
  @InstantColumn() createdAt!: number;
}

@Entity('identity_tag')
@Index('ix_identity_tag_tag', ['tagId', 'identityId'])
export class IdentityTag {
  @IdColumn() identityId!: string;
  @IdColumn() tagId!: string;
  @TextColumn(64) addedBy!: string;
  @InstantColumn() at!: number;
}

export type FieldType = 'text' | 'number' | 'date' | 'choice';

@Entity('field_definition')
@Index('uq_field_key', ['fieldKey'], { unique: true })
export class FieldDefinition {
  @IdColumn() id!: string;
  @IdTextColumn(32) fieldKey!: string;
  @TextColumn(32) name!: string;
  @TextColumn(16) type!: FieldType;
  @JsonColumn() options!: string[];
  @InstantColumn() createdAt!: number;
}

/** A custom field's value: text and choices in `textValue`, numbers and dates (epoch ms) in `numberValue`. */
@Entity('identity_field')
@Index('ix_identity_field_number', ['fieldKey', 'numberValue'])
@Index('ix_identity_field_text', ['fieldKey', 'textValue'])
export class IdentityField {
  @IdColumn() identityId!: string;
  @IdColumn(32) fieldKey!: string;
  @TextColumn(255, { nullable: true }) textValue!: string | null;
  @NumberColumn({ nullable: true }) numberValue!: number | null;
  @InstantColumn() at!: number;
}

/** A QR code of ours: where someone came from. */
@Entity('scene')
@Index('uq_scene', ['accountId', 'scene'], { unique: true })
export class Scene {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(64) scene!: string;
  @TextColumn(64) name!: string;
  @TextColumn(255, { nullable: true }) ticket!: string | null;
  @TextColumn(255, { nullable: true }) url!: string | null;
  @InstantColumn() createdAt!: number;
}
