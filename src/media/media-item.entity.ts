import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

export const MEDIA_KINDS = ['image', 'voice', 'video', 'thumb', 'file', 'article'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];
/** What has bytes; an article card has none. */
export type FileKind = Exclude<MediaKind, 'article'>;
/** What an Official Account sends; documents go out by WeCom only. */
export type WeChatKind = Exclude<FileKind, 'file'>;

export type ArticleCard = {
  readonly title: string;
  readonly description: string | null;
  readonly url: string;
  /** A picture of the library. */
  readonly pictureId: string | null;
};

/** One piece of the library: a file by its content, or an article card. */
@Entity('media_item')
@Index('uq_media_item', ['scope', 'kind', 'sha256'], { unique: true })
@Index('ix_media_item_sha256', ['sha256'])
export class MediaItem {
  @IdColumn() id!: string;
  /** An account's id, or `all`. */
  @IdTextColumn() scope!: string;
  @TextColumn(16) kind!: MediaKind;
  @TextColumn(120) name!: string;
  /** Of the bytes as they are kept; of a card its own id. */
  @IdTextColumn(64) sha256!: string;
  @TextColumn(32, { nullable: true }) mime!: string | null;
  @CountColumn() byteCount!: number;
  @CountColumn({ nullable: true }) width!: number | null;
  @CountColumn({ nullable: true }) height!: number | null;
  @CountColumn({ nullable: true }) seconds!: number | null;
  @JsonColumn({ nullable: true }) card!: ArticleCard | null;
  /** `arriving` until every piece is there. */
  @TextColumn(16) state!: 'arriving' | 'ready';
  @InstantColumn() createdAt!: number;
  @TextColumn(128) createdBy!: string;
}

/** The bytes of a file, base64, in pieces that fit a column. */
@Entity('media_piece')
export class MediaPiece {
  @IdColumn() itemId!: string;
  @IdColumn(4) place!: string;
  @LongTextColumn() data!: string;
}

/** What WeChat holds of a file for one account: temporary material, good for three days. */
@Entity('media_copy')
export class MediaCopy {
  @IdColumn() itemId!: string;
  @IdColumn() accountId!: string;
  @IdTextColumn(128, { nullable: true }) mediaId!: string | null;
  /** Business time. */
  @InstantColumn({ nullable: true }) uploadedAt!: number | null;
  @InstantColumn({ nullable: true }) expiresAt!: number | null;
  /** Why the last upload did not work. */
  @TextColumn(64, { nullable: true }) trouble!: string | null;
}
