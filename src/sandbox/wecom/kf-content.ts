import type { Fields } from '../wire/body';
import type { World } from '../world';
import { bytesOf, list, obj, objs, str, type Call } from './endpoint';
import { mediaInCall } from './media';
import { refuse } from './refusal';

/** What may be said to a visitor, as it will stand on their phone. */
export function kfContentOf(
  world: World,
  call: Call,
): { kind: string; body: Record<string, unknown> } {
  const kind = str(call.body, 'msgtype');
  const part = obj(call.body, kind);
  if (!part) return refuse(40008);
  switch (kind) {
    case 'text': {
      const text = str(part, 'content');
      if (text === '') refuse(44004);
      return bytesOf(text) > 2_048 ? refuse(45002) : { kind, body: { text } };
    }
    case 'image':
    case 'voice':
    case 'video':
    case 'file':
      mediaInCall(world, call, str(part, 'media_id'));
      return { kind, body: { text: '', mediaId: str(part, 'media_id') } };
    case 'link':
      if (str(part, 'title') === '' || str(part, 'url') === '') refuse(40063);
      mediaInCall(world, call, str(part, 'thumb_media_id'));
      return { kind, body: { text: str(part, 'title'), url: str(part, 'url') } };
    case 'msgmenu':
      return menuOf(part);
    default:
      return refuse(40008);
  }
}

function menuOf(part: Fields): { kind: string; body: Record<string, unknown> } {
  if (list(part, 'list').length > 10) refuse(95008);
  const items = objs(part, 'list').map((item) => {
    const type = str(item, 'type');
    const inner = obj(item, type) ?? refuse(95009);
    if (
      type === 'click' &&
      (bytesOf(str(inner, 'id')) > 64 || bytesOf(str(inner, 'content')) > 128)
    )
      refuse(95009);
    return { type, id: str(inner, 'id'), text: str(inner, 'content') };
  });
  const [head, tail] = [str(part, 'head_content'), str(part, 'tail_content')];
  return { kind: 'msgmenu', body: { text: head, choices: { head, items, tail } } };
}
