import { z } from 'zod';
import { randomHex, randomText } from '../random';
import { sandboxText } from '../text';
import { Problem } from './problem';
import type { NewEvent } from '../callbacks/shapes';

const said = z.object({
  appId: z.string().optional(),
  kind: z
    .enum(['text', 'image', 'voice', 'video', 'shortvideo', 'location', 'link', 'file'])
    .default('text'),
  text: z.string().max(10_000).optional(),
  menuId: z.string().optional(),
  picUrl: z.string().optional(),
  mediaId: z.string().optional(),
  format: z.string().optional(),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
  scale: z.number().optional(),
  label: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  url: z.string().optional(),
});

type Said = z.infer<typeof said>;

export interface SaidMessage {
  kind: string;
  fields: NewEvent['fields'];
  shown: { body: Record<string, unknown> };
}

/** One message a person sends: what the callback carries, and what their own phone shows. */
export function saidMessage(body: unknown): SaidMessage {
  const parsed = said.safeParse(body);
  if (!parsed.success) {
    throw new Problem(
      400,
      'invalid',
      parsed.error.issues.map((one) => `${one.path.join('.')}: ${one.message}`).join('; '),
    );
  }
  return { kind: parsed.data.kind, ...contentOf(parsed.data) };
}

function contentOf(said: Said): Omit<SaidMessage, 'kind'> {
  const mediaId = said.mediaId ?? randomText(43);
  if (said.kind === 'text') {
    if (said.text === undefined) throw new Problem(400, 'invalid', 'text: is missing');
    const menu = said.menuId === undefined ? {} : { bizmsgmenuid: said.menuId };
    return { fields: { Content: said.text, ...menu }, shown: { body: { text: said.text } } };
  }
  if (said.kind === 'image') {
    const picUrl = said.picUrl ?? 'http://mmbiz.example/pic/0';
    return {
      fields: { PicUrl: picUrl, MediaId: mediaId },
      shown: { body: { text: sandboxText.image, mediaId, url: picUrl } },
    };
  }
  if (said.kind === 'voice') {
    const fields = { MediaId: mediaId, Format: said.format ?? 'amr', MediaId16K: `${mediaId}16K` };
    return { fields, shown: { body: { text: sandboxText.voice, mediaId } } };
  }
  if (said.kind === 'video' || said.kind === 'shortvideo') {
    return {
      fields: { MediaId: mediaId, ThumbMediaId: randomText(43) },
      shown: { body: { text: sandboxText.video, mediaId } },
    };
  }
  if (said.kind === 'location') {
    const label = said.label ?? '';
    const fields = {
      Location_X: said.latitude ?? 23.134521,
      Location_Y: said.longitude ?? 113.358803,
      Scale: said.scale ?? 16,
      Label: label,
    };
    return {
      fields,
      shown: {
        body: { text: label === '' ? sandboxText.location : `${sandboxText.location} ${label}` },
      },
    };
  }
  const title = said.title ?? (said.kind === 'link' ? sandboxText.link : sandboxText.file);
  const description = said.description ?? '';
  if (said.kind === 'link') {
    const url = said.url ?? 'https://a.example/1';
    return {
      fields: { Title: title, Description: description, Url: url },
      shown: { body: { text: title, url } },
    };
  }
  const fields = {
    Title: title,
    Description: description,
    FileKey: randomText(20),
    FileMd5: randomHex(16),
    FileTotalLen: 222,
  };
  return { fields, shown: { body: { text: title } } };
}
