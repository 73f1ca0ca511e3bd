import type { Fields } from '../wire/body';
import type { World } from '../world';
import { bytesOf, obj, objs, str, type Call } from './endpoint';
import { mediaInCall } from './media';
import { refuse } from './refusal';

const MOST_ATTACHMENTS = 9;

/** What a rep is to say: checked as WeCom checks it, kept as it came. */
export interface Content {
  text: string;
  attachments: Fields[];
}

/** Text and attachments of welcomes and mass messages. */
export function contentInCall(world: World, call: Call, mostBytes = 4_000): Content {
  const text = textIn(call.body, mostBytes);
  const attachments = objs(call.body, 'attachments');
  if (text === '' && attachments.length === 0) refuse(44004);
  if (attachments.length > MOST_ATTACHMENTS) refuse(41064);
  for (const attachment of attachments) checkPart(world, call, attachment);
  return { text, attachments };
}

export function textIn(body: Fields, mostBytes: number): string {
  const part = obj(body, 'text');
  const text = part ? str(part, 'content') : '';
  return bytesOf(text) > mostBytes ? refuse(45002) : text;
}

/** One attachment of the five kinds, each with what it cannot do without. */
export function checkPart(world: World, call: Call, attachment: Fields): void {
  const kind = str(attachment, 'msgtype');
  const part = obj(attachment, kind);
  if (!['image', 'link', 'miniprogram', 'video', 'file'].includes(kind) || !part)
    return refuse(41065);
  if (kind === 'link') {
    if (str(part, 'title') === '' || str(part, 'url') === '') refuse(40063);
    if (bytesOf(str(part, 'title')) > 128 || bytesOf(str(part, 'desc')) > 512) refuse(40058);
    if (bytesOf(str(part, 'url')) > 2_048) refuse(40058);
  } else if (kind === 'miniprogram') {
    if (bytesOf(str(part, 'title')) > 64) refuse(40058);
    if (str(part, 'appid') === '' || str(part, 'page') === '') refuse(40063);
    mediaInCall(world, call, str(part, 'pic_media_id'));
  } else if (kind !== 'image' || str(part, 'pic_url') === '') {
    mediaInCall(world, call, str(part, 'media_id'));
  } else if (!str(part, 'pic_url').includes('/sandbox/wecom/media/')) {
    // Only addresses that uploadimg gave are taken.
    refuse(40058, 'invalid pic_url');
  }
}
