import { textFrom } from '../wire/json';
import { multipart, type MediaFile } from '../wire/multipart';
import type { CallingAccount } from './account';
import { valueOrThrow, type Calls } from './call';

export type { MediaFile } from '../wire/multipart';

export type MediaType = 'image' | 'voice' | 'video' | 'thumb';

/** Uploads temporary material; the id lives three days. */
export async function uploadMedia(
  calls: Calls,
  account: CallingAccount,
  type: MediaType,
  file: MediaFile,
): Promise<string> {
  const answer = valueOrThrow(
    await calls.json(account, {
      method: 'POST',
      path: '/cgi-bin/media/upload',
      query: { type },
      bytes: multipart(file),
      timeoutMs: 30_000,
    }),
  );
  // Thumbnails answer under a name of their own.
  return textFrom(answer['media_id']) || textFrom(answer['thumb_media_id']);
}

export type FetchedMedia =
  | { readonly kind: 'file'; readonly contentType: string; readonly content: Buffer }
  /** Videos are answered with the place to fetch them from. */
  | { readonly kind: 'address'; readonly url: string };

/** Fetches what a follower sent, or what was uploaded, within three days. */
export async function fetchMedia(
  calls: Calls,
  account: CallingAccount,
  mediaId: string,
): Promise<FetchedMedia> {
  const answer = valueOrThrow(
    await calls.download(account, {
      method: 'GET',
      path: '/cgi-bin/media/get',
      query: { media_id: mediaId },
      timeoutMs: 30_000,
      maxBytes: 12_000_000,
    }),
  );
  if ('body' in answer && Buffer.isBuffer(answer.body)) {
    const { body: content, headers } = answer as { body: Buffer; headers: Record<string, string> };
    const contentType = headers['content-type'] ?? 'application/octet-stream';
    return { kind: 'file', contentType, content };
  }
  const address = 'video_url' in answer ? textFrom(answer['video_url']) : '';
  return { kind: 'address', url: address };
}
