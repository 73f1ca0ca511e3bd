import { putOnPhone } from '../phone/messages';
import { sandboxText } from '../text';
import { isObject, list, object, text, type Fields } from '../wire/body';
import type { World } from '../world';
import { json, ok, spendQuota, type Call, type Endpoints } from './endpoint';
import { followerInCall } from './followers';
import { hasMedia } from './media-calls';
import { refuse } from './refusal';
import { spendWindow } from './windows';

/** Text of passive and customer-service messages counts in bytes. */
export const MOST_TEXT_BYTES = 2048;

/** Customer-service messages: only inside a window that the person opened, and only so many. */
export const serviceMessageCalls: Endpoints = {
  '/cgi-bin/message/custom/send': {
    where: 'custom-send',
    method: 'POST',
    run: (world, call) => {
      const { appId } = call.account;
      const follower = followerInCall(world, appId, text(call.body, 'touser'));
      const message = contentOf(world, call);
      if (follower.blacklisted === 1) refuse(43019);
      if (follower.following === 0) refuse(45015);
      if (follower.refusesService === 1) refuse(48002);
      spendQuota(world, call.account, 'custom-send', call.now);
      spendWindow(world.store, follower.openid, call.now);
      putOnPhone(
        world,
        { openid: follower.openid, appId, direction: 'in', via: 'customer-service', ...message },
        call.now,
      );
      return ok();
    },
  },
  '/cgi-bin/message/custom/typing': {
    where: 'custom-send',
    method: 'POST',
    run: (world, call) => {
      followerInCall(world, call.account.appId, text(call.body, 'touser'));
      if (!['Typing', 'CancelTyping'].includes(text(call.body, 'command'))) refuse(45072);
      return json({ errcode: 0, errmsg: 'ok' });
    },
  },
};

interface Content {
  kind: string;
  body: Record<string, unknown>;
}

function contentOf(world: World, call: Call): Content {
  const type = text(call.body, 'msgtype');
  const given = object(call.body, type);
  const make = kinds[type];
  if (type === 'link') refuse(45162);
  if (!make) return refuse(40008);
  if (!given) return refuse(44004);
  return make(given, (mediaId) => {
    if (!hasMedia(world, call.account.appId, mediaId, call.now)) refuse(40007);
    return mediaId;
  });
}

type Make = (given: Fields, media: (id: string) => string) => Content;

const kinds: Record<string, Make> = {
  text: (given) => {
    const content = text(given, 'content');
    if (content === '') refuse(44004);
    if (Buffer.byteLength(content) > MOST_TEXT_BYTES) refuse(45002);
    return { kind: 'text', body: { text: content } };
  },
  image: (given, media) => ({
    kind: 'image',
    body: { text: sandboxText.image, mediaId: media(text(given, 'media_id')) },
  }),
  voice: (given, media) => ({
    kind: 'voice',
    body: { text: sandboxText.voice, mediaId: media(text(given, 'media_id')) },
  }),
  video: (given, media) => ({
    kind: 'video',
    body: {
      text: text(given, 'title') || sandboxText.video,
      mediaId: media(text(given, 'media_id')),
    },
  }),
  music: (given, media) => ({
    kind: 'music',
    body: {
      text: text(given, 'title'),
      url: text(given, 'musicurl'),
      mediaId: media(text(given, 'thumb_media_id')),
    },
  }),
  news: (given) => {
    const articles = list(given, 'articles').filter(isObject);
    if (articles.length !== 1) refuse(45008);
    return {
      kind: 'articles',
      body: {
        text: articles.map((article) => text(article, 'title')).join('\n'),
        articles: articles.map((article) => ({
          title: text(article, 'title'),
          description: text(article, 'description'),
          url: text(article, 'url'),
          picUrl: text(article, 'picurl'),
        })),
      },
    };
  },
  msgmenu: (given) => {
    const items = list(given, 'list').filter(isObject);
    const choices = items.map((item) => ({ id: text(item, 'id'), text: text(item, 'content') }));
    if (choices.length === 0) refuse(44004);
    const head = text(given, 'head_content');
    const tail = text(given, 'tail_content');
    const lines = [head, ...choices.map((choice) => choice.text), tail].filter(
      (line) => line !== '',
    );
    return {
      kind: 'choices',
      body: { text: lines.join('\n'), choices: { head, items: choices, tail } },
    };
  },
  miniprogrampage: (given, media) => ({
    kind: 'mini-program',
    body: {
      text: text(given, 'title'),
      mediaId: media(text(given, 'thumb_media_id')),
      miniProgram: { appId: text(given, 'appid'), pagePath: text(given, 'pagepath') },
    },
  }),
};
