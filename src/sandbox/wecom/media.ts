import { randomText } from '../random';
import type { World } from '../world';
import type { Call } from './endpoint';
import { refuse } from './refusal';

const THREE_DAYS = 259_200_000;

/** Where a file was uploaded decides what it is good for. */
export type MediaSource = 'upload' | 'picture' | 'moment' | 'album';

export interface WeComMedia {
  mediaId: string;
  corpId: string;
  source: MediaSource;
  type: string;
  fileName: string;
  mime: string;
  base64: string;
  createdAt: number;
}

export function findMedia(world: World, mediaId: string): WeComMedia | undefined {
  return world.store.sql<WeComMedia>('SELECT * FROM wecom_media WHERE mediaId = ?').get(mediaId);
}

/** A file of this corp's from the right upload, of the last three days; 40007 for every other. */
export function mediaInCall(
  world: World,
  call: Call,
  mediaId: string,
  source: MediaSource = 'upload',
): WeComMedia {
  if (mediaId === '') refuse(41006);
  const media = findMedia(world, mediaId);
  const isGood =
    media?.corpId === call.corp.corpId &&
    media.source === source &&
    call.now < media.createdAt + THREE_DAYS;
  return isGood ? media : refuse(40007);
}

/** What the phones show of a file that a message names; the bridge spells it another way than the API does. */
export function fileNamedIn(world: World, part: unknown): FileShown | undefined {
  const { media_id: ours, mediaid: bridges } = (part ?? {}) as Record<string, unknown>;
  const named = ours ?? bridges;
  const media = typeof named === 'string' ? findMedia(world, named) : undefined;
  if (!media) return undefined;
  const { mediaId, corpId, fileName: name, mime, base64 } = media;
  return { mediaId, corpId, name, mime, bytes: Buffer.byteLength(base64, 'base64') };
}

export interface FileShown {
  mediaId: string;
  corpId: string;
  name: string;
  mime: string;
  bytes: number;
}

/** What the client does with `sendChatMessage`: a file of this corp, of its kind, of the last three days. */
export function canBeSaid(world: World, corpId: string, kind: string, part: unknown): boolean {
  const file = fileNamedIn(world, part);
  const media = file && findMedia(world, file.mediaId);
  return (
    media?.corpId === corpId &&
    media.type === kind &&
    media.source === 'upload' &&
    world.clock.now() < media.createdAt + THREE_DAYS
  );
}

/** Inside a work. */
export function addMedia(
  world: World,
  media: Omit<WeComMedia, 'mediaId' | 'createdAt'>,
  now: number,
): string {
  const mediaId = randomText(66);
  world.store
    .sql(
      'INSERT INTO wecom_media (mediaId, corpId, source, type, fileName, mime, base64, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      ...[mediaId, media.corpId, media.source, media.type],
      ...[media.fileName, media.mime, media.base64, now],
    );
  return mediaId;
}
