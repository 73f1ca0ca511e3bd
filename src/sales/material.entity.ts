import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

export const materialKinds = [
  'article',
  'link',
  'file',
  'poster',
  'video',
  'mini-program',
] as const;
export type MaterialKind = (typeof materialKinds)[number];

const maybe = { nullable: true };

/** Something to show a customer. An archived one cannot be sent any more, but what was sent still opens. */
@Entity('sales_material')
@Index('ix_sales_material', ['accountId', 'archivedAt', 'updatedAt'])
export class SalesMaterial {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(16) kind!: MaterialKind;
  @TextColumn(64) title!: string;
  @TextColumn(200) description!: string;
  @TextColumn(500, maybe) coverUrl!: string | null;
  /** A piece of the library: the poster, video or file itself, or the picture of a card. */
  @TextColumn(64, maybe) media!: string | null;
  /** Where a link, or a file or poster that is not in the library, stands. */
  @TextColumn(1000, maybe) url!: string | null;
  /** An article's text: paragraphs, headings after `# `, pictures by their address on a line of their own. */
  @LongTextColumn(maybe) body!: string | null;
  @TextColumn(32, maybe) miniAppId!: string | null;
  @TextColumn(255, maybe) miniPage!: string | null;
  @InstantColumn(maybe) archivedAt!: number | null;
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
}
