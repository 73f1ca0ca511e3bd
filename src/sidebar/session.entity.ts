import { Entity, Index } from 'typeorm';
import { IdColumn, IdTextColumn, InstantColumn } from '../kernel/database';

/** A rep in the sidebar: bound to the corp, the app and the member that WeCom named. */
@Entity('sidebar_session')
@Index('ix_sidebar_session_rep', ['accountId', 'userId'])
export class SidebarSession {
  /** SHA-256 of the cookie, in hex. */
  @IdColumn(64) tokenHash!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(16) agentId!: string;
  @IdTextColumn(64) userId!: string;
  @IdTextColumn(43) csrfToken!: string;
  @InstantColumn() createdAt!: number;
  @InstantColumn() lastSeenAt!: number;
}
