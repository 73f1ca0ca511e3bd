import { windowRoom } from '../channels/official-account';
import type { Actor } from '../kernel/access';
import { AppError, Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { endingOf, itemIdOf, recogniseFile } from '../media';
import { windowsOf } from '../relationships';
import type { Row } from './find-conversations';
import type { ConversationParts } from './parts';
import { operatorNames } from './presence';

export type Picture = { readonly mime: string; readonly content: Buffer };

/** Both platforms show these; a moving picture would stand still in one of them. */
const sendable = ['image/jpeg', 'image/png'];

/** What an operator chose, by its bytes, and without what it tells of place and camera. */
export function pictureIn(bytes: Buffer): Picture {
  const file = recogniseFile(bytes);
  if (file === 'media_unknown') throw new AppError(422, 'picture_unknown');
  if (typeof file === 'string') throw new AppError(422, file);
  if (!sendable.includes(file.mime)) throw new AppError(422, 'picture_unknown');
  return file;
}

/** A picture of the library that this account may use. */
export async function libraryPicture(
  { library }: Pick<ConversationParts, 'library'>,
  reference: string,
  accountId: string,
): Promise<Picture> {
  const file = await library.fileOf(itemIdOf(reference) ?? '');
  const isOurs = file?.scope === 'all' || file?.scope === accountId;
  if (!file || !isOurs || file.kind !== 'image') throw new NotFound('picture_missing');
  return pictureIn(file.content);
}

/** Nothing is given to WeChat that could not be sent afterwards. */
export async function refuseShut(
  kit: Pick<Kit, 'clock' | 'db'>,
  actor: Actor,
  row: Row,
): Promise<void> {
  if (row.state === 'taken' && row.operatorId !== null && row.operatorId !== actor.id) {
    const id = row.operatorId;
    const name = (await operatorNames(kit.db, [id])).get(id) ?? '';
    throw new Conflict('conversation_taken', { by: { id, name }, name });
  }
  const room = windowRoom(windowsOf(row), kit.clock.business());
  if (room.open) return;
  throw new Conflict(room.reason === 'used-up' ? 'window_used_up' : 'window_closed');
}

/**
 * Gives a picture to the platform as temporary material and keeps the bytes, so that the thread still shows it
 * when the platform has forgotten it. A repeat after a lost answer leaves material that nobody names.
 */
export async function givePicture(
  parts: Pick<ConversationParts, 'book' | 'client' | 'wecom' | 'media'>,
  accountId: string,
  { mime, content }: Picture,
): Promise<string> {
  const { book, client, wecom, media } = parts;
  const account = book.find(accountId);
  if (!account?.enabled) throw new NotFound();
  const file = { name: `picture.${endingOf(mime)}`, contentType: mime, content };
  const upload = () =>
    account.kind === 'wecom'
      ? wecom.uploadMedia(book.weComOrThrow(accountId), 'image', file)
      : client.uploadMedia(book.channelOrThrow(accountId), 'image', file);
  const mediaId = await upload().catch(() => {
    throw new AppError(502, 'picture_not_taken');
  });
  media.keep(accountId, mediaId, { contentType: mime, content });
  return mediaId;
}
