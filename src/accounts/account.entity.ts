import { Entity, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

export type AccountKind = 'official-account' | 'merchant' | 'wecom';
export type World = 'sandbox' | 'real';

/** One of ours on a platform: every row that belongs to an account says so. */
@Entity('account')
@Index('uq_account_platform', ['kind', 'platformId'], { unique: true })
export class Account {
  @IdColumn() id!: string;
  @TextColumn(24) kind!: AccountKind;
  /** appId, mchId or corpId. */
  @IdTextColumn(64) platformId!: string;
  /** `gh_…` of an Official Account: who a callback is addressed to. */
  @IdTextColumn(64, { nullable: true }) originalId!: string | null;
  @TextColumn(64) name!: string;
  @TextColumn(16) world!: World;
  @TextColumn(16) mode!: 'secure' | 'compatible' | 'plain';
  /** Open facts of the kind: serial numbers, bound app ids, API base of the sandbox's Pay. */
  @JsonColumn() details!: Record<string, string>;
  /** Sealed JSON of the kind's secrets. */
  @LongTextColumn() secrets!: string;
  @FlagColumn() enabled!: boolean;
  @InstantColumn({ nullable: true }) lastCallbackAt!: number | null;
  @InstantColumn() createdAt!: number;
}
