import type { Account, CallbackTarget } from '../official-account/accounts';
import { MOST_TEXT_BYTES } from '../official-account/service-message';
import { sandboxText } from '../text';
import { fieldsOf, listOf, parseXml, textOf, type XmlFields } from '../wire/xml';
import { signatureOf, unseal } from './envelope';

export interface PassiveMessage {
  kind: string;
  body: Record<string, unknown>;
}

/** What the platform makes of an app's answer. `plain` is its text after decryption. */
export type Judgement =
  | { verdict: 'success' | 'empty' | 'transfer'; plain: string }
  | { verdict: 'reply'; plain: string; message: PassiveMessage }
  | { verdict: 'bad-reply' | 'not-200'; plain: string | null; reason: string };

interface Heard {
  account: Account;
  target: CallbackTarget;
  openid: string;
  /** One article answers a message, up to eight an event. */
  isMessage: boolean;
  status: number;
  body: string;
  hasMedia: (mediaId: string) => boolean;
}

/** Anything but `success`, an empty body or a flawless reply ends as the failure notice on the phone. */
export function judgeAnswer(heard: Heard): Judgement {
  const { body, status } = heard;
  if (status !== 200) return { verdict: 'not-200', plain: null, reason: `HTTP ${status}` };
  if (body === '') return { verdict: 'empty', plain: '' };
  if (body === 'success') return { verdict: 'success', plain: body };
  const outer = parseXml(body);
  if (!outer) return bad('neither success nor XML', null);
  const opened = open(heard, outer);
  if (typeof opened !== 'string') return opened;
  const reply = parseXml(opened);
  if (!reply) return bad('the decrypted reply is not XML', opened);
  if (textOf(reply, 'ToUserName') !== heard.openid)
    return bad('ToUserName is not the person', opened);
  if (textOf(reply, 'FromUserName') !== heard.account.originalId)
    return bad('FromUserName is not the account', opened);
  if (!/^\d{9,11}$/.test(textOf(reply, 'CreateTime')))
    return bad('CreateTime is not in seconds', opened);
  return judgeReply(heard, reply, opened);
}

function bad(reason: string, plain: string | null): Judgement {
  return { verdict: 'bad-reply', plain, reason };
}

function open(heard: Heard, outer: XmlFields): string | Judgement {
  const { account, target, body } = heard;
  const sealed = textOf(outer, 'Encrypt');
  if (sealed === '') {
    return target.mode === 'secure' ? bad('a plain reply in secure mode', body) : body;
  }
  if (target.mode === 'plain') return bad('an encrypted reply in plain mode', null);
  const signed = signatureOf(
    target.token,
    textOf(outer, 'TimeStamp'),
    textOf(outer, 'Nonce'),
    sealed,
  );
  if (signed !== textOf(outer, 'MsgSignature')) return bad('MsgSignature is wrong', null);
  return unseal(target.aesKey, account.appId, sealed) ?? bad('the reply cannot be decrypted', null);
}

function judgeReply(heard: Heard, reply: XmlFields, plain: string): Judgement {
  const type = textOf(reply, 'MsgType');
  if (type === 'transfer_customer_service') return { verdict: 'transfer', plain };
  const message = messageOf(type, reply, heard.isMessage ? 1 : 8);
  if (typeof message === 'string') return bad(message, plain);
  const { mediaId } = message.body;
  if (typeof mediaId === 'string' && mediaId !== '' && !heard.hasMedia(mediaId))
    return bad('unknown MediaId', plain);
  return { verdict: 'reply', plain, message };
}

/** The message on the phone, or what is wrong with it. */
function messageOf(type: string, reply: XmlFields, mostArticles: number): PassiveMessage | string {
  if (type === 'text') {
    const content = textOf(reply, 'Content');
    if (content === '') return 'Content is empty';
    if (Buffer.byteLength(content) > MOST_TEXT_BYTES)
      return `Content is longer than ${MOST_TEXT_BYTES} bytes`;
    return { kind: 'text', body: { text: content } };
  }
  if (type === 'image' || type === 'voice') {
    const mediaId = textOf(fieldsOf(reply, type === 'image' ? 'Image' : 'Voice'), 'MediaId');
    return mediaId === ''
      ? 'MediaId is missing'
      : { kind: type, body: { text: sandboxText[type], mediaId } };
  }
  if (type === 'video') {
    const video = fieldsOf(reply, 'Video');
    const mediaId = textOf(video, 'MediaId');
    const text = textOf(video, 'Title') || sandboxText.video;
    return mediaId === '' ? 'MediaId is missing' : { kind: 'video', body: { text, mediaId } };
  }
  if (type === 'music') {
    const music = fieldsOf(reply, 'Music');
    if (!music) return 'Music is missing';
    return {
      kind: 'music',
      body: {
        text: textOf(music, 'Title'),
        url: textOf(music, 'MusicUrl'),
        mediaId: textOf(music, 'ThumbMediaId'),
      },
    };
  }
  return type === 'news' ? newsOf(reply, mostArticles) : 'unknown MsgType';
}

function newsOf(reply: XmlFields, most: number): PassiveMessage | string {
  const items = listOf(fieldsOf(reply, 'Articles'), 'item');
  if (items.length === 0 || String(items.length) !== textOf(reply, 'ArticleCount'))
    return 'ArticleCount differs from the items';
  // Surplus articles are dropped without a word.
  const articles = items.slice(0, most).map((item) => ({
    title: textOf(item, 'Title'),
    description: textOf(item, 'Description'),
    url: textOf(item, 'Url'),
    picUrl: textOf(item, 'PicUrl'),
  }));
  return { kind: 'articles', body: { text: articles[0]?.title ?? '', articles } };
}
