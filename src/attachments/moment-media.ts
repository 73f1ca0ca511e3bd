import type { MomentMedia } from '../channels/wecom';
import type { AnyAttachment } from './attachment.schema';

/** A moment's pictures, its video or its link; `missing` when WeCom holds not all of it. */
export function momentMedia(
  specs: readonly AnyAttachment[],
  mediaIdOf: (reference: string) => string | null,
): { media?: MomentMedia; missing: boolean } {
  const [first] = specs;
  switch (first?.kind) {
    case 'image': {
      const mediaIds = specs.flatMap((spec) =>
        spec.kind === 'image' ? (mediaIdOf(spec.media) ?? []) : [],
      );
      return { media: { kind: 'images', mediaIds }, missing: mediaIds.length < specs.length };
    }
    case 'video': {
      const mediaId = mediaIdOf(first.media);
      if (mediaId === null) break;
      return { media: { kind: 'video', mediaId }, missing: false };
    }
    case 'covered-link': {
      const mediaId = mediaIdOf(first.cover);
      if (mediaId === null) break;
      const { title, url } = first;
      return { media: { kind: 'link', title, url, mediaId }, missing: false };
    }
  }
  return { missing: specs.length > 0 };
}
