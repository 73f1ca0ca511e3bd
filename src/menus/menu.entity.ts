import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  TextColumn,
} from '../kernel/database';
import type { DraftEntry } from './menu.schema';

/** One menu of an account: the default one, or one for followers with a tag of ours. */
@Entity('menu')
@Index('uq_menu', ['accountId', 'tagKey'], { unique: true })
export class Menu {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  /** A tag's id; empty for the default menu. */
  @IdTextColumn() tagKey!: string;
  @JsonColumn() draft!: DraftEntry[];
  /** Counts the saves, so that two who edit at once are told. */
  @CountColumn() revision!: number;
  /** What followers should see; null: no such menu. */
  @IdTextColumn(26, { nullable: true }) wantedVersionId!: string | null;
  /** What WeChat took last. */
  @IdTextColumn(26, { nullable: true }) liveVersionId!: string | null;
  /** WeChat's own tag that stands for ours. */
  @CountColumn({ nullable: true }) platformTagId!: number | null;
  @TextColumn(64, { nullable: true }) trouble!: string | null;
  @InstantColumn({ nullable: true }) removedAt!: number | null;
  @InstantColumn({ nullable: true }) publishedAt!: number | null;
  /** System time of the last word of WeChat, so that a repeated settling changes the row. */
  @InstantColumn({ nullable: true }) settledAt!: number | null;
  @InstantColumn() createdAt!: number;
  @InstantColumn() changedAt!: number;
  @TextColumn(128) changedBy!: string;
}

/** What was published once. */
@Entity('menu_version')
@Index('uq_menu_version', ['menuId', 'number'], { unique: true })
export class MenuVersion {
  @IdColumn() id!: string;
  @IdTextColumn() menuId!: string;
  @CountColumn() number!: number;
  @JsonColumn() entries!: DraftEntry[];
  @TextColumn(16) note!: 'published' | 'taken-over';
  @InstantColumn() at!: number;
  @TextColumn(128) byName!: string;
}

/** Followers whom WeChat knows to carry the tag of a personal menu. */
@Entity('menu_follower')
export class MenuFollower {
  @IdColumn() menuId!: string;
  @IdColumn() identityId!: string;
}
