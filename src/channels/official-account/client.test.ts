import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { openMemoryCache } from '../../kernel/cache/memory';
import { WorldClock } from '../../kernel/clock';
import { openHttpClient, type HttpClient } from '../../kernel/http-client';
import { ulids } from '../../kernel/ids';
import { silentLog } from '../../kernel/log';
import type { OutgoingMessage } from '../inbound-event';
import { parseJson } from '../wire/json';
import { openOfficialAccounts } from './client';
import { wireMessage } from './customer-service-message';

const account = { id: 'acc1', appId: 'wx0123456789abcdef', appSecret: 's3cr3t' };
const clock = new WorldClock();
type Seen = { method: string; url: URL; body: Buffer; headers: http.IncomingHttpHeaders };
let answer: (seen: Seen, response: http.ServerResponse) => void;
let seen: Seen[] = [];
let server: http.Server;
let origin: string;
let client: HttpClient;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://x');
      if (url.pathname === '/cgi-bin/stable_token')
        return void response.end('{"access_token":"TOKEN","expires_in":7200}');
      const body = Buffer.concat(parts);
      const one = { method: request.method ?? '', url, body, headers: request.headers };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = openHttpClient();
});
afterAll(() => {
  client.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
});

const wechat = (api = origin) =>
  openOfficialAccounts({
    cache: openMemoryCache(clock),
    http: client,
    clock,
    newId: ulids(),
    log: silentLog,
    hostsOf: () => ({ api, mp: 'https://mp.weixin.qq.com' }),
  });
const says = (text: string, status = 200) => {
  answer = (_, response) => {
    response.statusCode = status;
    response.end(text);
  };
};
const template = {
  openid: 'o1',
  templateId: 'TPL',
  fields: { thing1: '拿铁', amount2: '¥28.00' },
  clientMessageId: '01JDELIVERY',
};

test('the id of a template message survives beyond 2^53, for its receipt to find', async () => {
  says('{"errcode":0,"errmsg":"ok","msgid":3717005636572528642}');

  const ended = await wechat().sendTemplateMessage(account, template);

  expect(ended).toEqual({ kind: 'ok', value: { messageId: '3717005636572528642' } });
});

test('a template message is sent as raw UTF-8 with its idempotency key', async () => {
  says('{"errcode":0,"errmsg":"ok","msgid":1}');

  await wechat().sendTemplateMessage(account, {
    ...template,
    url: 'https://a.example/o/1',
    miniProgram: { appId: 'wxmini', path: 'pages/o?id=1' },
  });

  const [call] = seen;
  expect(`${call!.url.pathname}${call!.url.search}`).toBe(
    '/cgi-bin/message/template/send?access_token=TOKEN',
  );
  expect(call?.body.toString()).not.toContain('\\u');
  expect(JSON.parse(call!.body.toString())).toEqual({
    touser: 'o1',
    template_id: 'TPL',
    url: 'https://a.example/o/1',
    miniprogram: { appid: 'wxmini', pagepath: 'pages/o?id=1' },
    client_msg_id: '01JDELIVERY',
    data: { thing1: { value: '拿铁' }, amount2: { value: '¥28.00' } },
  });
});

test('an idempotency key WeChat would not take is refused before anything is sent', async () => {
  const sending = wechat().sendTemplateMessage(account, {
    ...template,
    clientMessageId: 'x'.repeat(33),
  });

  await expect(sending).rejects.toBeInstanceOf(RangeError);
  expect(seen).toHaveLength(0);
});

test.each<[string, (response: http.ServerResponse) => void, object]>([
  [
    "WeChat's no",
    (response) =>
      response.end('{"errcode":43101,"errmsg":"user refuse rid: 65004ee5-3ca2dfc2-6eb97a55"}'),
    {
      kind: 'refused',
      error: {
        errcode: 43101,
        requestId: '65004ee5-3ca2dfc2-6eb97a55',
        outcome: { kind: 'refused-follower', name: 'refused-by-follower' },
      },
    },
  ],
  [
    'half a JSON',
    (response) => response.end('{"errcode":0,"errm'),
    { kind: 'unknown', error: { reason: 'unreadable' } },
  ],
  [
    'an HTML page',
    (response) => response.end('<html>ok</html>'),
    { kind: 'unknown', error: { reason: 'unreadable' } },
  ],
  [
    'an empty answer',
    (response) => response.end(),
    { kind: 'unknown', error: { reason: 'unreadable' } },
  ],
  ['a JSON list', (response) => response.end('[]'), { kind: 'unknown' }],
  ['an answer without errcode', (response) => response.end('{}'), { kind: 'unknown' }],
  ['an errcode in words', (response) => response.end('{"errcode":"ok"}'), { kind: 'unknown' }],
  [
    'HTTP 502',
    (response) => {
      response.statusCode = 502;
      response.end('{"errcode":0}');
    },
    { kind: 'unknown', error: { reason: 'server-error', status: 502 } },
  ],
  ['a reset', (response) => response.destroy(), { kind: 'unknown', error: { reason: 'reset' } }],
  [
    'a reset in the middle',
    (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"errcode":0,');
      setTimeout(() => response.destroy(), 10);
    },
    { kind: 'unknown', error: { reason: 'reset' } },
  ],
])('a send tells %s for what it is', async (_, how, expected) => {
  answer = (_seen, response) => how(response);

  const ended = await wechat().sendCustomerServiceMessage(account, 'o1', {
    kind: 'text',
    text: 'x',
  });

  expect(ended).toMatchObject(expected);
});

test('a send that found nobody listening was not sent', async () => {
  const live = wechat();
  await live.tokens.current(account);
  const dead = openOfficialAccounts({
    cache: openMemoryCache(clock),
    http: {
      request: (wanted) =>
        client.request(
          wanted.url.includes('stable_token') ? wanted : { ...wanted, url: 'http://127.0.0.1:9/' },
        ),
    },
    clock,
    newId: ulids(),
    log: silentLog,
    hostsOf: () => ({ api: origin, mp: origin }),
  });

  const ended = await dead.sendTemplateMessage(account, template);

  expect(ended).toMatchObject({ kind: 'unsent', error: { reason: 'connect' } });
});

test('a duplicate counts as done', async () => {
  says('{"errcode":45065,"errmsg":"clientmsgid exist","msg_id":1}');

  const ended = await wechat().sendCustomerServiceMessage(account, 'o1', {
    kind: 'text',
    text: 'x',
  });

  expect(ended.kind).toBe('ok');
});

test.each<[OutgoingMessage, object]>([
  [
    { kind: 'text', text: '你\u0000好' },
    { msgtype: 'text', text: { content: '你好' } },
  ],
  [
    { kind: 'image', mediaId: 'M' },
    { msgtype: 'image', image: { media_id: 'M' } },
  ],
  [
    { kind: 'voice', mediaId: 'M' },
    { msgtype: 'voice', voice: { media_id: 'M' } },
  ],
  [
    { kind: 'video', mediaId: 'M', thumbMediaId: 'T', title: 't', description: 'd' },
    {
      msgtype: 'video',
      video: { media_id: 'M', thumb_media_id: 'T', title: 't', description: 'd' },
    },
  ],
  [
    {
      kind: 'music',
      title: 't',
      description: 'd',
      url: 'u',
      highQualityUrl: 'h',
      thumbMediaId: 'T',
    },
    {
      msgtype: 'music',
      music: { title: 't', description: 'd', musicurl: 'u', hqmusicurl: 'h', thumb_media_id: 'T' },
    },
  ],
  [
    { kind: 'article', article: { title: 't', description: 'd', url: 'u', pictureUrl: 'p' } },
    {
      msgtype: 'news',
      news: { articles: [{ title: 't', description: 'd', url: 'u', picurl: 'p' }] },
    },
  ],
  [
    { kind: 'published-article', articleId: 'A' },
    { msgtype: 'mpnewsarticle', mpnewsarticle: { article_id: 'A' } },
  ],
  [
    { kind: 'choices', before: '满意吗', choices: [{ id: '101', label: '满意' }], after: '谢谢' },
    {
      msgtype: 'msgmenu',
      msgmenu: {
        head_content: '满意吗',
        list: [{ id: '101', content: '满意' }],
        tail_content: '谢谢',
      },
    },
  ],
  [
    { kind: 'coupon-card', cardId: 'C' },
    { msgtype: 'wxcard', wxcard: { card_id: 'C' } },
  ],
  [
    { kind: 'mini-program', title: 't', appId: 'wxm', path: 'p', thumbMediaId: 'T' },
    {
      msgtype: 'miniprogrampage',
      miniprogrampage: { title: 't', appid: 'wxm', pagepath: 'p', thumb_media_id: 'T' },
    },
  ],
])('writes customer-service message %#', (message, expected) => {
  expect(JSON.parse(JSON.stringify(wireMessage(message)))).toEqual(expected);
});

test('followers come page by page, and the last page needs no data', async () => {
  answer = ({ url }, response) =>
    response.end(
      url.searchParams.get('next_openid') === ''
        ? '{"total":2,"count":2,"data":{"openid":["o1","o2"]},"next_openid":"o2"}'
        : '{"total":2,"count":0,"next_openid":""}',
    );
  const official = wechat();

  const first = await official.listFollowers(account);
  const last = await official.listFollowers(account, first.next);

  expect(first).toEqual({ total: 2, openids: ['o1', 'o2'], next: 'o2' });
  expect(last).toEqual({ total: 2, openids: [] });
});

test('a follower is read with what the platform still tells', async () => {
  says(
    '{"user_info_list":[{"subscribe":1,"openid":"o1","language":"zh_CN","subscribe_time":1700000000,"unionid":"u1","remark":"","groupid":0,"tagid_list":[128,2],"subscribe_scene":"ADD_SCENE_QR_CODE","qr_scene":98765,"qr_scene_str":""},{"subscribe":0,"openid":"o2"}]}',
  );

  const followers = await wechat().getFollowers(account, ['o1', 'o2']);

  expect(followers).toEqual([
    {
      openid: 'o1',
      isFollowing: true,
      followedAt: 1_700_000_000_000,
      unionid: 'u1',
      remark: '',
      tagIds: [128, 2],
      source: 'ADD_SCENE_QR_CODE',
      scene: '98765',
    },
    { openid: 'o2', isFollowing: false, remark: '', tagIds: [], source: '' },
  ]);
});

test('a permanent QR code is asked for by its scene', async () => {
  says('{"ticket":"gQ/+=","url":"http://weixin.qq.com/q/02"}');

  const code = await wechat().createQrCode(account, { scene: 'store-42' });

  expect(JSON.parse(seen[0]!.body.toString())).toEqual({
    action_name: 'QR_LIMIT_STR_SCENE',
    action_info: { scene: { scene_str: 'store-42' } },
  });
  expect(code).toEqual({
    ticket: 'gQ/+=',
    content: 'http://weixin.qq.com/q/02',
    pictureUrl: 'https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQ%2F%2B%3D',
  });
});

test('an account without menu has an empty one', async () => {
  says('{"errcode":46003,"errmsg":"menu no exist"}');
  const official = wechat();

  expect((await official.getMenus(account)).entries).toEqual([]);
  await expect(official.deleteMenu(account)).resolves.toBeUndefined();
});

test('a menu is written and read back', async () => {
  const menu = [
    { name: '帮助', action: 'click' as const, key: 'HELP' },
    {
      name: '更多',
      buttons: [
        { name: '官网', action: 'view' as const, url: 'https://a.example' },
        {
          name: '下单',
          action: 'miniprogram' as const,
          url: 'https://a.example',
          appId: 'wxm',
          path: 'pages/index',
        },
      ],
    },
  ];
  let kept = '';
  answer = ({ url, body }, response) => {
    if (url.pathname.endsWith('create')) {
      kept = body.toString();
      return void response.end('{"errcode":0,"errmsg":"ok"}');
    }
    response.end(`{"menu":${kept}}`);
  };
  const official = wechat();

  await official.createMenu(account, menu);

  expect((await official.getMenus(account)).entries).toEqual(menu);
});

test('tags are made, given and listed', async () => {
  answer = ({ url }, response) => {
    const answers: Record<string, string> = {
      '/cgi-bin/tags/create': '{"tag":{"id":134,"name":"VIP"}}',
      '/cgi-bin/tags/get': '{"tags":[{"id":134,"name":"VIP","count":1}]}',
      '/cgi-bin/user/tag/get': '{"count":1,"data":{"openid":["o1"]},"next_openid":"o1"}',
    };
    response.end(answers[url.pathname] ?? '{"errcode":0,"errmsg":"ok"}');
  };
  const official = wechat();

  const tag = await official.createTag(account, 'VIP');
  await official.tagFollowers(account, tag.id, ['o1']);
  await official.untagFollowers(account, tag.id, ['o1']);
  await official.renameTag(account, tag.id, 'SVIP');
  await official.deleteTag(account, tag.id);

  expect(tag).toEqual({ id: 134, name: 'VIP', count: 0 });
  expect(await official.listTags(account)).toEqual([{ id: 134, name: 'VIP', count: 1 }]);
  expect((await official.listTagged(account, 134)).openids).toEqual(['o1']);
  expect(seen.map(({ url }) => url.pathname)).toContain('/cgi-bin/tags/members/batchuntagging');
});

test('media go up as a form and come down as bytes', async () => {
  const picture = Buffer.from([0xff, 0xd8, 0x7b, 0x22]);
  answer = ({ url }, response) => {
    if (url.pathname.endsWith('upload'))
      return void response.end('{"type":"image","media_id":"MID","created_at":1700000000}');
    if (url.searchParams.get('media_id') === 'video')
      return void response.end('{"video_url":"https://v.example/1"}');
    if (url.searchParams.get('media_id') === 'gone')
      return void response.end('{"errcode":40007,"errmsg":"invalid media_id"}');
    response.setHeader('content-type', 'image/jpeg');
    response.end(picture);
  };
  const official = wechat();

  const mediaId = await official.uploadMedia(account, 'image', {
    name: 'a.jpg',
    contentType: 'image/jpeg',
    content: picture,
  });
  const file = await official.fetchMedia(account, 'MID');
  const video = await official.fetchMedia(account, 'video');

  expect(mediaId).toBe('MID');
  expect(seen[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(seen[0]?.body.includes(picture)).toBe(true);
  expect(file).toEqual({ kind: 'file', contentType: 'image/jpeg', content: picture });
  expect(video).toEqual({ kind: 'address', url: 'https://v.example/1' });
  await expect(official.fetchMedia(account, 'gone')).rejects.toMatchObject({ errcode: 40007 });
});

test('templates are listed with their content', async () => {
  says(
    '{"template_list":[{"template_id":"T1","title":"积分到期提醒","primary_industry":"","deputy_industry":"","content":"门店：{{thing1.DATA}}","example":"门店：万象城"}]}',
  );

  const [template_] = await wechat().listTemplates(account);

  expect(template_).toEqual({
    templateId: 'T1',
    title: '积分到期提醒',
    content: '门店：{{thing1.DATA}}',
    example: '门店：万象城',
  });
});

test.each([
  ['{"a":9007199254740993}', { a: '9007199254740993' }],
  ['{"a":-9007199254740993}', { a: '-9007199254740993' }],
  ['{"a":9007199254740991}', { a: 9007199254740991 }],
  ['[7250021412600020992,1]', ['7250021412600020992', 1]],
  [
    '{"a":"x 7250021412600020992 \\" 7250021412600020993"}',
    { a: 'x 7250021412600020992 " 7250021412600020993' },
  ],
  ['{"a":0.12345678901234567,"b":1e21}', { a: 0.12345678901234567, b: 1e21 }],
  ['{"7250021412600020992":1}', { '7250021412600020992': 1 }],
  ['{"__proto__":{"polluted":1}}', JSON.parse('{"__proto__":{"polluted":1}}') as object],
])('%s is parsed without losing a digit', (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
  expect('polluted' in {}).toBe(false);
});
