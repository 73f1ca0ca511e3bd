import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  TextColumn,
} from '../../kernel/database';

const maybe = { nullable: true };

/**
 * A tag as a corp or an Official Account keeps it; the latter has no groups. `tagId` is ours of the same name; none where two groups have the
 * name.
 */
@Entity('corp_tag')
@Index('uq_corp_tag', ['accountId', 'corpTagId'], { unique: true })
@Index('ix_corp_tag_tag', ['tagId', 'accountId'])
export class CorpTagRow {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) corpTagId!: string;
  @IdTextColumn(64) groupId!: string;
  @TextColumn(64) groupName!: string;
  @TextColumn(64) name!: string;
  @CountColumn() sortRank!: number;
  @IdTextColumn(26, maybe) tagId!: string | null;
  @FlagColumn() isGone!: boolean;
}

/**
 * Which tags a rep has on a contact, as WeCom last told it: what differs from it is news. Tags of a follower
 * are the account's own (`userId` is empty) and go with the follow that `followedAt` names, by WeChat's clock.
 */
@Entity('link_corp_tag')
@Index('ix_link_corp_tag_tag', ['corpTag', 'identityId'])
export class LinkCorpTag {
  @IdColumn() identityId!: string;
  @IdColumn(64) userId!: string;
  @IdColumn() corpTag!: string;
  @InstantColumn(maybe) followedAt!: number | null;
}

/** A contact or follower whose tags were changed here and not yet there. `refused`: the platform said no, and why. */
@Entity('corp_tag_push')
@Index('ix_corp_tag_push', ['accountId', 'state', 'at'])
export class CorpTagPush {
  @IdColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @InstantColumn() at!: number;
  @TextColumn(16) state!: 'waiting' | 'refused';
  @TextColumn(64, maybe) reason!: string | null;
}
