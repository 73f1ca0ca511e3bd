import { openRig, type Loose, type Rig } from './sandbox-rig';

const HOUR = 3_600_000;
let rig: Rig;

beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

async function aFollower(): Promise<string> {
  const { body } = await rig.api('POST', '/people', {});
  await rig.api('POST', `/people/${body.openid}/follow?settle=0`, {});
  return body.openid;
}

const advance = (advanceMs: number) => rig.api('POST', '/clock', { advanceMs });

async function stable(more: object = {}): Promise<Loose> {
  const answered = await fetch(`${rig.base}/sandbox/wechat/cgi-bin/stable_token`, {
    method: 'POST',
    body: JSON.stringify({
      grant_type: 'client_credential',
      appid: rig.appId,
      secret: rig.appSecret,
      ...more,
    }),
  });
  return answered.json();
}

async function plain(): Promise<Loose> {
  const query = `grant_type=client_credential&appid=${rig.appId}&secret=${rig.appSecret}`;
  return (await fetch(`${rig.base}/sandbox/wechat/cgi-bin/token?${query}`)).json();
}

async function probe(token: string): Promise<number> {
  const answered = await fetch(`${rig.base}/sandbox/wechat/cgi-bin/tags/get?access_token=${token}`);
  const body: Loose = await answered.json();
  return body.errcode ?? 0;
}

describe('tokens', () => {
  test('the stable one stays until five minutes before its end, and both then live', async () => {
    const first = await stable();
    const second = await stable();
    await advance(7_200_000 - 200_000);
    const third = await stable();

    expect(second.access_token).toBe(first.access_token);
    expect(third.access_token).not.toBe(first.access_token);
    expect(third.expires_in).toBe(7200);
    expect(await probe(first.access_token)).toBe(0);
    await advance(200_001);
    expect(await probe(first.access_token)).toBe(42001);
    expect(await probe(third.access_token)).toBe(0);
  });

  test('forcing kills the old one at once, but not within 30 seconds', async () => {
    const first = await stable();
    const tooSoon = await stable({ force_refresh: true });
    await advance(31_000);
    const forced = await stable({ force_refresh: true });

    expect(tooSoon.access_token).toBe(first.access_token);
    expect(forced.access_token).not.toBe(first.access_token);
    expect(await probe(first.access_token)).toBe(40001);
  });

  test('forcing is for twenty times a day', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      await stable({ force_refresh: true });
      await advance(31_000);
    }

    expect((await stable({ force_refresh: true })).errcode).toBe(45009);
  });

  test('the classic one dies five minutes after the next was made, and never touches the stable one', async () => {
    const other = await stable();
    const first = await plain();
    const second = await plain();

    expect(second.access_token).not.toBe(first.access_token);
    expect(await probe(first.access_token)).toBe(0);
    await advance(300_001);
    expect(await probe(first.access_token)).toBe(40001);
    expect(await probe(second.access_token)).toBe(0);
    expect(await probe(other.access_token)).toBe(0);
  });

  test('says what is wrong with a call', async () => {
    const wrongSecret = await stable({ secret: 'f'.repeat(32) });
    const unknown = await stable({ appid: 'wx0' });
    const missing = await fetch(`${rig.base}/sandbox/wechat/cgi-bin/tags/get`);

    expect(wrongSecret.errcode).toBe(40001);
    expect(wrongSecret.errmsg).toMatch(/rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
    expect(unknown.errcode).toBe(40013);
    expect(await missing.json()).toMatchObject({ errcode: 41001 });
    expect(await probe('short')).toBe(40014);
    expect(await probe('97_' + 'x'.repeat(130))).toBe(40001);
    expect(await rig.wechat('/cgi-bin/no/such')).toMatchObject({ errcode: 40066 });
  });

  test('a stolen token says 40001 once it is stolen', async () => {
    const token = await rig.token();
    await rig.api('POST', '/faults', { where: 'user-get', kind: 'steal-token', count: 1 });

    const answer = await rig.wechat('/cgi-bin/user/get');

    expect(answer.errcode).toBe(40001);
    expect(await probe(token)).toBe(40001);
  });
});

describe('followers', () => {
  test('lists them in pages, the last one without data, and never with a nickname', async () => {
    await rig.api('POST', '/crowd', { followers: 10_005, seed: 7 });

    const first = await rig.wechat('/cgi-bin/user/get');
    const second = await rig.wechat(
      '/cgi-bin/user/get',
      undefined,
      `&next_openid=${first.next_openid}`,
    );
    const last = await rig.wechat(
      '/cgi-bin/user/get',
      undefined,
      `&next_openid=${second.next_openid}`,
    );
    const info = await rig.wechat(
      '/cgi-bin/user/info',
      undefined,
      `&openid=${first.data.openid[0]}`,
    );

    expect(first).toMatchObject({ total: 10_005, count: 10_000 });
    expect(second.data.openid).toHaveLength(5);
    expect(last).toEqual({ total: 10_005, count: 0, next_openid: '' });
    expect(info).toMatchObject({ subscribe: 1, remark: '', tagid_list: [] });
    expect(info).not.toHaveProperty('nickname');
  });

  test('one bad openid fails a whole batch; a stranger has subscribe 0', async () => {
    const { body } = await rig.api('POST', '/people', { unionid: 'u1' });

    const info = await rig.wechat('/cgi-bin/user/info/batchget', {
      user_list: [{ openid: body.openid }],
    });
    const bad = await rig.wechat('/cgi-bin/user/info/batchget', {
      user_list: [{ openid: body.openid }, { openid: 'oX' }],
    });
    const many = await rig.wechat('/cgi-bin/user/info/batchget', {
      user_list: Array.from({ length: 101 }, () => ({ openid: 'o' })),
    });

    expect(info.user_info_list).toEqual([{ subscribe: 0, openid: body.openid, unionid: 'u1' }]);
    expect(bad.errcode).toBe(40003);
    expect(many.errcode).toBe(40032);
  });

  test('tags have their limits', async () => {
    const openid = await aFollower();
    const { tag } = await rig.wechat('/cgi-bin/tags/create', { tag: { name: '会员' } });

    const tagged = await rig.wechat('/cgi-bin/tags/members/batchtagging', {
      openid_list: [openid],
      tagid: tag.id,
    });
    const again = await rig.wechat('/cgi-bin/tags/create', { tag: { name: '会员' } });
    const long = await rig.wechat('/cgi-bin/tags/create', { tag: { name: '名'.repeat(11) } });
    const many = await rig.wechat('/cgi-bin/tags/members/batchtagging', {
      openid_list: Array(51).fill(openid),
      tagid: tag.id,
    });
    const system = await rig.wechat('/cgi-bin/tags/delete', { tag: { id: 2 } });

    expect(tagged).toEqual({ errcode: 0, errmsg: 'ok' });
    expect((await rig.wechat('/cgi-bin/tags/get')).tags).toEqual([
      { id: tag.id, name: '会员', count: 1 },
    ]);
    expect((await rig.wechat('/cgi-bin/tags/getidlist', { openid })).tagid_list).toEqual([tag.id]);
    expect([again.errcode, long.errcode, many.errcode, system.errcode]).toEqual([
      45157, 45158, 40032, 45058,
    ]);
    expect((await rig.wechat('/cgi-bin/tags/delete', { tag: { id: tag.id } })).errcode).toBe(0);
    expect(
      (
        await rig.wechat('/cgi-bin/tags/members/batchtagging', {
          openid_list: [openid],
          tagid: tag.id,
        })
      ).errcode,
    ).toBe(45159);
  });
});

describe('customer-service messages', () => {
  const send = (openid: string, content = '您好'): Promise<Loose> =>
    rig.wechat('/cgi-bin/message/custom/send', {
      touser: openid,
      msgtype: 'text',
      text: { content },
    });

  test('follow allows three within a minute, a message five within 48 hours', async () => {
    const openid = await aFollower();

    const afterFollow = [];
    for (let turn = 0; turn < 4; turn += 1) afterFollow.push((await send(openid)).errcode);
    await rig.api('POST', `/people/${openid}/say?settle=0`, { text: '在吗' });
    await advance(2 * 60_000);
    const afterMessage = [];
    for (let turn = 0; turn < 6; turn += 1) afterMessage.push((await send(openid)).errcode);
    await advance(49 * HOUR);
    rig.forgetToken();

    expect(afterFollow).toEqual([0, 0, 0, 45047]);
    expect(afterMessage).toEqual([0, 0, 0, 0, 0, 45047]);
    expect((await send(openid)).errcode).toBe(45015);
  });

  test('the window that closes first is used first, and unfollowing closes all', async () => {
    const openid = await aFollower();
    await rig.api('POST', `/people/${openid}/say?settle=0`, { text: '在吗' });

    for (let turn = 0; turn < 3; turn += 1) await send(openid);
    await advance(61_000);
    const rest = [];
    for (let turn = 0; turn < 6; turn += 1) rest.push((await send(openid)).errcode);
    await rig.api('POST', `/people/${openid}/unfollow`, {});

    expect(rest).toEqual([0, 0, 0, 0, 0, 45047]);
    expect((await send(openid)).errcode).toBe(45015);
  });

  test('refuses what WeChat refuses', async () => {
    const openid = await aFollower();
    const article = { title: 't', description: '', url: 'https://a.example', picurl: '' };
    const attempt = async (body: object) =>
      (await rig.wechat('/cgi-bin/message/custom/send', { touser: openid, ...body })).errcode;

    expect((await send(openid, '长'.repeat(683))).errcode).toBe(45002);
    expect((await send(openid, '')).errcode).toBe(44004);
    expect((await send('oNobody')).errcode).toBe(40003);
    expect(await attempt({ msgtype: 'news', news: { articles: [article, article] } })).toBe(45008);
    expect(await attempt({ msgtype: 'image', image: { media_id: 'none' } })).toBe(40007);
    expect(await attempt({ msgtype: 'link', link: {} })).toBe(45162);
    expect(await attempt({ msgtype: 'dance', dance: {} })).toBe(40008);
  });
});

describe('template messages', () => {
  let templateId: string;
  let openid: string;

  beforeEach(async () => {
    openid = await aFollower();
    const made = await rig.api('POST', '/templates', {
      title: '会员积分到期提醒',
      content: '会员：{{thing1.DATA}}\n时间：{{time2.DATA}}',
    });
    templateId = made.body.templateId;
  });

  const body = (more: object = {}) => ({
    touser: openid,
    template_id: templateId,
    data: {
      thing1: { value: '小雨' },
      time2: { value: '2026年11月21日 10:00' },
      first: { value: 'dropped' },
    },
    ...more,
  });
  const send = (more: object = {}) => rig.wechat('/cgi-bin/message/template/send', body(more));

  test('arrives as a card, with a msgid no double can hold, and a receipt that names it', async () => {
    await rig.connect();

    const raw = await rig.rawWechat('/cgi-bin/message/template/send', body());
    while (rig.pushes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { body: phone } = await rig.api('GET', `/people/${openid}/phone`);

    const msgId = /"msgid":(\d+)}/.exec(raw)?.[1] ?? '';
    expect(Number.isSafeInteger(Number(msgId))).toBe(false);
    expect(phone.items[0]).toMatchObject({
      kind: 'template',
      text: '会员积分到期提醒\n会员：小雨\n时间：2026年11月21日 10:00',
      template: {
        title: '会员积分到期提醒',
        msgId,
        fields: [{ name: '会员', value: '小雨' }, { name: '时间' }],
      },
    });
    expect(rig.pushes[0]?.fields).toMatchObject({
      Event: 'TEMPLATESENDJOBFINISH',
      MsgID: msgId,
      Status: 'success',
    });
  });

  test('one client_msg_id is one message for ten minutes', async () => {
    const first = await rig.rawWechat(
      '/cgi-bin/message/template/send',
      body({ client_msg_id: 'c1' }),
    );
    const second = await rig.rawWechat(
      '/cgi-bin/message/template/send',
      body({ client_msg_id: 'c1' }),
    );
    await advance(600_001);
    const third = await rig.rawWechat(
      '/cgi-bin/message/template/send',
      body({ client_msg_id: 'c1' }),
    );
    const { body: summary } = await rig.api('GET', '/books/summary');

    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(summary.templates).toMatchObject({
      sent: 2,
      people: 1,
      doubles: [{ clientMsgId: 'c1', openid, count: 2 }],
    });
  });

  test.each([
    ['thing1', '一'.repeat(21), 'data.thing1.value invalid'],
    ['thing1', '', 'data.thing1.value is emtpy'],
    ['thing1', '两\n行', 'data.thing1.value invalid'],
    ['time2', '明天', 'data.time2.value invalid'],
  ])('a wrong %s is refused with 47003', async (key, value, complaint) => {
    const answer = await send({ data: { ...body().data, [key]: { value } } });

    expect(answer.errcode).toBe(47003);
    expect(answer.errmsg).toContain(complaint);
  });

  test('says why a person gets nothing', async () => {
    await rig.api('PATCH', `/people/${openid}`, { noticesOff: true });
    const off = await send();
    await rig.api('PATCH', `/people/${openid}`, { noticesOff: false });
    await rig.api('PATCH', `/accounts/${rig.appId}`, { quotas: { 'template-send': 0 } });
    const quota = await send();
    await rig.api('POST', `/people/${openid}/unfollow`, {});

    expect(off.errcode).toBe(43101);
    expect(quota.errcode).toBe(45009);
    expect((await send()).errcode).toBe(43004);
    expect((await send({ touser: 'oX' })).errcode).toBe(40003);
    expect((await send({ template_id: 'gone' })).errcode).toBe(40037);
    expect((await send({ template_id: '' })).errcode).toBe(40036);
  });

  test('a fault may accept the message and lose the answer, break it, or tell the receipt first', async () => {
    await rig.connect();
    await rig.api('POST', '/faults', { where: 'template-send', kind: 'reset-mid-reply', count: 1 });
    const cut = rig.rawWechat('/cgi-bin/message/template/send', body({ client_msg_id: 'a' }));
    await expect(cut).rejects.toThrow();
    await rig.api('POST', '/faults', { where: 'template-send', kind: 'half-json', count: 1 });
    const half = await rig.rawWechat(
      '/cgi-bin/message/template/send',
      body({ client_msg_id: 'b' }),
    );
    await rig.api('POST', '/faults', { where: 'template-send', kind: 'http-502-html', count: 1 });
    const page = await rig.rawWechat(
      '/cgi-bin/message/template/send',
      body({ client_msg_id: 'c' }),
    );
    await rig.api('POST', '/faults', { where: 'template-send', kind: 'errcode:45009', count: 1 });
    const code = await send({ client_msg_id: 'd' });
    const before = rig.pushes.length;
    await rig.api('POST', '/faults', { where: 'template-send', kind: 'receipt-first', count: 1 });
    await send({ client_msg_id: 'e' });

    const ids = rig.pushes.slice(before).map((one) => one.fields.Event);
    const { body: summary } = await rig.api('GET', '/books/summary');
    expect(() => JSON.parse(half) as unknown).toThrow();
    expect(page).toContain('502 Bad Gateway');
    expect(code.errcode).toBe(45009);
    expect(ids).toContain('TEMPLATESENDJOBFINISH');
    expect(summary.templates.byClientMsgId).toEqual({ a: 1, b: 1, e: 1 });
  });

  test('a rate draws the same people in every run', async () => {
    const others: string[] = [];
    for (let turn = 0; turn < 12; turn += 1) others.push(await aFollower());
    const run = async () => {
      await rig.api('POST', '/faults', { op: 'clear' });
      await rig.api('POST', '/faults', {
        where: 'template-send',
        kind: 'errcode:-1',
        rate: 0.5,
        seed: 5,
      });
      const codes = [];
      for (const touser of others)
        codes.push((await send({ touser, client_msg_id: touser.slice(8) })).errcode);
      return codes;
    };

    const first = await run();

    expect(await run()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([0, -1]));
  });
});

test('codes carry scenes, and posters show them', async () => {
  const made = await rig.wechat('/cgi-bin/qrcode/create', {
    action_name: 'QR_LIMIT_STR_SCENE',
    action_info: { scene: { scene_str: 'shop_a' } },
  });
  const brief = await rig.wechat('/cgi-bin/qrcode/create', {
    action_name: 'QR_SCENE',
    expire_seconds: 60,
    action_info: { scene: { scene_id: 7 } },
  });
  const bad = await rig.wechat('/cgi-bin/qrcode/create', {
    action_name: 'QR_SCENE',
    action_info: { scene: { scene_id: 0 } },
  });
  const { body: posters } = await rig.api('GET', `/posters?appId=${rig.appId}`);
  const svg = await fetch(`${rig.base}${String(posters.items[0].svgUrl)}`);
  const { body: person } = await rig.api('POST', '/people', {});
  await rig.connect();
  await advance(61_000);
  await rig.api('POST', `/people/${person.openid}/scan`, { ticket: brief.ticket });
  await rig.api('POST', `/people/${person.openid}/scan`, { scene: 'shop_a' });

  expect(made).not.toHaveProperty('expire_seconds');
  expect(brief.expire_seconds).toBe(60);
  expect(bad.errcode).toBe(40053);
  expect(posters.items[0]).toMatchObject({ scene: 'shop_a', permanent: true });
  expect(svg.headers.get('content-type')).toBe('image/svg+xml');
  expect(rig.pushes.map((one) => [one.fields.Event, one.fields.EventKey])).toEqual([
    ['subscribe', ''],
    ['SCAN', 'shop_a'],
  ]);
});

test('menus are checked, shown and tapped', async () => {
  const empty = await rig.wechat('/cgi-bin/menu/get');
  const button = [
    { type: 'click', name: '新品', key: 'NEW' },
    { name: '更多', sub_button: [{ type: 'view', name: '官网', url: 'https://a.example' }] },
  ];
  const made = await rig.wechat('/cgi-bin/menu/create', { button });
  const long = await rig.wechat('/cgi-bin/menu/create', {
    button: [{ ...button[0], name: '字'.repeat(6) }],
  });
  const openid = await aFollower();
  await rig.connect();
  await rig.api('POST', `/people/${openid}/tap`, { key: 'NEW' });
  await rig.api('POST', `/people/${openid}/tap`, { key: 'https://a.example' });

  expect([empty.errcode, made.errcode, long.errcode]).toEqual([46003, 0, 40018]);
  expect((await rig.wechat('/cgi-bin/menu/get')).menu.button).toEqual(button);
  expect(rig.pushes.map((one) => one.fields.Event)).toEqual(['CLICK', 'VIEW']);
});

test('media is kept for three days', async () => {
  const form = new FormData();
  form.append('media', new Blob([Buffer.from([1, 2, 3, 255])]), 'a.png');
  const url = `${rig.base}/sandbox/wechat/cgi-bin/media/upload?type=image&access_token=${await rig.token()}`;
  const made: Loose = await (await fetch(url, { method: 'POST', body: form })).json();
  const get = `${rig.base}/sandbox/wechat/cgi-bin/media/get?media_id=${made.media_id}&access_token=${await rig.token()}`;

  const bytes = Buffer.from(await (await fetch(get)).arrayBuffer());

  expect(bytes).toEqual(Buffer.from([1, 2, 3, 255]));
});

test('the sandbox answers this machine only', async () => {
  const foreign = await rig.api('POST', '/people', {}, { Origin: 'https://evil.example' });
  const local = await rig.api('POST', '/people', {}, { Origin: rig.base });

  expect(foreign.status).toBe(403);
  expect(local.status).toBe(201);
});

test('the clock goes forward and stays within dates; what it refuses leaves no trace', async () => {
  const { body: before } = await rig.api('GET', '/clock');

  const refused = await Promise.all(
    [
      { advanceMs: 1e20 },
      { advanceMs: -1_000 },
      { setTo: 1e18 },
      { setTo: 0 },
      { setTo: '2099-12-31T00:00:00Z', advanceMs: 400 * 24 * HOUR },
    ].map((move) => rig.api('POST', '/clock', move)),
  );

  const { body: after } = await rig.api('GET', '/clock');
  expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
  expect(after.offsetMs).toBe(before.offsetMs);
});

test('what was accepted is still there after a restart', async () => {
  const openid = await aFollower();
  await rig.api('POST', '/faults', { where: 'user-get', kind: 'errcode:45009' });
  await advance(HOUR);

  await rig.reopen();

  const { body: person } = await rig.api('GET', `/people/${openid}`);
  const { body: clock } = await rig.api('GET', '/clock');
  expect(person).toMatchObject({ following: true });
  expect(clock.offsetMs).toBeGreaterThanOrEqual(HOUR);
  expect((await rig.wechat('/cgi-bin/user/get')).errcode).toBe(45009);
  expect((await rig.api('GET', `/books/calls?appId=${rig.appId}`)).body.items).not.toEqual([]);
});
