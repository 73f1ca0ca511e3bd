import { Entity, Index } from 'typeorm';
import type { Role } from '../kernel/access';
import {
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  TextColumn,
} from '../kernel/database';

/** Who signs in to the console. */
@Entity('operator')
@Index('uq_operator_email', ['email'], { unique: true })
export class Operator {
  @IdColumn() id!: string;
  /** Lower case. */
  @TextColumn(128) email!: string;
  @TextColumn(64) name!: string;
  @TextColumn(16) role!: Role;
  @TextColumn(255) passwordHash!: string;
  /** Accounts they may see; null is all. */
  @JsonColumn({ nullable: true }) accountIds!: string[] | null;
  @FlagColumn() active!: boolean;
  @FlagColumn() isDemo!: boolean;
  @InstantColumn() createdAt!: number;
}

@Entity('operator_session')
@Index('ix_operator_session', ['operatorId'])
export class OperatorSession {
  /** SHA-256 of the cookie: whoever reads this table cannot sign in with it. */
  @IdColumn(64) tokenHash!: string;
  @IdTextColumn() operatorId!: string;
  @IdTextColumn(64) csrfToken!: string;
  @InstantColumn() createdAt!: number;
  @InstantColumn() lastSeenAt!: number;
}

@Entity('api_token')
@Index('uq_api_token_hash', ['tokenHash'], { unique: true })
export class ApiToken {
  @IdColumn() id!: string;
  @TextColumn(64) name!: string;
  @IdTextColumn(64) tokenHash!: string;
  @JsonColumn() permissions!: string[];
  @JsonColumn({ nullable: true }) accountIds!: string[] | null;
  @TextColumn(64) createdBy!: string;
  @InstantColumn() createdAt!: number;
  @InstantColumn({ nullable: true }) revokedAt!: number | null;
}
