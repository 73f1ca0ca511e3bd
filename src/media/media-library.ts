import type { AccountBook } from '../accounts';
import type { Article } from '../channels/inbound-event';
import { limits } from '../channels/official-account';
import type { Kit } from '../kernel/kit';
import { enqueueUploads, type Pair } from './enqueue-uploads';
import { readBytes } from './file-pieces';
import type { ArticleCard, MediaKind } from './media-item.entity';
import type { MediaUse } from './media.schema';
import { itemIdOf } from './media-reference';
import { endingOf } from './recognise-file';

type LibraryKit = Pick<Kit, 'db' | 'clock' | 'newId' | 'versions' | 'work' | 'log' | 'settings'>;

export type ShelvedItem = {
  readonly id: string;
  readonly scope: string;
  readonly kind: MediaKind;
  readonly name: string;
  readonly sha256: string;
  readonly mime: string | null;
  readonly card: ArticleCard | null;
};
type ShelvedCopy = { mediaId: string | null; expiresAt: number | null; trouble: string | null };

/** How an answer's references become what WeChat understands, for one account and now. */
export type Shelf = {
  /** A live media id; an id of WeChat's own comes back as it is. Undefined: WeChat has none at the moment. */
  mediaId(reference: string): string | undefined;
  /** A web address; other texts come back as they are. */
  pictureUrl(reference: string): string | undefined;
  card(reference: string): Article | undefined;
};

/** A copy is renewed while it still has this long to live. */
export const renewBeforeMs = 12 * 3_600_000;

/** The library in memory: answers are made from it without a statement. */
export class MediaLibrary {
  private items = new Map<string, ShelvedItem>();
  private copies = new Map<string, ShelvedCopy>();
  private used: readonly Pair[] = [];
  private asking: Promise<void> = Promise.resolve();

  constructor(
    private readonly kit: LibraryKit,
    private readonly book: AccountBook,
  ) {}

  static async open(kit: LibraryKit, book: AccountBook): Promise<MediaLibrary> {
    const library = new MediaLibrary(kit, book);
    await kit.versions.on('media', () => library.load());
    return library;
  }

  item(id: string): ShelvedItem | undefined {
    return this.items.get(id);
  }

  /** A file with its bytes. */
  async fileOf(id: string): Promise<(ShelvedItem & { content: Buffer }) | undefined> {
    const item = this.items.get(id);
    return item?.mime ? { ...item, content: await readBytes(this.kit.db.read, id) } : undefined;
  }

  copy(itemId: string, accountId: string): ShelvedCopy | undefined {
    return this.copies.get(`${itemId} ${accountId}`);
  }

  shelf(accountId: string): Shelf {
    return {
      mediaId: (reference) => {
        const id = itemIdOf(reference);
        if (id === undefined) return reference;
        if (!this.isFor(accountId, id)) return undefined;
        const copy = this.copy(id, accountId);
        return copy?.mediaId && this.isLive(copy, 0) ? copy.mediaId : undefined;
      },
      pictureUrl: (reference) => {
        const id = itemIdOf(reference);
        if (id === undefined) return reference;
        return this.isFor(accountId, id) ? this.urlOf(id) : undefined;
      },
      card: (reference) => {
        const id = itemIdOf(reference) ?? '';
        const card = this.isFor(accountId, id) ? this.items.get(id)?.card : undefined;
        if (!card) return undefined;
        const { title, description, url, pictureId } = card;
        const pictureUrl =
          pictureId !== null && this.isFor(accountId, pictureId)
            ? this.urlOf(pictureId)
            : undefined;
        return {
          ...{ title, url },
          ...(description === null ? {} : { description }),
          ...(pictureUrl === undefined ? {} : { pictureUrl }),
        };
      },
    };
  }

  /** Where WeChat fetches a picture of an article card; whoever knows the content knows the address. */
  urlOf(itemId: string): string | undefined {
    const item = this.items.get(itemId);
    if (item?.kind !== 'image' || item.mime === null) return undefined;
    const name = `${item.sha256}.${endingOf(item.mime)}`;
    return `${this.kit.settings.publicUrl}/api/v1/media/pictures/${name}`;
  }

  /** Article cards that show this picture. */
  cardsWith(pictureId: string): MediaUse[] {
    return [...this.items.values()]
      .filter(({ card }) => card?.pictureId === pictureId)
      .map(({ id, name, scope }) => ({
        ...{ kind: 'article', id, name, accountId: scope === 'all' ? null : scope },
      }));
  }

  /**
   * Which files answers are made with now. What WeChat does not hold is uploaded by work rows, in any process;
   * one that WeChat refused waits for the hourly look.
   */
  want(wanted: readonly { accountId: string | null; itemId: string }[]): void {
    const all = this.book
      .all()
      .filter(({ kind, enabled }) => kind === 'official-account' && enabled);
    this.used = wanted.flatMap(({ accountId, itemId }) =>
      accountId === null
        ? all.map(({ id }) => ({ itemId, accountId: id }))
        : [{ itemId, accountId }],
    );
    const missing = this.used.filter(({ itemId, accountId }) => {
      const copy = this.copy(itemId, accountId);
      return this.isForWeChat(itemId) && !copy?.trouble && !this.isLive(copy, 0);
    });
    if (missing.length === 0) return;
    this.asking = this.asking
      .then(() => this.kit.db.transact((tx) => enqueueUploads(this.kit, tx, missing)))
      .then(() => this.kit.work.ring())
      .catch((error: unknown) => this.kit.log.warn('media.want', { error }));
  }

  /** In use, and too old to be relied on. */
  due(): Pair[] {
    return this.used.filter(
      ({ itemId, accountId }) =>
        this.isForWeChat(itemId) && !this.isLive(this.copy(itemId, accountId), renewBeforeMs),
    );
  }

  async close(): Promise<void> {
    await this.asking;
  }

  /** What belongs to one account is nothing to the others, whatever an answer names. */
  private isFor(accountId: string, itemId: string): boolean {
    const scope = this.items.get(itemId)?.scope;
    return scope === 'all' || scope === accountId;
  }

  /** Something an Official Account can hold. */
  private isForWeChat(itemId: string): boolean {
    const kind = this.items.get(itemId)?.kind;
    return kind !== undefined && kind !== 'article' && kind !== 'file';
  }

  private isLive(copy: ShelvedCopy | undefined, marginMs: number): boolean {
    if (!copy?.mediaId || copy.expiresAt === null) return false;
    return copy.expiresAt - marginMs > this.kit.clock.business();
  }

  private async load(): Promise<void> {
    const items = await this.kit.db.read.all<Omit<ShelvedItem, 'card'> & { card: string | null }>(
      `SELECT id, scope, kind, name, sha256, mime, card FROM media_item WHERE state = 'ready'`,
    );
    const copies = await this.kit.db.read.all<ShelvedCopy & Pair>(
      `SELECT itemId, accountId, mediaId, expiresAt, trouble FROM media_copy`,
    );
    this.items = new Map(
      items.map((item) => [
        item.id,
        { ...item, card: item.card === null ? null : (JSON.parse(item.card) as ArticleCard) },
      ]),
    );
    this.copies = new Map(copies.map((copy) => [`${copy.itemId} ${copy.accountId}`, copy]));
  }
}

/** When a copy uploaded now is gone. */
export const expiryOf = (uploadedAt: number): number => uploadedAt + limits.media.livesMs;
