import type { FieldError } from '../kernel/errors';
import { itemIdOf, type MediaLibrary, type ShelvedItem } from '../media';
import { partsOf, type Answer, type LaterAnswer, type SimpleAnswer } from './answers/answer';

/** Where an answer names a piece of the library that is not there, or is another kind of thing. */
export function unknownMedia(
  library: Pick<MediaLibrary, 'item'>,
  answer: Answer | null,
  accountId: string | null,
  path: string,
): FieldError[] {
  if (!answer) return [];
  return partsOf(answer).flatMap(({ one, path: within }) => {
    const named = namedBy(one);
    const id = named && itemIdOf(named.reference);
    if (!named || id === undefined) return [];
    const item = library.item(id);
    const isThere = item?.kind === named.kind && (item.scope === 'all' || item.scope === accountId);
    return isThere ? [] : [{ path: `${path}${within}.${named.field}`, code: 'media_missing' }];
  });
}

type Named = { reference: string; kind: ShelvedItem['kind']; field: string };

function namedBy(answer: SimpleAnswer | LaterAnswer): Named | undefined {
  switch (answer.type) {
    case 'image':
    case 'voice':
    case 'video':
      return { reference: answer.mediaId, kind: answer.type, field: 'mediaId' };
    case 'music':
    case 'mini-program':
      return { reference: answer.thumbMediaId, kind: 'thumb', field: 'thumbMediaId' };
    case 'article':
      return answer.pictureUrl === undefined
        ? undefined
        : { reference: answer.pictureUrl, kind: 'image', field: 'pictureUrl' };
    case 'article-card':
      return { reference: answer.card, kind: 'article', field: 'card' };
    default:
      return undefined;
  }
}
