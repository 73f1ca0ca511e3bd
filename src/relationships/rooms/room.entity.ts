import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../../kernel/database';

const maybe = { nullable: true };

/** WeCom's states of a room, and ours for one that was dismissed. */
export type RoomStanding = 'normal' | 'owner-left' | 'in-transfer' | 'transferred' | 'dismissed';

/** A customers' room of a corp. */
@Entity('room')
@Index('uq_room', ['accountId', 'roomId'], { unique: true })
@Index('ix_room_created', ['createdAt', 'id'])
export class RoomRow {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) roomId!: string;
  @TextColumn(64) name!: string;
  @IdTextColumn(64, maybe) ownerId!: string | null;
  @LongTextColumn(maybe) notice!: string | null;
  @TextColumn(16) state!: RoomStanding;
  /** WeCom's mark of the member list: equal means that nobody came or went. */
  @IdTextColumn(64, maybe) version!: string | null;
  @CountColumn() members!: number;
  /** Members from outside. */
  @CountColumn() customers!: number;
  /** 0 until the room was read. */
  @InstantColumn() createdAt!: number;
  @InstantColumn(maybe) dismissedAt!: number | null;
  @InstantColumn() listedAt!: number;
  @InstantColumn() readAt!: number;
}

export type JoinedHow = 'invited' | 'invite-link' | 'qr-code' | 'unknown';
export type LeftHow = 'themselves' | 'removal' | 'dismissal' | 'unknown';

/** Who is, or was, in a room: staff and people from outside alike, customers of ours or not. */
@Entity('room_member')
@Index('ix_room_member_page', ['room', 'isIn', 'joinedAt', 'memberId'])
@Index('ix_room_member_source', ['source', 'joinedAt'])
export class RoomMemberRow {
  /** The room's row. */
  @IdColumn() room!: string;
  @IdColumn(64) memberId!: string;
  @TextColumn(16) kind!: 'staff' | 'external';
  @TextColumn(64) name!: string;
  @TextColumn(16) joinedBy!: JoinedHow;
  @IdTextColumn(64, maybe) invitedBy!: string | null;
  @TextColumn(64, maybe) source!: string | null;
  @InstantColumn() joinedAt!: number;
  @FlagColumn() isIn!: boolean;
  @InstantColumn(maybe) leftAt!: number | null;
  @TextColumn(16, maybe) leftBy!: LeftHow | null;
}

/** Joined and left: append-only. `isTold`: it stands on the timeline of the contact it is about. */
@Entity('room_episode')
@Index('uq_room_episode', ['room', 'memberId', 'at', 'kind'], { unique: true })
@Index('ix_room_episode_at', ['room', 'kind', 'at'])
@Index('ix_room_episode_member', ['accountId', 'memberId', 'isTold'])
export class RoomEpisode {
  @IdColumn() id!: string;
  @IdTextColumn() room!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) memberId!: string;
  @TextColumn(16) kind!: 'joined' | 'left';
  @TextColumn(16) how!: JoinedHow | LeftHow;
  @InstantColumn() at!: number;
  @FlagColumn() isTold!: boolean;
}

/** What was said in one owner's rooms on one day of China, as WeCom counted it. */
@Entity('room_day')
export class RoomDay {
  @IdColumn() accountId!: string;
  @IdColumn(10) day!: string;
  @IdColumn(64) ownerId!: string;
  @CountColumn() rooms!: number;
  @CountColumn() members!: number;
  @CountColumn() newMembers!: number;
  /** Rooms in which, and members by whom, something was said. */
  @CountColumn() talkingRooms!: number;
  @CountColumn() talkingMembers!: number;
  @CountColumn() messages!: number;
}
