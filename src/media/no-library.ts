import type { MediaLibrary } from './media-library';
import { itemIdOf } from './media-reference';

const raw = (reference: string): string | undefined =>
  itemIdOf(reference) === undefined ? reference : undefined;

/** Where there is no library: what names a piece of it cannot be said. */
export const noLibrary: Pick<MediaLibrary, 'item' | 'shelf' | 'want' | 'fileOf'> = {
  item: () => undefined,
  fileOf: () => Promise.resolve(undefined),
  shelf: () => ({ mediaId: raw, pictureUrl: raw, card: () => undefined }),
  want: () => undefined,
};
