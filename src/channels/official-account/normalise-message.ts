import type { MessageEvent } from '../inbound-event';
import { textOf, type XmlTree } from '../wire/xml-tree';
import { numberOf, optional, type Facts, type Reader } from './reading';

type MessageFacts = Extract<Facts, { kind: MessageEvent['kind'] }>;
type OwnFacts<Fact> = Fact extends unknown ? Omit<Fact, 'messageId' | 'article'> : never;

/** Messages (MsgType other than `event`) by their wire name. */
export const messageReaders: ReadonlyMap<string, Reader> = new Map([
  message('text', (fields) => ({
    kind: 'text',
    text: textOf(fields, 'Content'),
    ...optional(fields, 'bizmsgmenuid', 'menuChoiceId'),
  })),
  message('image', (fields) => ({
    kind: 'image',
    mediaId: textOf(fields, 'MediaId'),
    url: textOf(fields, 'PicUrl'),
  })),
  // Speech recognition ended in 2023: the element is empty or missing, and never relied on.
  message('voice', (fields) => ({
    kind: 'voice',
    mediaId: textOf(fields, 'MediaId'),
    format: textOf(fields, 'Format'),
    ...optional(fields, 'MediaId16K', 'mediaId16k'),
    ...optional(fields, 'Recognition', 'recognised'),
  })),
  message('video', (fields) => video(fields, false)),
  message('shortvideo', (fields) => video(fields, true)),
  // Location_X is the latitude, Location_Y the longitude.
  message('location', (fields) => ({
    kind: 'location',
    latitude: numberOf(fields, 'Location_X'),
    longitude: numberOf(fields, 'Location_Y'),
    scale: numberOf(fields, 'Scale'),
    label: textOf(fields, 'Label'),
  })),
  message('link', (fields) => ({
    kind: 'link',
    title: textOf(fields, 'Title'),
    description: textOf(fields, 'Description'),
    url: textOf(fields, 'Url'),
  })),
  message('file', (fields) => ({
    kind: 'file',
    title: textOf(fields, 'Title'),
    description: textOf(fields, 'Description'),
    fileKey: textOf(fields, 'FileKey'),
    md5: textOf(fields, 'FileMd5'),
    size: numberOf(fields, 'FileTotalLen'),
  })),
]);

function message(
  wireName: string,
  read: (fields: XmlTree) => OwnFacts<MessageFacts>,
): [string, Reader] {
  const reader: Reader = (fields) => {
    const messageId = textOf(fields, 'MsgId');
    if (!/^\d{1,32}$/.test(messageId)) return 'message-id';
    return { facts: { ...read(fields), messageId, ...article(fields) }, key: messageId };
  };
  return [wireName, reader];
}

const video = (fields: XmlTree, short: boolean) => ({
  kind: 'video' as const,
  mediaId: textOf(fields, 'MediaId'),
  thumbMediaId: textOf(fields, 'ThumbMediaId'),
  short,
});

function article(fields: XmlTree): Pick<MessageEvent, 'article'> {
  const dataId = textOf(fields, 'MsgDataId');
  return dataId === '' ? {} : { article: { dataId, index: numberOf(fields, 'Idx') } };
}
