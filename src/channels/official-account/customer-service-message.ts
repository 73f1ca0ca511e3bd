import type { OutgoingMessage } from '../inbound-event';
import { withoutIllegalCharacters } from '../wire/xml-tree';
import type { CallingAccount } from './account';
import { valueOrThrow, type Calls, type Ended } from './call';
import { limits } from './limits';
import { cutToBytes } from './passive-reply';

/**
 * Sends one customer-service message. There is no idempotency key: after `unknown`, sending again may say it twice
 * to a human being.
 */
export async function sendCustomerServiceMessage(
  calls: Calls,
  account: CallingAccount,
  openid: string,
  message: OutgoingMessage,
  agent?: string,
): Promise<Ended<undefined>> {
  const ended = await calls.json(account, {
    method: 'POST',
    path: '/cgi-bin/message/custom/send',
    body: {
      touser: openid,
      ...wireMessage(message),
      ...(agent !== undefined && { customservice: { kf_account: agent } }),
    },
    mustConfirm: true,
  });
  return ended.kind === 'ok' ? { kind: 'ok', value: undefined } : ended;
}

/** The follower sees that somebody is writing; refused unless they did something within thirty seconds. */
export async function showTyping(
  calls: Calls,
  account: CallingAccount,
  openid: string,
): Promise<void> {
  valueOrThrow(
    await calls.json(account, {
      method: 'POST',
      path: '/cgi-bin/message/custom/typing',
      body: { touser: openid, command: 'Typing' },
    }),
  );
}

/** `msgtype` and the object of that name, as the interface wants them. */
export function wireMessage(message: OutgoingMessage): Readonly<Record<string, unknown>> {
  switch (message.kind) {
    case 'text':
      return wire('text', {
        content: cutToBytes(withoutIllegalCharacters(message.text), limits.reply.textBytes),
      });
    case 'image':
    case 'voice':
      return wire(message.kind, { media_id: message.mediaId });
    case 'video':
      return wire('video', {
        media_id: message.mediaId,
        thumb_media_id: message.thumbMediaId,
        title: message.title,
        description: message.description,
      });
    case 'music':
      return wire('music', {
        title: message.title,
        description: message.description,
        musicurl: message.url,
        hqmusicurl: message.highQualityUrl,
        thumb_media_id: message.thumbMediaId,
      });
    case 'article': {
      const { title, description, url, pictureUrl } = message.article;
      return wire('news', { articles: [{ title, description, url, picurl: pictureUrl }] });
    }
    case 'published-article':
      return wire('mpnewsarticle', { article_id: message.articleId });
    case 'choices':
      return wire('msgmenu', {
        head_content: message.before,
        list: message.choices.map(({ id, label }) => ({ id, content: label })),
        tail_content: message.after,
      });
    case 'coupon-card':
      return wire('wxcard', { card_id: message.cardId });
    case 'mini-program':
      return wire('miniprogrampage', {
        title: message.title,
        appid: message.appId,
        pagepath: message.path,
        thumb_media_id: message.thumbMediaId,
      });
  }
}

const wire = (type: string, content: object) => ({ msgtype: type, [type]: content });
