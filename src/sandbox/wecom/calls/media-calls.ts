import { fileIn } from '../../official-account/media-calls';
import { json, seconds, type Call, type Endpoints } from '../endpoint';
import { addMedia, findMedia, mediaInCall, type MediaSource } from '../media';
import { refuse } from '../refusal';

const MB = 1_048_576;
const THREE_DAYS = 259_200_000;
const LEAST = 5;

const kinds: Record<string, { bytes: number; endings: string[] }> = {
  image: { bytes: 10 * MB, endings: ['jpg', 'jpeg', 'png'] },
  voice: { bytes: 2 * MB, endings: ['amr'] },
  video: { bytes: 10 * MB, endings: ['mp4'] },
  file: { bytes: 20 * MB, endings: [] },
};
const shared = { where: 'wecom-media', method: 'POST', raw: true } as const;

export const mediaCalls: Endpoints = {
  '/cgi-bin/media/upload': {
    ...shared,
    run: (world, call) => {
      const { type, file } = uploadIn(call, call.query.get('type') ?? '');
      const mediaId = addMedia(world, record(call, 'upload', type, file), call.now);
      return json({ type, media_id: mediaId, created_at: String(seconds(call.now)) });
    },
  },
  '/cgi-bin/media/uploadimg': {
    ...shared,
    run: (world, call) => {
      const { type, file } = uploadIn(call, 'image');
      if (file.bytes.length > 2 * MB) refuse(45001);
      const mediaId = addMedia(world, record(call, 'picture', type, file), call.now);
      return json({ url: `${world.options.baseUrl}/sandbox/wecom/media/${mediaId}` });
    },
  },
  '/cgi-bin/media/upload_attachment': {
    ...shared,
    needs: 'contact',
    run: (world, call) => {
      const purpose = call.query.get('attachment_type');
      if (purpose !== '1' && purpose !== '2') refuse(41072);
      const { type, file } = uploadIn(call, call.query.get('media_type') ?? '');
      const source = purpose === '1' ? 'moment' : 'album';
      const mediaId = addMedia(world, record(call, source, type, file), call.now);
      return json({ type, media_id: mediaId, created_at: seconds(call.now) });
    },
  },
  '/cgi-bin/media/get': {
    where: 'wecom-media',
    method: 'both',
    run: (world, call) => {
      const mediaId = call.query.get('media_id') ?? '';
      const found = findMedia(world, mediaId);
      const isLiving = found !== undefined && call.now < found.createdAt + THREE_DAYS;
      if (!isLiving || found.source === 'picture') return refuse(40007);
      const media = mediaInCall(world, call, mediaId, found.source);
      const name = encodeURIComponent(media.fileName);
      return {
        type: media.mime,
        headers: { 'Content-Disposition': `attachment; filename="${name}"` },
        body: Buffer.from(media.base64, 'base64'),
      };
    },
  },
};

type File = NonNullable<ReturnType<typeof fileIn>>;

function uploadIn(call: Call, type: string): { type: string; file: File } {
  const kind = kinds[type] ?? refuse(40004);
  const file = fileIn(call) ?? refuse(44001);
  if (file.bytes.length <= LEAST) refuse(44001);
  if (file.bytes.length > kind.bytes) refuse(45001);
  const ending = file.name.split('.').pop()?.toLowerCase() ?? '';
  if (kind.endings.length > 0 && !kind.endings.includes(ending)) refuse(40004);
  return { type, file };
}

const record = (call: Call, source: MediaSource, type: string, file: File) => ({
  corpId: call.corp.corpId,
  source,
  type,
  fileName: file.name,
  mime: file.mime,
  base64: file.bytes.toString('base64'),
});
