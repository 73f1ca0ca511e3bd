import { DateTime } from 'luxon';
import type { AccountBook } from '../accounts';
import type { Actor } from '../kernel/access';
import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { ArticleCard, MediaItem } from './media-item.entity';
import { referenceTo } from './media-reference';
import type { MediaUse, MediaView, UsesOf } from './media.schema';

export type MediaRow = Omit<MediaItem, 'card'> & { card: string | null };
type CopyRow = {
  itemId: string;
  accountId: string;
  mediaId: string | null;
  expiresAt: number | null;
  trouble: string | null;
};

const iso = (at: number): string => DateTime.fromMillis(at).toUTC().toISO() ?? '';
export const seesAccount = (actor: Actor, accountId: string): boolean =>
  actor.accountIds === 'all' || actor.accountIds.includes(accountId);

export const cardOf = (row: MediaRow): ArticleCard | null =>
  row.card === null ? null : (JSON.parse(row.card) as ArticleCard);

/** A page of the library with who uses what and how WeChat's copies are; one query for all of them. */
export async function presentMedia(
  kit: Pick<Kit, 'db' | 'clock'>,
  book: AccountBook,
  actor: Actor,
  rows: readonly MediaRow[],
  usesOf: UsesOf,
): Promise<MediaView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const copies = await kit.db.read.all<CopyRow>(
    `SELECT itemId, accountId, mediaId, expiresAt, trouble FROM media_copy
     WHERE itemId IN (${marksFor(ids)}) ORDER BY accountId`,
    ids,
  );
  const now = kit.clock.business();
  return rows.map((row) => ({
    ...{ id: row.id, reference: referenceTo(row.id), kind: row.kind, name: row.name },
    ...{ mime: row.mime, bytes: row.byteCount, width: row.width, height: row.height },
    ...{ seconds: row.seconds, card: cardOf(row) },
    appId: row.scope === 'all' ? null : (book.find(row.scope)?.platformId ?? null),
    uses: usesOf(row.id).map((use) => shownUse(actor, use)),
    copies: copies
      .filter(({ itemId, accountId }) => itemId === row.id && seesAccount(actor, accountId))
      .map((copy) => ({
        accountId: copy.accountId,
        accountName: book.find(copy.accountId)?.name ?? '',
        state: stateOf(copy, now),
        expiresAt: copy.expiresAt === null ? null : iso(copy.expiresAt),
        trouble: copy.trouble,
      })),
    ...{ createdAt: iso(row.createdAt), createdBy: row.createdBy },
  }));
}

/** What belongs to an account the reader may not see is counted, not named. */
function shownUse(actor: Actor, { kind, id, name, accountId, isNeeded = false }: MediaUse) {
  const isSeen = accountId === null || seesAccount(actor, accountId);
  return { kind, id: isSeen ? id : '', name: isSeen ? name : '', needed: isNeeded };
}

function stateOf(copy: CopyRow, now: number): MediaView['copies'][number]['state'] {
  const isLive = copy.mediaId !== null && (copy.expiresAt ?? 0) > now;
  if (copy.trouble !== null) return 'trouble';
  if (isLive) return 'live';
  return copy.mediaId === null ? 'waiting' : 'expired';
}
