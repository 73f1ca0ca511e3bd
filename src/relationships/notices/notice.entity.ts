import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  TextColumn,
} from '../../kernel/database';

/**
 * `back-elsewhere`: a former friend of one rep became one of another; `gone`: found missing by the nightly
 * check; `handed-over`: to this rep by another one.
 */
export type NoticeKind =
  'lost' | 'returned' | 'back-elsewhere' | 'mass-deletion' | 'gone' | 'handed-over';
/** `nobody`: no one is set up to be told; `refused`: WeCom reached none of them. */
export type NoticeState = 'due' | 'told' | 'nobody' | 'refused';

/** That the corp was told of a loss, a return, or of a rep who deletes many: once each. */
@Entity('friend_notice')
@Index('uq_friend_notice', ['accountId', 'noticeKey'], { unique: true })
@Index('ix_friend_notice_rep', ['accountId', 'kind', 'userId', 'at'])
export class FriendNotice {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(128) noticeKey!: string;
  @TextColumn(16) kind!: NoticeKind;
  /** The rep it is about. */
  @IdTextColumn(64) userId!: string;
  @IdTextColumn(26, { nullable: true }) identityId!: string | null;
  @InstantColumn() at!: number;
  @JsonColumn() told!: string[];
  @TextColumn(16) state!: NoticeState;
  @InstantColumn() changedAt!: number;
}

@Entity('notice_setting')
export class NoticeSetting {
  @IdColumn() accountId!: string;
  @FlagColumn() tellsRep!: boolean;
  @FlagColumn() tellsManager!: boolean;
  /** Who is told where the directory names nobody above a rep. */
  @JsonColumn() managers!: string[];
  @CountColumn() deletionsAnHour!: number;
  @InstantColumn() changedAt!: number;
}
