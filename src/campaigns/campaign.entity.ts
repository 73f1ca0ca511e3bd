import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';
import type { MissedPolicy } from '../kernel/schedule';

/** `scheduled` is a recurring campaign between two runs. */
export type CampaignStatus =
  'draft' | 'scheduled' | 'running' | 'paused' | 'finished' | 'cancelled';

@Entity('campaign')
@Index('ix_campaign_account', ['accountId', 'id'])
export class Campaign {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(64) name!: string;
  @IdTextColumn() segmentId!: string;
  /** The message's JSON; never changed once the campaign has started. */
  @LongTextColumn() message!: string;
  @TextColumn(64, { nullable: true }) cron!: string | null;
  @TextColumn(64, { nullable: true }) zone!: string | null;
  @TextColumn(8) missed!: MissedPolicy;
  @TextColumn(12) status!: CampaignStatus;
  @TextColumn(48, { nullable: true }) pauseReason!: string | null;
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
  @InstantColumn({ nullable: true }) startedAt!: number | null;
  @InstantColumn({ nullable: true }) finishedAt!: number | null;
}

export type RunCause = 'start' | 'tick' | 'button';

/** One push of a campaign: when it was due and to whom the segment's rule pointed then. Its deliveries carry its id. */
@Entity('campaign_run')
@Index('uq_campaign_run', ['campaignId', 'dueAt'], { unique: true })
export class CampaignRun {
  @IdColumn() id!: string;
  @IdTextColumn() campaignId!: string;
  @IdTextColumn() accountId!: string;
  /** Business time, epoch ms. */
  @InstantColumn() dueAt!: number;
  @TextColumn(12) cause!: RunCause;
  /** The segment's rule as it was. */
  @LongTextColumn() rule!: string;
  /** Why this run sent nothing: `overlap`, `segment-missing`. */
  @TextColumn(32, { nullable: true }) note!: string | null;
  @InstantColumn({ nullable: true }) frozenAt!: number | null;
  @InstantColumn() createdAt!: number;
}

/** The rows themselves, as plain data. */
export type CampaignRow = Pick<Campaign, keyof Campaign>;
export type CampaignRunRow = Pick<CampaignRun, keyof CampaignRun>;
