import { createHash } from 'node:crypto';
import { dedupeKeyLimit, eventKeysOf, isMessage, type InboundEvent } from '../inbound-event';
import { readFlatXml } from '../wire/flat-xml';
import { readNestedXml } from '../wire/nested-xml';
import { normaliseEvent } from './normalise';

const agent = { id: 'acc1', corpId: 'ww1234567890abcdef', agentId: '1000002' };
const receivedAt = 1_700_000_101_500;
const cdata = (tag: string, text: string) => `<${tag}><![CDATA[${text}]]></${tag}>`;
const to = cdata('ToUserName', agent.corpId);
const head = `${to}${cdata('FromUserName', 'sys')}<CreateTime>1700000100</CreateTime>`;
const staffHead = `${to}${cdata('FromUserName', 'sales01')}<CreateTime>1700000100</CreateTime>`;

function read(inner: string): InboundEvent {
  const text = `<xml>${inner}</xml>`;
  const fields = readFlatXml(text) ?? readNestedXml(text);
  if (!fields) throw new Error(`unreadable: ${text}`);
  const digest = createHash('sha256').update(text).digest('base64url');
  return normaliseEvent(agent, { fields, digest }, receivedAt);
}
const event = (name: string, more: string, start = head) =>
  read(`${start}${cdata('MsgType', 'event')}${cdata('Event', name)}${more}`);
const change = (name: string, type: string, more = '') =>
  event(name, cdata('ChangeType', type) + more);

const wm1 = 'wmSIM0000000000000000000000001';
const room = 'wrSIM0000000000000000000000001';
const pair = cdata('UserID', 'sales01') + cdata('ExternalUserID', wm1);
const contact = (type: string, more = '') => change('change_external_contact', type, pair + more);
const chat = (type: string, more = '') =>
  change('change_external_chat', type, cdata('ChatId', room) + more);
const detail = (name: string, more = '') => chat('update', cdata('UpdateDetail', name) + more);
const scenes = (join: number, quit: number) =>
  `<JoinScene>${join}</JoinScene><QuitScene>${quit}</QuitScene>`;
const versions = cdata('LastMemVer', '0f3c') + cdata('CurMemVer', '77ab');
const corpTag = (type: string, target: string, more = '') =>
  change('change_external_tag', type, cdata('Id', 'etSIM01') + cdata('TagType', target) + more);
const acquisition = (type: string, more = '') => change('customer_acquisition', type, more);
const link = cdata('LinkId', 'cawcdeSIM01');
const directory = (type: string, more: string) => change('change_contact', type, more);
const app = (name: string, more = '') =>
  event(name, `${more}<AgentID>1000002</AgentID>`, staffHead);
const key = (text: string) => cdata('EventKey', text);
const said = (type: string, more: string) =>
  read(
    `${staffHead}${cdata('MsgType', type)}${more}<MsgId>7301234567890123456</MsgId><AgentID>1000002</AgentID>`,
  );
const card = (name: string, more = '') =>
  app(
    name,
    key('done') +
      cdata('TaskId', 'sop-118-3') +
      cdata('CardType', 'button_interaction') +
      cdata('ResponseCode', 'RC_sim_1') +
      more,
  );
const picked = (ids: string, id: string) =>
  `<SelectedItems><SelectedItem>${cdata('QuestionKey', 'q1')}<${ids}>${cdata(id, 'o2')}</${ids}></SelectedItem></SelectedItems>`;
const job = (type: string) =>
  app(
    'batch_job_result',
    `<BatchJob>${cdata('JobId', 'job_sim_1')}${cdata('JobType', type)}<ErrCode>0</ErrCode>${cdata('ErrMsg', 'ok')}</BatchJob>`,
  );
const kfHead = `${to}<CreateTime>1700000100</CreateTime>`;

const samples: [string, InboundEvent, object][] = [
  [
    'a friend by a code',
    contact('add_external_contact', cdata('State', 'ch_42') + cdata('WelcomeCode', 'WC_7f3a')),
    { kind: 'contact-added', userId: 'sales01', state: 'ch_42', welcomeCode: 'WC_7f3a' },
  ],
  [
    'a friend whom somebody else welcomes',
    contact('add_external_contact', cdata('State', 'ch_42')),
    { kind: 'contact-added', state: 'ch_42' },
  ],
  ['a friend without a code', contact('add_external_contact'), { kind: 'contact-added' }],
  [
    'half a friend',
    contact('add_half_external_contact', cdata('State', 'ch_42') + cdata('WelcomeCode', 'WC_91bc')),
    { kind: 'contact-half-added', state: 'ch_42', welcomeCode: 'WC_91bc' },
  ],
  [
    'half a friend without a code',
    contact('add_half_external_contact'),
    { kind: 'contact-half-added' },
  ],
  ['an edit', contact('edit_external_contact'), { kind: 'contact-edited', userId: 'sales01' }],
  [
    'an edit that tells the state',
    contact('edit_external_contact', cdata('State', 'ch_42')),
    { kind: 'contact-edited', state: 'ch_42' },
  ],
  [
    'deleted by the rep',
    contact('del_external_contact'),
    { kind: 'contact-deleted-by-rep', byTransfer: false },
  ],
  [
    'deleted by a hand-over',
    contact('del_external_contact', cdata('Source', 'DELETE_BY_TRANSFER')),
    { kind: 'contact-deleted-by-rep', byTransfer: true },
  ],
  [
    'deleted by the customer',
    contact('del_follow_user'),
    { kind: 'contact-deleted-by-customer', userId: 'sales01' },
  ],
  [
    'a hand-over refused',
    contact('transfer_fail', cdata('FailReason', 'customer_refused')),
    { kind: 'contact-transfer-failed', reason: 'customer-refused' },
  ],
  [
    'a hand-over to somebody full',
    contact('transfer_fail', cdata('FailReason', 'customer_limit_exceed')),
    { kind: 'contact-transfer-failed', reason: 'rep-full' },
  ],
  [
    'a hand-over that failed for a new reason',
    contact('transfer_fail', cdata('FailReason', 'moon_phase')),
    { kind: 'contact-transfer-failed', reason: 'unknown', rawReason: 'moon_phase' },
  ],
  [
    'consent to archiving',
    contact('msg_audit_approved', cdata('WelcomeCode', 'WC_c0de')),
    { kind: 'contact-agreed-to-archive', welcomeCode: 'WC_c0de' },
  ],
  [
    'consent without a code',
    contact('msg_audit_approved'),
    { kind: 'contact-agreed-to-archive', userId: 'sales01' },
  ],

  ['a room made', chat('create'), { kind: 'room-created', roomId: room }],
  ['a room dismissed', chat('dismiss'), { kind: 'room-dismissed', roomId: room }],
  [
    'one who joined by the code of a room',
    detail(
      'add_member',
      `${scenes(3, 0)}<MemChangeCnt>1</MemChangeCnt><MemChangeList>${cdata('Item', 'wmSIM03')}</MemChangeList>${versions}`,
    ),
    {
      kind: 'room-changed',
      change: 'members-joined',
      joinedBy: 'qr-code',
      count: 1,
      memberIds: ['wmSIM03'],
      versionBefore: '0f3c',
      version: '77ab',
    },
  ],
  [
    'two who were invited',
    detail(
      'add_member',
      `${scenes(0, 0)}<MemChangeCnt>2</MemChangeCnt><MemChangeList>${cdata('Item', 'wmSIM03')}${cdata('Item', 'sales02')}</MemChangeList>`,
    ),
    { change: 'members-joined', joinedBy: 'invitation', memberIds: ['wmSIM03', 'sales02'] },
  ],
  [
    'joining on an older corp',
    detail('add_member', `${scenes(3, 0)}<MemChangeCnt>1</MemChangeCnt>`),
    { change: 'members-joined', joinedBy: 'qr-code', count: 1 },
  ],
  [
    'one who left',
    detail('del_member', `${scenes(0, 0)}<MemChangeCnt>1</MemChangeCnt>`),
    { change: 'members-left', leftBy: 'themselves', count: 1 },
  ],
  [
    'one who was removed',
    detail(
      'del_member',
      `${scenes(0, 1)}<MemChangeCnt>1</MemChangeCnt><MemChangeList>${cdata('Item', 'wmSIM03')}</MemChangeList>`,
    ),
    { change: 'members-left', leftBy: 'removal', memberIds: ['wmSIM03'] },
  ],
  ['a new owner', detail('change_owner'), { kind: 'room-changed', change: 'owner-changed' }],
  ['a new name', detail('change_name'), { kind: 'room-changed', change: 'name-changed' }],
  ['a new notice', detail('change_notice'), { kind: 'room-changed', change: 'notice-changed' }],
  ['a new kind of change', detail('change_sky'), { kind: 'room-changed', change: 'unknown' }],

  ...(['create', 'update', 'delete'] as const).flatMap((type): [string, InboundEvent, object][] => {
    const changed = `${type}d`;
    return [
      [`a tag ${changed}`, corpTag(type, 'tag'), { change: changed, target: 'tag' }],
      [
        `a tag group ${changed}`,
        corpTag(type, 'tag_group'),
        { kind: 'corp-tags-changed', change: changed, target: 'tag-group', tagId: 'etSIM01' },
      ],
    ];
  }),
  [
    'a tag of a rule group',
    corpTag('create', 'tag', cdata('StrategyId', '7')),
    { kind: 'corp-tags-changed', strategyId: '7' },
  ],
  [
    'tags reordered',
    change('change_external_tag', 'shuffle', cdata('Id', 'etSIMG1') + cdata('StrategyId', '0')),
    { kind: 'corp-tags-changed', change: 'reordered', tagId: 'etSIMG1' },
  ],
  [
    'tag groups reordered',
    change('change_external_tag', 'shuffle', cdata('Id', '')),
    { kind: 'corp-tags-changed', change: 'reordered' },
  ],

  ['few uses left', acquisition('balance_low'), { change: 'balance-low' }],
  ['no uses left', acquisition('balance_exhausted'), { change: 'balance-exhausted' }],
  ['uses bought', acquisition('balance_increased'), { change: 'balance-increased' }],
  [
    'uses about to expire',
    acquisition(
      'quota_expire_soon',
      '<ExpireDate>1700600000</ExpireDate><ExpireQuotaNum>120</ExpireQuotaNum>',
    ),
    { change: 'quota-expires-soon', expiresAt: 1_700_600_000_000, expiring: 120 },
  ],
  [
    'a broken link',
    acquisition('link_unavailable', link),
    { change: 'link-unavailable', linkId: 'cawcdeSIM01' },
  ],
  ['a deleted link', acquisition('delete_link', link), { change: 'link-deleted' }],
  [
    'a profile opened',
    acquisition('open_profile', link + cdata('State', 'douyin_07')),
    { change: 'profile-opened', state: 'douyin_07' },
  ],
  [
    'a friend request',
    acquisition('friend_request', link + cdata('State', 'douyin_07')),
    { kind: 'acquisition-changed', change: 'friend-requested', state: 'douyin_07' },
  ],
  [
    'a first message',
    acquisition('customer_start_chat', pair),
    { change: 'chat-started', userId: 'sales01', openid: wm1 },
  ],
  [
    'several messages under a name nobody knows',
    acquisition('who_knows', pair + cdata('ChatKey', 'CK1')),
    { change: 'chat-going-on', rawChange: 'who_knows', chatKey: 'CK1' },
  ],
  ['a new kind of notice', acquisition('balance_shiny'), { change: 'unknown' }],

  [
    'the bell of customer service, which has no sender',
    event('kf_msg_or_event', cdata('Token', 'ENCsim') + cdata('OpenKfId', 'wkSIM01'), kfHead),
    { kind: 'kf-messages-waiting', kfId: 'wkSIM01', token: 'ENCsim' },
  ],
  [
    'customer-service accounts granted',
    event(
      'kf_account_auth_change',
      cdata('AuthAddOpenKfId', 'wkSIM01') + cdata('AuthDelOpenKfId', 'wkSIM02'),
      kfHead,
    ),
    { kind: 'kf-accounts-changed', granted: ['wkSIM01'], withdrawn: ['wkSIM02'] },
  ],
  [
    'customer-service accounts withdrawn',
    event('kf_account_auth_change', cdata('AuthDelOpenKfId', 'wkSIM02'), kfHead),
    { granted: [], withdrawn: ['wkSIM02'] },
  ],

  [
    'a member joined',
    directory(
      'create_user',
      cdata('UserID', 'sales03') +
        cdata('Name', '周宁') +
        cdata('Department', '2,5') +
        '<MainDepartment>2</MainDepartment><Gender>1</Gender><Status>4</Status>' +
        cdata('Position', '顾问') +
        `<ExtAttr><Item>${cdata('Name', '爱好')}<Type>0</Type><Text>${cdata('Value', '旅游')}</Text></Item></ExtAttr>`,
    ),
    {
      kind: 'staff-changed',
      change: 'joined',
      userId: 'sales03',
      name: '周宁',
      departmentIds: ['2', '5'],
      status: 'not-activated',
      position: '顾问',
    },
  ],
  [
    'a member renamed',
    directory(
      'update_user',
      cdata('UserID', 'sales01') +
        cdata('NewUserID', 'sales01b') +
        cdata('Department', '2,5') +
        '<MainDepartment>2</MainDepartment><Status>1</Status>',
    ),
    { change: 'updated', userId: 'sales01', newUserId: 'sales01b', status: 'active' },
  ],
  [
    'a member switched off',
    directory('update_user', `${cdata('UserID', 'sales01')}<Status>2</Status>`),
    { change: 'updated', status: 'disabled' },
  ],
  [
    'a member left',
    directory('delete_user', cdata('UserID', 'sales09')),
    { kind: 'staff-changed', change: 'left', userId: 'sales09' },
  ],
  [
    'a department made',
    directory(
      'create_party',
      `<Id>7</Id>${cdata('Name', '门店')}<ParentId>1</ParentId><Order>3</Order>`,
    ),
    { kind: 'department-changed', change: 'created', departmentId: '7', parentId: '1', order: 3 },
  ],
  [
    'a department renamed',
    directory('update_party', `<Id>7</Id>${cdata('Name', '旗舰店')}`),
    { change: 'updated', departmentId: '7', name: '旗舰店' },
  ],
  [
    'a department gone',
    directory('delete_party', '<Id>7</Id>'),
    { change: 'deleted', departmentId: '7' },
  ],
  [
    'a label of staff changed',
    directory(
      'update_tag',
      `<TagId>4</TagId>${cdata('AddUserItems', 'sales01,sales02')}${cdata('DelPartyItems', '3')}`,
    ),
    {
      kind: 'staff-tag-changed',
      addedUserIds: ['sales01', 'sales02'],
      removedUserIds: [],
      removedDepartmentIds: ['3'],
    },
  ],

  ['the app opened to a member', app('subscribe'), { kind: 'app-opened-to-member' }],
  ['the app closed to a member', app('unsubscribe'), { kind: 'app-closed-to-member' }],
  ['a member who opened the app', app('enter_agent', key('')), { kind: 'app-entered' }],
  [
    'where a member is',
    app(
      'LOCATION',
      `<Latitude>23.104</Latitude><Longitude>113.320</Longitude><Precision>65.000</Precision>${cdata('AppType', 'wxwork')}`,
    ),
    { kind: 'app-location-reported', latitude: 23.104, longitude: 113.32, precision: 65 },
  ],
  ...(
    [
      ['click', 'click'],
      ['view', 'view'],
      ['pic_sysphoto', 'camera'],
      ['pic_photo_or_album', 'camera-or-album'],
      ['pic_weixin', 'album'],
      ['location_select', 'location'],
    ] as const
  ).map(([name, menu]): [string, InboundEvent, object] => [
    `a menu: ${name}`,
    app(name, key('TODAY')),
    { kind: 'app-menu-tapped', userId: 'sales01', menu, key: 'TODAY' },
  ]),
  ...(['scancode_push', 'scancode_waitmsg'] as const).map(
    (name): [string, InboundEvent, object] => [
      `a menu: ${name}`,
      app(
        name,
        `${key('SCAN')}<ScanCodeInfo>${cdata('ScanType', 'qrcode')}${cdata('ScanResult', 'A1')}</ScanCodeInfo>`,
      ),
      { kind: 'app-menu-tapped', scanned: { type: 'qrcode', result: 'A1' } },
    ],
  ),
  [
    'a card answered',
    card('template_card_event', picked('OptionIds', 'OptionId')),
    {
      kind: 'app-card-answered',
      key: 'done',
      taskId: 'sop-118-3',
      responseCode: 'RC_sim_1',
      fromMenu: false,
      selected: [{ question: 'q1', options: ['o2'] }],
    },
  ],
  [
    "a card answered in the sample's spelling",
    card('template_card_event', picked('OpitonIds', 'OpitonId')),
    { selected: [{ question: 'q1', options: ['o2'] }] },
  ],
  [
    'a card answered by button only',
    card('template_card_event'),
    { kind: 'app-card-answered', selected: [] },
  ],
  ["a card's own menu", card('template_card_menu_event'), { fromMenu: true, key: 'done' }],
  ['an old task card', app('taskcard_click', key('yes') + cdata('TaskId', 't1')), { taskId: 't1' }],
  ['the app suspended', app('close_inactive_agent'), { kind: 'app-suspended' }],
  ['the app back in use', app('reopen_inactive_agent'), { kind: 'app-resumed' }],
  ...['sync_user', 'replace_user', 'invite_user', 'replace_party'].map(
    (type): [string, InboundEvent, object] => [
      `a job done: ${type}`,
      job(type),
      { kind: 'directory-job-done', jobId: 'job_sim_1', jobType: type, errcode: 0, errmsg: 'ok' },
    ],
  ),
  ...[
    'share_agent_change',
    'open_approval_change',
    'sys_approval_change',
    'msgaudit_notify',
    'living_status_change',
    'upload_media_job_finish',
  ].map((name): [string, InboundEvent, object] => [
    `a notice: ${name}`,
    event(name, ''),
    { kind: 'corp-notice', notice: name },
  ]),
  [
    'text to the app',
    said('text', cdata('Content', '今日待办')),
    {
      kind: 'app-message',
      messageId: '7301234567890123456',
      message: { type: 'text', text: '今日待办' },
    },
  ],
  [
    'a picture to the app',
    said('image', cdata('PicUrl', 'https://p.example/1') + cdata('MediaId', 'M1')),
    { message: { type: 'image', mediaId: 'M1', url: 'https://p.example/1' } },
  ],
  [
    'voice to the app',
    said('voice', cdata('MediaId', 'M2') + cdata('Format', 'amr')),
    { message: { type: 'voice', mediaId: 'M2', format: 'amr' } },
  ],
  [
    'video to the app',
    said('video', cdata('MediaId', 'M3') + cdata('ThumbMediaId', 'T3')),
    { message: { type: 'video', mediaId: 'M3', thumbMediaId: 'T3' } },
  ],
  [
    'a place to the app',
    said(
      'location',
      `<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y><Scale>16</Scale>${cdata('Label', '广州塔')}`,
    ),
    { message: { type: 'location', latitude: 23.1, longitude: 113.3, label: '广州塔' } },
  ],
  [
    'a link to the app',
    said(
      'link',
      cdata('Title', '一篇') +
        cdata('Description', '') +
        cdata('Url', 'https://a.example/1') +
        cdata('PicUrl', ''),
    ),
    { message: { type: 'link', title: '一篇', url: 'https://a.example/1' } },
  ],
];

test('there is a sample of every row of the sheet', () => {
  expect(samples.length).toBeGreaterThanOrEqual(84);
});

test.each(samples)('%s', (_name, found, expected) => {
  expect(found).toMatchObject({
    accountId: 'acc1',
    appId: agent.corpId,
    agentId: '1000002',
    at: 1_700_000_100_000,
    ...expected,
  });
});

test.each(samples)('%s: stays in its lane and its columns', (_name, found) => {
  expect(found.kind.length).toBeLessThanOrEqual(32);
  expect(found.dedupeKey).toMatch(/^[\x20-\x7e]+$/);
  expect(found.dedupeKey.length).toBeLessThanOrEqual(dedupeKeyLimit);
  expect(found.laneKey.startsWith('acc1:')).toBe(true);
  expect(found.laneKey.length).toBeGreaterThan('acc1:'.length);
  // Nothing of it is a follower's message, and no reply rule of an Official Account may answer it.
  expect(isMessage(found)).toBe(false);
  expect(eventKeysOf(found)).toEqual([]);
});

test('what happens to one customer stays in order, and rooms, staff and customers do not wait for each other', () => {
  const lanes = [
    contact('add_external_contact'),
    contact('del_follow_user'),
    chat('create'),
    detail('change_name'),
    said('text', cdata('Content', 'a')),
    corpTag('create', 'tag'),
  ].map((found) => found.laneKey);

  expect(lanes).toEqual([
    `acc1:${wm1}`,
    `acc1:${wm1}`,
    `acc1:room:${room}`,
    `acc1:room:${room}`,
    'acc1:staff:sales01',
    'acc1:tags',
  ]);
});

test('only an external contact is somebody of ours: staff and rooms have no openid', () => {
  expect(contact('del_follow_user').openid).toBe(wm1);
  expect(said('text', cdata('Content', 'a')).openid).toBe('');
  expect(chat('create').openid).toBe('');
});

test('two events of one second differ, and a repeat is the same', () => {
  const added = () => contact('add_external_contact', cdata('WelcomeCode', 'WC1'));
  const keys = [added(), contact('del_external_contact'), contact('del_follow_user')].map(
    (found) => found.dedupeKey,
  );

  expect(new Set(keys).size).toBe(3);
  expect(added().dedupeKey).toBe(keys[0]);
});

test.each<[string, InboundEvent, object]>([
  ['a new event', event('brand_new', cdata('X', '1')), { event: 'brand_new' }],
  ['a new kind of message', said('hologram', cdata('X', '1')), { messageType: 'hologram' }],
  [
    'a friend without a name',
    change('change_external_contact', 'add_external_contact', cdata('UserID', 'sales01')),
    { problem: 'fields' },
  ],
  [
    'a time that cannot be',
    read(
      `${to}<CreateTime>soon</CreateTime>${cdata('MsgType', 'event')}${cdata('Event', 'click')}`,
    ),
    { problem: 'create-time', at: receivedAt },
  ],
  [
    'a bell without an account',
    event('kf_msg_or_event', cdata('Token', 'T'), kfHead),
    { problem: 'fields' },
  ],
])('%s is kept as it came', (_name, found, expected) => {
  expect(found).toMatchObject({ kind: 'unknown', ...expected });
  expect(found.kind === 'unknown' && found.raw['ToUserName']).toBe(agent.corpId);
});
