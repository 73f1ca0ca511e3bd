import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  LongTextColumn,
  TextColumn,
} from '../../kernel/database';
import type { AttachmentSpec } from '../../attachments';
import type { WayKind, WayPlan } from './way-plan';

const maybe = { nullable: true };

/** A code or a link that adds one of our reps. What is printed or published stays; who is behind it changes. */
@Entity('contact_way')
@Index('uq_contact_way', ['accountId', 'state'], { unique: true })
export class ContactWayRow {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(8, { default: 'code' }) kind!: WayKind;
  @TextColumn(64) name!: string;
  /** What comes back with every adding: at most 30 characters, never used again. */
  @IdTextColumn(30) state!: string;
  @FlagColumn() isSingle!: boolean;
  @JsonColumn() plan!: WayPlan;
  /** New friends a day by this code, for each rep. */
  @CountColumn(maybe) capPerDay!: number | null;
  @FlagColumn() skipsVerification!: boolean;
  @JsonColumn() tags!: string[];
  @TextColumn(20, maybe) remark!: string | null;
  @LongTextColumn(maybe) welcome!: string | null;
  @JsonColumn(maybe) attachments!: AttachmentSpec[] | null;
  /** The platform's name for it; none until the platform has made it. */
  @IdTextColumn(64, maybe) configId!: string | null;
  @TextColumn(255, maybe) qrUrl!: string | null;
  /** Of a link: where it leads, with our state as its channel. */
  @TextColumn(255, maybe) linkUrl!: string | null;
  /** Who stands behind it on the platform now. */
  @JsonColumn() behind!: string[];
  /** Why the platform did not take the latest change. */
  @TextColumn(64, maybe) trouble!: string | null;
  @InstantColumn(maybe) removedAt!: number | null;
  @InstantColumn() createdAt!: number;
  @InstantColumn() changedAt!: number;
}
