import type { AccountBook } from '../accounts';
import { WeChatError, weComLimits, type WeComClient } from '../channels/wecom';
import { insertRows } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { endingOf, readBytes, type MediaKind, type MediaLibrary, type ShelvedItem } from '../media';
import type { Purpose } from './wecom-copy.entity';

export type AttachmentParts = { book: AccountBook; wecom: WeComClient; library: MediaLibrary };
export type CopyKey = { itemId: string; accountId: string; purpose: Purpose };
export type Copy = {
  itemId: string;
  mediaId: string | null;
  expiresAt: number | null;
  trouble: string | null;
};

/** An upload that is repeated after a lost answer leaves a copy that nobody names. */
export async function uploadCopy(
  kit: Pick<Kit, 'db' | 'clock' | 'versions'>,
  { book, wecom, library }: AttachmentParts,
  key: CopyKey,
): Promise<void> {
  await kit.versions.check(true);
  const item = library.item(key.itemId);
  if (!item?.mime || !isForWeCom(item.kind)) return;
  const agent = book.weComOrThrow(key.accountId);
  const file = {
    name: fileNameOf(item),
    contentType: item.mime,
    content: await readBytes(kit.db.read, item.id),
  };
  const expiresAt = kit.clock.business() + weComLimits.media.lifeMs;
  const keep = (facts: Partial<Copy>) =>
    kit.db.transact((tx) =>
      insertRows(
        tx,
        'wecom_copy',
        [{ ...key, mediaId: null, expiresAt: null, trouble: null, ...facts }],
        {
          onConflict: ['itemId', 'accountId', 'purpose'],
          update: Object.keys(facts),
        },
      ),
    );
  try {
    const upload = key.purpose === 'moment' ? wecom.uploadAttachment : wecom.uploadMedia;
    const mediaId = await upload(agent, item.kind, file);
    await keep({ mediaId, expiresAt, trouble: null });
  } catch (error) {
    // What WeCom holds of it already is good until its end.
    await keep({ trouble: troubleOf(error) });
    if (!(error instanceof WeChatError) || error.outcome.kind === 'retry') throw error;
  }
}

const isForWeCom = (kind: MediaKind): kind is 'image' | 'video' | 'file' =>
  kind === 'image' || kind === 'video' || kind === 'file';

/** Customers read the name of a document; what a picture is called says nothing to them. */
function fileNameOf({ id, kind, name, mime }: ShelvedItem): string {
  const ending = `.${endingOf(mime ?? '')}`;
  if (kind !== 'file') return `${id}${ending}`;
  return name.toLowerCase().endsWith(ending) ? name : `${name}${ending}`;
}

function troubleOf(error: unknown): string {
  if (!(error instanceof WeChatError)) return 'unreachable';
  return 'name' in error.outcome ? error.outcome.name : `errcode-${error.errcode}`;
}
