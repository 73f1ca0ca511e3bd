import { field, openRig, type Rig } from './sandbox-rig';

let rig: Rig;

beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

async function aFollower(name = '小雨'): Promise<string> {
  const { body } = await rig.api('POST', '/people', { name });
  await rig.api('POST', `/people/${body.openid}/follow?settle=0`, {});
  return body.openid;
}

test.each(['secure', 'compatible', 'plain'] as const)(
  'a person is answered in %s mode',
  async (mode) => {
    await rig.connect(mode);
    rig.answer = (pushed) =>
      rig.reply(pushed, `你说：${field(pushed, 'Content') || field(pushed, 'Event')}`);
    const { body: person } = await rig.api('POST', '/people', { name: '小雨' });

    const followed = await rig.api('POST', `/people/${person.openid}/follow`, {
      scene: 'shop_jingan',
    });
    const said = await rig.api('POST', `/people/${person.openid}/say`, {
      text: '几点开门 👋 <b>&]]>',
    });

    expect(followed.body.received).toMatchObject([
      { kind: 'text', via: 'passive', text: '你说：subscribe' },
    ]);
    expect(rig.pushes[0]?.fields).toMatchObject({
      EventKey: 'qrscene_shop_jingan',
      MsgType: 'event',
    });
    expect(said.body.received[0].text).toBe('你说：几点开门 👋 <b>&]]>');
    expect(said.body.events[0]).toMatchObject({ verdict: 'reply', attempts: [{ status: 200 }] });
    expect(rig.pushes[1]?.query.get('openid')).toBe(person.openid);
  },
);

test('a callback address that does not echo is refused', async () => {
  const refused = await rig.api('POST', `/accounts/${rig.appId}/callback`, {
    url: `${rig.base}/nowhere`,
    token: 'abc',
    encodingAesKey: 'a'.repeat(43),
    mode: 'secure',
  });

  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'callback_refused', verified: false });
});

test('an app that is too slow is told three times, same MsgId, fresh nonce, and the person sees the notice', async () => {
  await rig.connect();
  const openid = await aFollower();
  rig.pushes.length = 0;
  rig.answer = () => new Promise(() => undefined);

  const said = await rig.api('POST', `/people/${openid}/say`, { text: '在吗' });

  expect(rig.pushes).toHaveLength(3);
  expect(new Set(rig.pushes.map((one) => one.fields.MsgId)).size).toBe(1);
  expect(new Set(rig.pushes.map((one) => one.query.get('nonce'))).size).toBe(3);
  expect(new Set(rig.pushes.map((one) => one.body)).size).toBe(3);
  expect(said.body.received).toMatchObject([{ kind: 'notice', via: 'system' }]);
  expect(said.body.events[0].attempts.map((one: { verdict: string }) => one.verdict)).toEqual([
    'timeout',
    'timeout',
    'timeout',
  ]);
});

test('the answer to the second delivery counts', async () => {
  await rig.connect();
  const openid = await aFollower();
  let turn = 0;
  rig.answer = (pushed) =>
    ++turn === 1 ? { status: 502, body: 'busy' } : rig.reply(pushed, '来了');

  const said = await rig.api('POST', `/people/${openid}/say`, { text: '在吗' });

  expect(said.body.received).toMatchObject([{ text: '来了' }]);
  expect(said.body.events[0].attempts.map((one: { verdict: string }) => one.verdict)).toEqual([
    'not-200',
    'reply',
  ]);
});

test.each([
  ['JSON', '{"errcode":0}'],
  ['success with a line feed', 'success\n'],
  ['broken XML', '<xml><a></xml>'],
  ['a plain reply in secure mode', '<xml><ToUserName>x</ToUserName></xml>'],
])('%s ends as the failure notice, without another try', async (_name, body) => {
  await rig.connect();
  const openid = await aFollower();
  rig.answer = () => ({ body });

  const said = await rig.api('POST', `/people/${openid}/say`, { text: '在吗' });

  expect(said.body.events[0].attempts).toHaveLength(1);
  expect(said.body.events[0].verdict).toBe('bad-reply');
  expect(said.body.received).toMatchObject([{ kind: 'notice' }]);
});

test('a reply to somebody else is not delivered', async () => {
  await rig.connect('plain');
  const openid = await aFollower();
  rig.answer = (pushed) =>
    rig.reply({ ...pushed, fields: { ...pushed.fields, FromUserName: 'oSomebodyElse' } }, '悄悄话');

  const said = await rig.api('POST', `/people/${openid}/say`, { text: '在吗' });

  expect(said.body.events[0]).toMatchObject({ verdict: 'bad-reply' });
  expect(JSON.stringify(said.body.received)).not.toContain('悄悄话');
});

test('nobody waits for an answer to an unfollow: no notice, whatever the app says', async () => {
  await rig.connect();
  const openid = await aFollower();
  rig.answer = () => ({ status: 500, body: 'oops' });

  const left = await rig.api('POST', `/people/${openid}/unfollow`, {});

  expect(left.body.received).toEqual([]);
  expect(left.body.events[0].verdict).toBe('not-200');
});

test('a withdrawn authorisation is told as WeChat tells it', async () => {
  await rig.connect();
  const openid = await aFollower();
  rig.pushes.length = 0;

  const withdrew = await rig.api('POST', `/people/${openid}/withdraw`, { code: '206' });
  const unknown = await rig.api('POST', `/people/${openid}/withdraw`, { code: '999' });

  expect(rig.pushes.map(({ fields }) => fields)).toMatchObject([
    { Event: 'user_authorization_revoke', OpenID: openid, RevokeInfo: '206' },
  ]);
  expect(withdrew.body.events[0].kind).toBe('user_authorization_revoke');
  expect(unknown.status).toBe(400);
});

test('what one person does is told in order', async () => {
  await rig.connect();
  const openid = await aFollower();
  rig.pushes.length = 0;
  rig.answer = async (pushed) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    return rig.reply(pushed, '好');
  };

  await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      rig.api('POST', `/people/${openid}/say`, { text: String(n) }),
    ),
  );

  const order = rig.pushes.map((one) => Number(one.fields.Content));
  const ids = rig.pushes.map((one) => field(one, 'MsgId'));
  expect(ids).toEqual([...ids].sort());
  expect(new Set(order).size).toBe(6);
});

test('behind the scenes shows the very bytes that were sent, and sends them again', async () => {
  await rig.connect();
  const openid = await aFollower();
  rig.answer = (pushed) => rig.reply(pushed, '十点');
  const said = await rig.api('POST', `/people/${openid}/say`, { text: '几点开门' });
  const { id } = said.body.events[0];
  const sent = rig.pushes.at(-1);

  const { body: event } = await rig.api('GET', `/events/${id}`);
  const again = await rig.api('POST', `/events/${id}/repeat`, {});

  expect(event.request.bodyEncrypted).toBe(sent?.body);
  expect(event.request.bodyPlain).toContain('几点开门');
  expect(event.attempts[0]).toMatchObject({ verdict: 'reply', status: 200 });
  expect(event.attempts[0].replyPlain).toContain('十点');
  expect(rig.pushes.at(-1)?.fields.MsgId).toBe(sent?.fields.MsgId);
  expect(rig.pushes.at(-1)?.query.get('nonce')).not.toBe(sent?.query.get('nonce'));
  expect(again.body.received).toEqual([]);
});

test('faults on callbacks: duplicates come twice, a lost answer is told again', async () => {
  await rig.connect();
  const openid = await aFollower();
  rig.answer = (pushed) => rig.reply(pushed, '好');
  rig.pushes.length = 0;
  await rig.api('POST', '/faults', {
    op: 'add',
    where: 'callback',
    kind: 'duplicate-callback',
    count: 1,
  });
  await rig.api('POST', '/faults', { op: 'add', where: 'callback', kind: 'lost-answer', count: 1 });

  const twice = await rig.api('POST', `/people/${openid}/say`, { text: '一' });
  const lost = await rig.api('POST', `/people/${openid}/say`, { text: '二' });

  expect(rig.pushes.map((one) => one.fields.Content)).toEqual(['一', '一', '二', '二']);
  expect(twice.body.received).toHaveLength(1);
  expect(lost.body.received).toHaveLength(1);
});

test('an event that nobody answered before the sandbox stopped is told after it starts again', async () => {
  await rig.connect();
  const openid = await aFollower();
  rig.answer = () => new Promise(() => undefined);
  void rig.api('POST', `/people/${openid}/say`, { text: '别忘了我' }).catch(() => undefined);
  while (rig.pushes.at(-1)?.fields.Content !== '别忘了我')
    await new Promise((resolve) => setTimeout(resolve, 5));
  rig.answer = (pushed) => rig.reply(pushed, '没忘');
  rig.pushes.length = 0;

  await rig.reopen();

  while (rig.pushes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(rig.pushes[0]?.fields.Content).toBe('别忘了我');
});
