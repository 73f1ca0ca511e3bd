import { randomText } from '../random';
import type { World } from '../world';
import { json, type Call, type Endpoints } from './endpoint';
import { refuse } from './refusal';

const THREE_DAYS = 259_200_000;
const MB = 1_048_576;

const kinds: Record<string, { bytes: number; endings: string[] }> = {
  image: { bytes: 10 * MB, endings: ['png', 'jpg', 'jpeg', 'gif', 'bmp'] },
  voice: { bytes: 2 * MB, endings: ['amr', 'mp3'] },
  video: { bytes: 10 * MB, endings: ['mp4'] },
  thumb: { bytes: 64 * 1024, endings: ['jpg', 'jpeg'] },
};

interface MediaRow {
  mediaId: string;
  appId: string;
  type: string;
  fileName: string;
  mime: string;
  base64: string;
  createdAt: number;
}

/** Temporary media: kept for three days. */
export const mediaCalls: Endpoints = {
  '/cgi-bin/media/upload': {
    where: 'media',
    quota: 'media-upload',
    method: 'POST',
    raw: true,
    run: (world, call) => {
      const type = call.query.get('type') ?? '';
      const kind = kinds[type] ?? refuse(40004);
      const file = fileIn(call) ?? refuse(41005);
      if (file.bytes.length === 0) refuse(41005);
      if (file.bytes.length > kind.bytes) refuse(40006);
      if (!kind.endings.includes(file.name.split('.').pop()?.toLowerCase() ?? '')) refuse(40004);
      const mediaId = randomText(64);
      world.store
        .sql(
          'INSERT INTO media (mediaId, appId, type, fileName, mime, base64, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          mediaId,
          call.account.appId,
          type,
          file.name,
          file.mime,
          file.bytes.toString('base64'),
          call.now,
        );
      const name = type === 'thumb' ? 'thumb_media_id' : 'media_id';
      return json({ type, [name]: mediaId, created_at: Math.floor(call.now / 1000) });
    },
  },
  '/cgi-bin/media/get': {
    where: 'media',
    quota: 'media-get',
    method: 'both',
    run: (world, call) => {
      const row = findMedia(world, call.account.appId, call.query.get('media_id') ?? '', call.now);
      if (!row) return refuse(40007);
      if (row.type === 'video') {
        return json({ video_url: `${world.options.baseUrl}/sandbox/api/media/${row.mediaId}` });
      }
      return {
        type: row.mime,
        headers: {
          'Content-Disposition': `attachment; filename="${row.mediaId}.${row.fileName.split('.').pop() ?? 'bin'}"`,
        },
        body: Buffer.from(row.base64, 'base64'),
      };
    },
  },
};

function findMedia(
  world: World,
  appId: string,
  mediaId: string,
  now: number,
): MediaRow | undefined {
  return world.store
    .sql<MediaRow>('SELECT * FROM media WHERE mediaId = ? AND appId = ? AND createdAt > ?')
    .get(mediaId, appId, now - THREE_DAYS);
}

export function hasMedia(world: World, appId: string, mediaId: string, now: number): boolean {
  return findMedia(world, appId, mediaId, now) !== undefined;
}

/** Any account's media, for the phone page. */
export function mediaFile(
  world: World,
  mediaId: string,
): { mime: string; bytes: Buffer } | undefined {
  const row = world.store.sql<MediaRow>('SELECT * FROM media WHERE mediaId = ?').get(mediaId);
  return row && { mime: row.mime, bytes: Buffer.from(row.base64, 'base64') };
}

/** The `media` part of the multipart form, found without a parser of every form there is. */
export function fileIn(
  call: Pick<Call, 'contentType' | 'raw'>,
): { name: string; mime: string; bytes: Buffer } | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(call.contentType)?.[1];
  if (boundary === undefined) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  let from = call.raw.indexOf(mark);
  while (from >= 0) {
    const to = call.raw.indexOf(mark, from + mark.length);
    if (to < 0) return undefined;
    const part = call.raw.subarray(from + mark.length + 2, to - 2);
    const split = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, Math.max(0, split)).toString();
    if (/name="media"/i.test(head)) {
      return {
        name: /filename="([^"]*)"/i.exec(head)?.[1] ?? 'file',
        mime: /content-type:\s*([^\r\n;]+)/i.exec(head)?.[1] ?? 'application/octet-stream',
        bytes: part.subarray(split + 4),
      };
    }
    from = to;
  }
  return undefined;
}
