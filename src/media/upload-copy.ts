import type { AccountBook } from '../accounts';
import { WeChatError, type OfficialAccountClient } from '../channels/official-account';
import { insertRows, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueueUploads, uploadKind, type Pair } from './enqueue-uploads';
import { readBytes } from './file-pieces';
import { expiryOf, renewBeforeMs, type MediaLibrary } from './media-library';
import { endingOf } from './recognise-file';
import { forgetHalfUploads } from './take-upload';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'versions' | 'work' | 'schedules' | 'settings'>;

export const renewalKind = 'media-renewal';
const renewalId = 'media-renewal';

/**
 * Gives WeChat the files that answers need: at once when a rule begins to use one, and again half a day before
 * its three days are over. An upload that is repeated after a lost answer leaves a copy that nobody names.
 */
export function registerMedia(
  kit: Part,
  parts: { book: AccountBook; client: OfficialAccountClient; library: MediaLibrary },
): void {
  const { book, client, library } = parts;
  kit.work.on(uploadKind, async ({ payload }) => {
    const pair = payload as Pair;
    await kit.versions.check(true);
    const item = library.item(pair.itemId);
    const account = book.find(pair.accountId);
    if (!item?.mime || item.kind === 'article' || item.kind === 'file') return;
    if (!account?.enabled) return;
    const copy = library.copy(pair.itemId, pair.accountId);
    const freshUntil = copy?.mediaId && copy.expiresAt !== null ? copy.expiresAt : 0;
    if (freshUntil - renewBeforeMs > kit.clock.business()) return;
    const uploadedAt = kit.clock.business();
    try {
      const mediaId = await client.uploadMedia(book.channelOrThrow(pair.accountId), item.kind, {
        name: `${item.id}.${endingOf(item.mime)}`,
        contentType: item.mime,
        content: await readBytes(kit.db.read, item.id),
      });
      const expiresAt = expiryOf(uploadedAt);
      await keepCopy(kit, pair, { mediaId, uploadedAt, expiresAt, trouble: null });
    } catch (error) {
      const old = copy ?? { mediaId: null, expiresAt: null };
      const kept = { mediaId: old.mediaId, uploadedAt: null, expiresAt: old.expiresAt };
      await keepCopy(kit, pair, { ...kept, trouble: troubleOf(error) });
      if (!isFinal(error)) throw error;
    }
  });
  kit.schedules.on(renewalKind, async (tx) => {
    await enqueueUploads(kit, tx, library.due());
    await forgetHalfUploads(tx, kit.clock.business());
  });
}

/** Every hour: what answers need is renewed before WeChat forgets it. */
export async function planMediaRenewal(
  kit: Pick<Kit, 'schedules' | 'settings'>,
  tx: Tx,
): Promise<void> {
  await kit.schedules.save(tx, {
    ...{ id: renewalId, kind: renewalKind, ownerId: renewalId, cron: '17 * * * *' },
    ...{ zone: kit.settings.orgZone, missed: 'once', active: true },
  });
}

const isFinal = (error: unknown): boolean =>
  error instanceof WeChatError && error.outcome.kind !== 'retry';

function troubleOf(error: unknown): string {
  if (!(error instanceof WeChatError)) return 'unreachable';
  return 'name' in error.outcome ? error.outcome.name : `errcode-${error.errcode}`;
}

type CopyFacts = {
  mediaId: string | null;
  uploadedAt: number | null;
  expiresAt: number | null;
  trouble: string | null;
};

async function keepCopy(kit: Part, pair: Pair, facts: CopyFacts): Promise<void> {
  await kit.db.transact(async (tx) => {
    await insertRows(tx, 'media_copy', [{ ...pair, ...facts }], {
      onConflict: ['itemId', 'accountId'],
      update: ['mediaId', 'uploadedAt', 'expiresAt', 'trouble'],
    });
    await kit.versions.bump(tx, 'media');
  });
  await kit.versions.check(true);
}
