import { Entity, Index } from 'typeorm';
import { CountColumn, IdColumn, IdTextColumn, InstantColumn, TextColumn } from '../kernel/database';

const maybe = { nullable: true };

export type SendKind = 'script' | 'text' | 'material';

/** What a rep put into a chat: `ready` when its words were handed to the page, `sent` when WeCom said so. */
@Entity('sales_send')
@Index('uq_sales_send_token', ['token'], { unique: true })
@Index('ix_sales_send_identity', ['identityId', 'createdAt'])
@Index('ix_sales_send_rep', ['accountId', 'userId', 'lastOpenedAt'])
@Index('ix_sales_send_source', ['sourceId', 'state'])
export class SalesSend {
  @IdColumn() id!: string;
  /** 32 random bytes in base64url: the address under which the customer opens it. */
  @IdTextColumn(43) token!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) userId!: string;
  @IdTextColumn(16) agentId!: string;
  @IdTextColumn() identityId!: string;
  @TextColumn(16) kind!: SendKind;
  /** The script or the material. */
  @IdTextColumn(26, maybe) sourceId!: string | null;
  @TextColumn(200) title!: string;
  @TextColumn(8) state!: 'ready' | 'sent';
  @InstantColumn() createdAt!: number;
  @InstantColumn(maybe) sentAt!: number | null;
  @CountColumn() openCount!: number;
  @InstantColumn(maybe) firstOpenedAt!: number | null;
  @InstantColumn(maybe) lastOpenedAt!: number | null;
  @CountColumn() readSeconds!: number;
}

/** One visit to what was sent. */
@Entity('material_open')
@Index('uq_material_open', ['sendId', 'visit'], { unique: true })
export class MaterialOpen {
  @IdColumn() id!: string;
  @IdTextColumn() sendId!: string;
  @IdTextColumn(32) visit!: string;
  @InstantColumn() at!: number;
  @CountColumn() readSeconds!: number;
}
