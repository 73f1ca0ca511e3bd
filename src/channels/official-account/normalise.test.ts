import {
  dedupeKeyLimit,
  eventKeyOf,
  eventKeysOf,
  messageTypeOf,
  type InboundEvent,
} from '../inbound-event';
import { readFlatXml } from '../wire/flat-xml';
import { readNestedXml } from '../wire/nested-xml';
import { windowTriggerOf } from './customer-service-window';
import { normaliseMessage } from './normalise';

const account = { id: 'acc1', appId: 'wx0123456789abcdef' };
const openid = 'oTEST_openid_0000000000000001';
const receivedAt = 1_700_000_001_500;
const header =
  '<ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>' +
  `<FromUserName><![CDATA[${openid}]]></FromUserName><CreateTime>1700000000</CreateTime>`;

const read = (inner: string, head = header): InboundEvent => {
  const text = `<xml>${head}${inner}</xml>`;
  const fields = readFlatXml(text) ?? readNestedXml(text);
  if (!fields) throw new Error(`unreadable: ${text}`);
  return normaliseMessage(account, fields, receivedAt);
};
const event = (name: string, more = '', head = header) =>
  read(`<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${name}]]></Event>${more}`, head);
const key = (text: string) => `<EventKey><![CDATA[${text}]]></EventKey>`;

const samples: [string, InboundEvent, object][] = [
  [
    'text',
    read(
      '<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[几点开门？]]></Content><MsgId>24000000000000001</MsgId>',
    ),
    { kind: 'text', text: '几点开门？', messageId: '24000000000000001' },
  ],
  [
    'a tapped menu choice',
    read(
      '<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[满意]]></Content><MsgId>24000000000000002</MsgId><bizmsgmenuid>101</bizmsgmenuid>',
    ),
    { kind: 'text', text: '满意', menuChoiceId: '101' },
  ],
  [
    'text from inside an article',
    read(
      '<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hi]]></Content><MsgId>1</MsgId><MsgDataId>2247483650</MsgDataId><Idx>2</Idx>',
    ),
    { kind: 'text', article: { dataId: '2247483650', index: 2 } },
  ],
  [
    'image',
    read(
      '<MsgType><![CDATA[image]]></MsgType><PicUrl><![CDATA[http://mmbiz.example/pic/0]]></PicUrl><MediaId><![CDATA[MEDIA_img1]]></MediaId><MsgId>24000000000000003</MsgId>',
    ),
    { kind: 'image', url: 'http://mmbiz.example/pic/0', mediaId: 'MEDIA_img1' },
  ],
  [
    'voice',
    read(
      '<MsgType><![CDATA[voice]]></MsgType><MediaId><![CDATA[MEDIA_v1]]></MediaId><Format><![CDATA[amr]]></Format><MediaId16K><![CDATA[MEDIA_v1_16k]]></MediaId16K><MsgId>24000000000000004</MsgId>',
    ),
    { kind: 'voice', mediaId: 'MEDIA_v1', format: 'amr', mediaId16k: 'MEDIA_v1_16k' },
  ],
  [
    'video',
    read(
      '<MsgType><![CDATA[video]]></MsgType><MediaId><![CDATA[MEDIA_vd1]]></MediaId><ThumbMediaId><![CDATA[MEDIA_th1]]></ThumbMediaId><MsgId>24000000000000005</MsgId>',
    ),
    { kind: 'video', mediaId: 'MEDIA_vd1', thumbMediaId: 'MEDIA_th1', short: false },
  ],
  [
    'short video',
    read(
      '<MsgType><![CDATA[shortvideo]]></MsgType><MediaId><![CDATA[MEDIA_sv1]]></MediaId><ThumbMediaId><![CDATA[MEDIA_th2]]></ThumbMediaId><MsgId>24000000000000006</MsgId>',
    ),
    { kind: 'video', mediaId: 'MEDIA_sv1', short: true },
  ],
  [
    'location, latitude first',
    read(
      '<MsgType><![CDATA[location]]></MsgType><Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y><Scale>16</Scale><Label><![CDATA[广州塔]]></Label><MsgId>24000000000000007</MsgId>',
    ),
    { kind: 'location', latitude: 23.134521, longitude: 113.358803, scale: 16, label: '广州塔' },
  ],
  [
    'link',
    read(
      '<MsgType><![CDATA[link]]></MsgType><Title><![CDATA[一篇文章]]></Title><Description><![CDATA[摘要]]></Description><Url><![CDATA[https://a.example/1]]></Url><MsgId>24000000000000008</MsgId>',
    ),
    { kind: 'link', title: '一篇文章', description: '摘要', url: 'https://a.example/1' },
  ],
  [
    'file',
    read(
      '<MsgType><![CDATA[file]]></MsgType><Title><![CDATA[报价.zip]]></Title><Description><![CDATA[]]></Description><FileKey><![CDATA[FILEKEY_1]]></FileKey><FileMd5><![CDATA[95d98d3bf1b251a9e4a40f3bd88eef29]]></FileMd5><FileTotalLen>222</FileTotalLen><MsgId>24000000000000009</MsgId>',
    ),
    { kind: 'file', title: '报价.zip', fileKey: 'FILEKEY_1', size: 222 },
  ],
  ['a plain follow', event('subscribe', key('')), { kind: 'followed' }],
  [
    'a follow by QR code',
    event('subscribe', `${key('qrscene_store-42')}<Ticket><![CDATA[gQTICKET]]></Ticket>`),
    { kind: 'followed', scene: 'store-42', ticket: 'gQTICKET' },
  ],
  [
    'a follow whose scene begins with the prefix',
    event('subscribe', key('qrscene_qrscene_x')),
    { kind: 'followed', scene: 'qrscene_x' },
  ],
  [
    'a follow after a payment',
    event('subscribe', key('last_trade_no_4200001')),
    { kind: 'followed', sourceKey: 'last_trade_no_4200001' },
  ],
  ['an unfollow', event('unsubscribe', key('')), { kind: 'unfollowed' }],
  [
    'a scan',
    event('SCAN', `${key('store-42')}<Ticket><![CDATA[gQTICKET]]></Ticket>`),
    { kind: 'scanned', scene: 'store-42', ticket: 'gQTICKET' },
  ],
  ['a scan keeps the prefix', event('SCAN', key('qrscene_1')), { scene: 'qrscene_1' }],
  [
    'a location report',
    event(
      'LOCATION',
      '<Latitude>23.137466</Latitude><Longitude>113.352425</Longitude><Precision>119.385040</Precision>',
    ),
    { kind: 'location-reported', latitude: 23.137466, longitude: 113.352425, precision: 119.38504 },
  ],
  [
    'a menu click',
    event('CLICK', key('MENU_HELP')),
    { kind: 'menu-tapped', menu: 'click', key: 'MENU_HELP' },
  ],
  [
    'a menu link',
    event('VIEW', `${key('https://h5.example/')}<MenuId>MENUID</MenuId>`),
    { kind: 'menu-tapped', menu: 'view', key: 'https://h5.example/', menuId: 'MENUID' },
  ],
  [
    'a menu mini program',
    event('view_miniprogram', `${key('pages/index/index')}<MenuId>MENUID</MenuId>`),
    { kind: 'menu-tapped', menu: 'mini-program', key: 'pages/index/index' },
  ],
  ...(['push', 'waitmsg'] as const).map((how): [string, InboundEvent, object] => [
    `a menu scan (${how})`,
    event(
      `scancode_${how}`,
      `${key('SCAN_1')}<ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[https://x.example]]></ScanResult></ScanCodeInfo>`,
    ),
    {
      kind: 'menu-tapped',
      menu: how === 'push' ? 'scan' : 'scan-wait',
      key: 'SCAN_1',
      scanned: { type: 'qrcode', result: 'https://x.example' },
    },
  ]),
  [
    'one picture',
    event(
      'pic_weixin',
      `${key('PIC_1')}<SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum><![CDATA[1b5f7c23b5bf75682a53e7b6d163e185]]></PicMd5Sum></item></PicList></SendPicsInfo>`,
    ),
    {
      kind: 'pictures-chosen',
      key: 'PIC_1',
      from: 'album',
      count: 1,
      md5s: ['1b5f7c23b5bf75682a53e7b6d163e185'],
    },
  ],
  [
    'two pictures',
    event(
      'pic_sysphoto',
      `${key('PIC_2')}<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item><item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo>`,
    ),
    { from: 'camera', count: 2, md5s: ['a', 'b'] },
  ],
  [
    'a chosen location',
    event(
      'location_select',
      `${key('LOC_1')}<SendLocationInfo><Location_X><![CDATA[23]]></Location_X><Location_Y><![CDATA[113]]></Location_Y><Scale><![CDATA[15]]></Scale><Label><![CDATA[某路106号]]></Label><Poiname><![CDATA[]]></Poiname></SendLocationInfo>`,
    ),
    {
      kind: 'location-chosen',
      key: 'LOC_1',
      latitude: 23,
      longitude: 113,
      scale: 15,
      label: '某路106号',
    },
  ],
  [
    'a template receipt',
    event(
      'TEMPLATESENDJOBFINISH',
      '<MsgID>3717005636572528642</MsgID><Status><![CDATA[success]]></Status>',
    ),
    { kind: 'template-receipt', messageId: '3717005636572528642', outcome: 'delivered' },
  ],
  [
    'a blocked template',
    event(
      'TEMPLATESENDJOBFINISH',
      '<MsgID>200163836</MsgID><Status><![CDATA[failed:user block]]></Status>',
    ),
    { outcome: 'blocked', reason: 'failed:user block' },
  ],
  [
    'a failed template, with the odd blank',
    event(
      'TEMPLATESENDJOBFINISH',
      '<MsgID>1</MsgID><Status><![CDATA[failed: system failed]]></Status>',
    ),
    { outcome: 'failed', reason: 'failed: system failed' },
  ],
  [
    'a template receipt of a kind nobody announced',
    event(
      'TEMPLATESENDJOBFINISH',
      '<MsgID>1</MsgID><Status><![CDATA[failed:freq limit]]></Status>',
    ),
    { outcome: 'failed' },
  ],
  [
    'a mass receipt',
    event(
      'MASSSENDJOBFINISH',
      '<MsgID>1000000338</MsgID><Status><![CDATA[send success]]></Status><TotalCount>296</TotalCount><FilterCount>295</FilterCount><SentCount>295</SentCount><ErrorCount>0</ErrorCount><CopyrightCheckResult><Count>0</Count><ResultList></ResultList><CheckState>1</CheckState></CopyrightCheckResult><ArticleUrlResult><Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx><ArticleUrl><![CDATA[https://mp.example/s/abc]]></ArticleUrl></item></ResultList></ArticleUrlResult>',
    ),
    {
      kind: 'mass-receipt',
      messageId: '1000000338',
      outcome: 'sent',
      total: 296,
      filtered: 295,
      sent: 295,
      failed: 0,
      articleUrls: ['https://mp.example/s/abc'],
    },
  ],
  [
    'a publish receipt',
    event(
      'PUBLISHJOBFINISH',
      '<PublishEventInfo><publish_id>2247503051</publish_id><publish_status>0</publish_status><article_id><![CDATA[ARTICLE_ID]]></article_id><article_detail><count>1</count><item><idx>1</idx><article_url><![CDATA[https://mp.example/s/x]]></article_url></item></article_detail></PublishEventInfo>',
    ),
    {
      kind: 'publish-receipt',
      publishId: '2247503051',
      state: 'published',
      articleId: 'ARTICLE_ID',
      articles: [{ index: 1, url: 'https://mp.example/s/x' }],
      failedIndexes: [],
    },
  ],
  [
    'a failed publish',
    event(
      'PUBLISHJOBFINISH',
      '<PublishEventInfo><publish_id>2247503051</publish_id><publish_status>2</publish_status><fail_idx>1</fail_idx><fail_idx>2</fail_idx></PublishEventInfo>',
    ),
    { state: 'not-original', articles: [], failedIndexes: [1, 2] },
  ],
  [
    'consents from a popup',
    event(
      'subscribe_msg_popup_event',
      '<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[TPL_A]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>2</PopupScene></List><List><TemplateId><![CDATA[TPL_B]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent>',
    ),
    {
      kind: 'subscription-consent',
      by: 'popup',
      changes: [
        { templateId: 'TPL_A', accepted: true, scene: '2' },
        { templateId: 'TPL_B', accepted: false, scene: '2' },
      ],
    },
  ],
  ...(['SubscribeMsgChangeEvent', 'SubscribeMsgPopupEvent'] as const).map(
    (wrapper): [string, InboundEvent, object] => [
      `a change of consent inside ${wrapper}`,
      event(
        'subscribe_msg_change_event',
        `<${wrapper}><List><TemplateId><![CDATA[TPL_A]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString></List></${wrapper}>`,
      ),
      { by: 'settings', changes: [{ templateId: 'TPL_A', accepted: false }] },
    ],
  ),
  [
    'a subscription receipt',
    event(
      'subscribe_msg_sent_event',
      '<SubscribeMsgSentEvent><List><TemplateId><![CDATA[TPL_A]]></TemplateId><MsgID>1700827132819554304</MsgID><ErrorCode>0</ErrorCode><ErrorStatus><![CDATA[success]]></ErrorStatus></List></SubscribeMsgSentEvent>',
    ),
    {
      kind: 'subscription-receipt',
      receipts: [
        {
          templateId: 'TPL_A',
          messageId: '1700827132819554304',
          outcome: 'delivered',
          errorCode: '0',
          reason: 'success',
        },
      ],
    },
  ],
  [
    'a human takes over',
    event('kf_create_session', '<KfAccount><![CDATA[test1@gh_acct]]></KfAccount>'),
    { kind: 'kf-session', change: 'opened', agent: 'test1@gh_acct' },
  ],
  [
    'a human leaves',
    event('kf_close_session', '<KfAccount><![CDATA[test1@gh_acct]]></KfAccount>'),
    { kind: 'kf-session', change: 'closed', agent: 'test1@gh_acct' },
  ],
  [
    'a human hands over',
    event(
      'kf_switch_session',
      '<FromKfAccount><![CDATA[test1@gh_acct]]></FromKfAccount><ToKfAccount><![CDATA[test2@gh_acct]]></ToKfAccount>',
    ),
    { kind: 'kf-session', change: 'switched', agent: 'test2@gh_acct', fromAgent: 'test1@gh_acct' },
  ],
  [
    'account verification',
    event('qualification_verify_success', '<ExpiredTime>1731536000</ExpiredTime>'),
    {
      kind: 'account-notice',
      notice: 'qualification_verify_success',
      expiresAt: 1_731_536_000_000,
    },
  ],
  [
    'a failed verification',
    event(
      'naming_verify_fail',
      '<FailTime>1700000000</FailTime><FailReason><![CDATA[名称不符]]></FailReason>',
    ),
    { kind: 'account-notice', failedAt: 1_700_000_000_000, reason: '名称不符' },
  ],
  [
    'a card event, which we do not know',
    event('user_get_card', '<CardId><![CDATA[CARD]]></CardId>'),
    {
      kind: 'unknown',
      messageType: 'event',
      event: 'user_get_card',
      raw: expect.objectContaining({ CardId: 'CARD' }),
    },
  ],
  [
    'a mini-program card',
    read('<MsgType><![CDATA[miniprogrampage]]></MsgType><Title>t</Title><MsgId>1</MsgId>'),
    { kind: 'unknown', messageType: 'miniprogrampage' },
  ],
];

test.each(samples)('understands %s', (_, found, expected) => {
  expect(found).toMatchObject({
    accountId: 'acc1',
    appId: 'wx0123456789abcdef',
    openid,
    laneKey: `acc1:${openid}`,
    at: 1_700_000_000_000,
    ...expected,
  });
});

test('every sample has a dedupe key of its own that fits one ASCII column', () => {
  const keys = samples.map(([, found]) => found.dedupeKey);

  for (const dedupeKey of keys) {
    expect(dedupeKey).toMatch(/^[\x20-\x7e]+$/);
    expect(dedupeKey.length).toBeLessThanOrEqual(dedupeKeyLimit);
  }
  // Some samples share sender, second, kind and MsgID on purpose; those must share the key, all others not.
  const repeated = keys.filter((dedupeKey, at) => keys.indexOf(dedupeKey) !== at);
  expect(repeated).toEqual([`e:1700000000:${openid}:TEMPLATESENDJOBFINISH:1`]);
});

test('messages are told apart by sender and MsgId, events by sender, second, event and key', () => {
  const message = read(
    '<MsgType>text</MsgType><Content>x</Content><MsgId>7250021412600020992</MsgId>',
  );
  const tap = event('CLICK', key('A'));

  expect(message.dedupeKey).toBe(`m:7250021412600020992:${openid}`);
  expect(tap.dedupeKey).toBe(`e:1700000000:${openid}:CLICK:A`);
  expect(event('CLICK', key('B')).dedupeKey).not.toBe(tap.dedupeKey);
});

test('a long or foreign key is kept as its hash, the same for every delivery', () => {
  const address = `https://h5.example/${'长'.repeat(300)}`;

  const first = event('VIEW', key(address));
  const again = event('VIEW', key(address));

  expect(first.dedupeKey).toMatch(/^e:#[\w-]{43}$/);
  expect(again.dedupeKey).toBe(first.dedupeKey);
  expect(event('VIEW', key(`${address}x`)).dedupeKey).not.toBe(first.dedupeKey);
});

const platformHeader = header.replace(openid, 'gh_platform_push');

test('a withdrawn authorisation is about the OpenID inside, not about the sender', () => {
  const revoked = event(
    'user_authorization_revoke',
    `<OpenID><![CDATA[${openid}]]></OpenID><AppID><![CDATA[wx0123456789abcdef]]></AppID><RevokeInfo><![CDATA[205]]></RevokeInfo>`,
    platformHeader,
  );

  expect(revoked).toMatchObject({
    kind: 'authorization-revoked',
    openid,
    laneKey: `acc1:${openid}`,
    codes: ['205'],
  });
});

test('two people withdrawing in one second are two events', () => {
  const by = (person: string) =>
    event(
      'user_authorization_revoke',
      `<OpenID>${person}</OpenID><RevokeInfo>205</RevokeInfo>`,
      platformHeader,
    );

  expect(by('oA').dedupeKey).not.toBe(by('oB').dedupeKey);
});

test.each([
  ['user_info_modified', 'profile-modified'],
  ['user_authorization_cancellation', 'profile-cancelled'],
])('%s names the person inside', (name, kind) => {
  const found = event(name, `<OpenID>${openid}</OpenID><UnionID>uX</UnionID>`, platformHeader);

  expect(found).toMatchObject({ kind, openid, unionid: 'uX' });
});

const text = '<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>';

test.each([
  ['no sender', text, '<ToUserName>gh</ToUserName><CreateTime>1700000000</CreateTime>', 'sender'],
  ['a sender that is no name', text, header.replace(openid, 'o x'), 'sender'],
  ['a CreateTime of -1', text, header.replace('1700000000', '-1'), 'create-time'],
  ['a CreateTime in words', text, header.replace('1700000000', 'now'), 'create-time'],
  [
    'a CreateTime in the year 5138',
    text,
    header.replace('1700000000', '99999999999'),
    'create-time',
  ],
  ['a message without MsgId', '<MsgType>text</MsgType><Content>x</Content>', header, 'message-id'],
  ['a MsgId that is no number', text.replace('>1<', '>1e3<'), header, 'message-id'],
  [
    'a receipt without MsgID',
    '<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event>',
    header,
    'message-id',
  ],
  [
    'a withdrawal without OpenID',
    '<MsgType>event</MsgType><Event>user_authorization_revoke</Event>',
    header,
    'fields',
  ],
])('%s is kept as unknown, with what was wrong', (_, inner, head, problem) => {
  const found = read(inner, head);

  expect(found).toMatchObject({ kind: 'unknown', problem });
  expect(found.at).toBe(problem === 'create-time' ? receivedAt : 1_700_000_000_000);
});

test('a MsgId of twenty digits stays the exact string', () => {
  const found = read(
    '<MsgType>text</MsgType><Content>x</Content><MsgId>18446744073709551615</MsgId>',
  );

  expect(found).toMatchObject({ messageId: '18446744073709551615' });
});

test('events are named as reply rules name them, most specific first', () => {
  expect(eventKeysOf(event('subscribe', key('qrscene_s1')))).toEqual(['subscribe:s1', 'subscribe']);
  expect(eventKeyOf(event('subscribe', key('qrscene_s1')))).toBe('subscribe');
  expect(eventKeysOf(event('CLICK', key('HELP')))).toEqual(['CLICK:HELP', 'CLICK']);
  expect(eventKeyOf(event('SCAN', key('store-42')))).toBe('SCAN:store-42');
  expect(eventKeyOf(event('unsubscribe'))).toBe('unsubscribe');
  expect(eventKeyOf(read(text))).toBeUndefined();
});

test('only messages have a message type', () => {
  expect(messageTypeOf(read(text))).toBe('text');
  expect(messageTypeOf(event('CLICK', key('HELP')))).toBeUndefined();
});

test('only what WeChat counts opens a customer-service window', () => {
  expect(windowTriggerOf(read(text))).toBe('said');
  expect(windowTriggerOf(event('CLICK', key('A')))).toBe('menu');
  expect(windowTriggerOf(event('VIEW', key('A')))).toBeUndefined();
  expect(windowTriggerOf(event('subscribe', key('')))).toBe('followed');
  expect(windowTriggerOf(event('SCAN', key('A')))).toBe('scanned');
  expect(windowTriggerOf(event('LOCATION'))).toBeUndefined();
});
