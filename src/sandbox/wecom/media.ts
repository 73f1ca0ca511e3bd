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
