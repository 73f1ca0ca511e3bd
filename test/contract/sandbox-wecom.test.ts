import { signInUrl, signPage, triesAfterChange, weComLimits } from '../../src/channels/wecom';
import { errcodeOf, openWeComRig, type Loose, type WeComRig } from './wecom-rig';

let rig: WeComRig;

beforeEach(async () => {
  rig = await openWeComRig();
});
afterEach(() => rig.close());

const kinds = () => rig.events.map((event) => event.kind);
const hello = { text: '您好' };
const connectSecond = () =>
  rig.api('POST', `/wecom/corps/${rig.corpId}/agents/${rig.second.agentId}/callback`, {
    url: `${rig.base}/callback/wecom/${rig.corpId}/${rig.second.agentId}`,
    ...{ token: rig.second.token, encodingAesKey: rig.second.encodingAesKey },
  });
const codeOf = (event: Loose): string => event.welcomeCode;
const hasCode = (event: Loose): boolean => 'welcomeCode' in event;

describe('callbacks', () => {
  test('an address is accepted only when it opens the encrypted echo', async () => {
    const path = `/wecom/corps/${rig.corpId}/agents/${rig.second.agentId}/callback`;
    const url = `${rig.base}/callback/wecom/${rig.corpId}/${rig.second.agentId}`;
    const wrong = { url, token: 'anotherToken', encodingAesKey: rig.second.encodingAesKey };

    const refused = await rig.api('POST', path, wrong);
    const accepted = await connectSecond();

    expect(refused).toMatchObject({ status: 422, body: { verified: false, status: 403 } });
    expect(accepted).toMatchObject({ status: 200, body: { verified: true } });
  });

  test('every app of the corp that may hear it is told, each with a code of its own', async () => {
    await connectSecond();
    const { personId } = await rig.newPerson();

    const added = await rig.person(personId, 'add-rep', { userId: 'sales01' });

    expect(added.events).toMatchObject([
      { agentId: rig.agent.agentId, verdict: 'empty' },
      { agentId: rig.second.agentId, verdict: 'empty' },
    ]);
    const [first, second] = rig.events as [Loose, Loose];
    expect(codeOf(first)).not.toBe(codeOf(second));
    // A code is for the app that heard it, and one welcome is all there is.
    expect(await errcodeOf(rig.wecom.sendWelcome(rig.second, codeOf(first), hello))).toBe(41050);
    const sent = await rig.wecom.sendWelcome(rig.agent, codeOf(first), hello);
    const late = await rig.wecom.sendWelcome(rig.second, codeOf(second), hello);
    expect(sent).toEqual({ kind: 'ok', value: { alreadyWelcomed: false } });
    expect(late).toEqual({ kind: 'ok', value: { alreadyWelcomed: true } });
  });

  test('an app hears only of the staff in its range', async () => {
    const path = `/wecom/corps/${rig.corpId}/agents/${rig.agent.agentId}`;
    await rig.api('PATCH', path, { range: ['sales02'] });

    const hidden = await rig.newFriend('sales01');
    const seen = await rig.newFriend('sales02');

    expect(rig.events).toMatchObject([{ kind: 'contact-added', openid: seen }]);
    expect(await rig.wecom.listReps(rig.agent)).toEqual(['sales02']);
    expect(await errcodeOf(rig.wecom.getContact(rig.agent, hidden))).toBe(84061);
    const remark = rig.wecom.remarkContact(rig.agent, 'sales01', hidden, { remark: 'x' });
    expect(await errcodeOf(remark)).toBe(60011);
  });

  test('an event that is not taken is told three times, and no more', async () => {
    rig.onEvent = () => Promise.reject(new Error('no database'));
    const { personId } = await rig.newPerson();

    const added = await rig.person(personId, 'add-rep', { userId: 'sales01' });

    expect(added.events[0]).toMatchObject({ verdict: 'not-200' });
    expect(added.events[0].attempts.map((one: Loose) => one.status)).toEqual([503, 503, 503]);
    expect(new Set(rig.events.map((event) => event.dedupeKey)).size).toBe(1);
  });

  test.each([
    ['duplicate-callback', 2],
    ['lost-answer', 2],
    ['drop-callback', 0],
  ])('%s: the app hears it %i times, under one key', async (kind, times) => {
    await rig.fault('wecom-callback', kind, { count: 1 });

    await rig.newFriend();

    expect(rig.events).toHaveLength(times);
    expect(new Set(rig.events.map((event) => event.dedupeKey)).size).toBe(Math.min(times, 1));
  });

  test('an event comes again after a long while as it came, under another seal', async () => {
    await rig.newFriend();
    const [told] = (await rig.api('GET', '/wecom/events')).body.items;
    await rig.api('POST', `/wecom/events/${told.id}/repeat`);

    expect(rig.events).toHaveLength(2);
    expect(rig.events[1]).toEqual(rig.events[0]);
  });

  test('out of order: a deletion may arrive before the adding', async () => {
    const { personId } = await rig.newPerson();
    await rig.fault('wecom-callback', 'out-of-order', { count: 1 });

    const adding = rig.person(personId, 'add-rep', { userId: 'sales01' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await rig.person(personId, 'delete-rep', { userId: 'sales01' });
    await adding;

    expect(kinds()).toEqual(['contact-deleted-by-customer', 'contact-added']);
  });
});

test('an event that nobody took is told again after a restart, and the books are as they were', async () => {
  rig.onEvent = () => new Promise(() => undefined);
  const { personId, externalUserId } = await rig.newPerson();
  const adding = rig.person(personId, 'add-rep', { userId: 'sales01' }).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 150));
  await rig.reopen();
  rig.onEvent = () => undefined;
  await adding;
  await new Promise((resolve) => setTimeout(resolve, 400));

  const [first, last] = [rig.events[0], rig.events.at(-1)];

  expect(rig.events.length).toBeGreaterThan(1);
  expect(last).toEqual(first);
  expect((await rig.wecom.getContact(rig.agent, externalUserId)).links).toHaveLength(1);
});

test('a page is signed with the ticket of its kind, and with no other', async () => {
  const { wecom, agent, corpId } = rig;
  const url = 'https://scrm.example.com/sidebar/?a=1#/person';
  const stamp = { timestamp: '1700000000', nonceStr: 'abc123' };
  const check = async (kind: string, ticket: string): Promise<boolean> => {
    const path = `/wecom/corps/${corpId}/agents/${agent.agentId}/check-signature`;
    return (await rig.api('POST', path, { kind, url, ...signPage(ticket, url, stamp) })).body.ok;
  };
  const corp = await wecom.corpTickets.current(agent);
  const app = await wecom.agentTickets.current(agent);

  expect(await check('agent', app)).toBe(true);
  expect(await check('corp', corp)).toBe(true);
  expect(await check('agent', corp)).toBe(false);
  expect(await check('corp', 'forged')).toBe(false);
});

test('signing in sends the browser back with a code that says who sits there', async () => {
  const { wecom, agent, corpId, base } = rig;
  const authorizeAt = `${base}/sandbox/wecom/connect/oauth2/authorize`;
  const enter = (back: string, cookie = '') =>
    fetch(signInUrl(agent, back, 'abc123', authorizeAt), {
      redirect: 'manual',
      headers: { cookie },
    });
  const sat = await fetch(`${base}/sandbox/api/wecom/corps/${corpId}/staff/sales02/sit`, {
    method: 'POST',
  });
  const cookie = sat.headers.get('set-cookie')!.split(';')[0]!;
  const stranger = await enter('https://scrm.example.com/in');
  const sentBack = await enter('https://scrm.example.com/in?x=1', cookie);
  const location = new URL(sentBack.headers.get('location')!);
  await rig.api('PATCH', `/wecom/corps/${corpId}/agents/${agent.agentId}`, {
    redirectHost: 'scrm.example.com',
  });
  const elsewhere = await enter('https://evil.example.com/in', cookie);

  const who = await wecom.signedIn(agent, location.searchParams.get('code')!);

  expect(stranger.status).toBe(400);
  expect(`${location.host} ${location.searchParams.get('state')}`).toBe('scrm.example.com abc123');
  expect(who).toEqual({ kind: 'staff', userId: 'sales02' });
  expect(await elsewhere.text()).toContain('50001');
});

test('a code has a picture, and so has a picture', async () => {
  const { wecom, agent, base } = rig;
  const png = { name: 'a.png', contentType: 'image/png', content: Buffer.from('a small picture') };
  const { qrUrl } = await wecom.addContactWay(agent, { userIds: ['sales01'], state: 's' });
  const address = await wecom.uploadPicture(agent, png);

  const [qr, picture] = await Promise.all([qrUrl, address].map((path) => fetch(base + path)));

  expect(qr!.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await picture!.arrayBuffer()).equals(png.content)).toBe(true);
});

describe('friends', () => {
  test('a code is good for twenty seconds', async () => {
    await rig.newFriend();
    const [late] = rig.events as [Loose];
    await rig.advance(20_001);

    const sent = await rig.wecom.sendWelcome(rig.agent, codeOf(late), hello);

    expect(sent).toMatchObject({ kind: 'refused', error: { errcode: 41050 } });
    expect(await errcodeOf(rig.wecom.sendWelcome(rig.agent, 'WC_forged', hello))).toBe(41050);
  });

  test('who has begun to talk is not welcomed any more', async () => {
    const id = await rig.newFriend();
    await rig.advance(1_000);
    await rig.person(id, 'say', { userId: 'sales01', text: '在吗' });

    const sent = await rig.wecom.sendWelcome(rig.agent, codeOf(rig.events[0]), hello);

    expect(sent).toEqual({ kind: 'ok', value: { alreadyWelcomed: true } });
  });

  test('while another app is at it, the welcome may be tried again', async () => {
    await rig.newFriend();
    await rig.fault('wecom-welcome', 'errcode:41096', { count: 1 });
    const send = () => rig.wecom.sendWelcome(rig.agent, codeOf(rig.events[0]), hello);

    expect(await send()).toMatchObject({ kind: 'refused', error: { outcome: { kind: 'retry' } } });
    expect(await send()).toMatchObject({ kind: 'ok' });
  });

  test('half a friend is greeted once and is nobody to the API until the rep agrees', async () => {
    const { personId, externalUserId } = await rig.newPerson();
    await rig.person(personId, 'add-rep', { userId: 'sales01', half: true });
    const early = await errcodeOf(rig.wecom.getContact(rig.agent, externalUserId));
    await rig.wecom.sendWelcome(rig.agent, codeOf(rig.events[0]), hello);
    await rig.staff('sales01', 'accept-contact', { externalUserId });

    expect(early).toBe(84061);
    expect(kinds()).toEqual(['contact-half-added', 'contact-added']);
    expect(rig.events[1]).not.toHaveProperty('welcomeCode');
    expect((await rig.wecom.getContact(rig.agent, externalUserId)).links).toHaveLength(1);
  });

  test('no code comes where the corp greets by itself, to old acquaintances, and to other companies', async () => {
    await rig.corp({ nativeWelcome: ['sales03'] });
    const partner = { kind: 2, company: '友商' };
    const old = await rig.newFriend('sales01');
    await rig.person(old, 'say', { userId: 'sales01', text: '你好' });
    await rig.person(old, 'delete-rep', { userId: 'sales01' });
    await rig.person(old, 'add-rep', { userId: 'sales01' });
    await rig.newFriend('sales02', partner);
    await rig.newFriend('sales03');

    const added = rig.events.filter((event) => event.kind === 'contact-added');

    expect(added.map(hasCode)).toEqual([
      true, // the first time
      false, // they have talked before
      false, // a person of another company
      false, // greeted by the corp
    ]);
  });

  test('just after the event the friend cannot be read yet, and soon can', async () => {
    await rig.corp({ staleMs: 5_000 });
    const id = await rig.newFriend();

    const early = await errcodeOf(rig.wecom.getContact(rig.agent, id));
    const [first] = weComLimits.contacts.staleAfterEventMs;
    await rig.advance(first + 4_000);

    expect(early).toBe(84061);
    expect(triesAfterChange(early)).toBe(weComLimits.contacts.staleAfterEventMs.length);
    expect((await rig.wecom.getContact(rig.agent, id)).links).toHaveLength(1);
  });

  test('who left is still there for the rep; whom the rep deleted is gone; both come back as new', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend();
    await wecom.remarkContact(agent, 'sales01', id, { remark: '老客' });
    await rig.person(id, 'delete-rep', { userId: 'sales01' });
    const oneSided = await wecom.getContact(agent, id);
    await rig.staff('sales01', 'delete-contact', { externalUserId: id });
    const deleted = await errcodeOf(wecom.getContact(agent, id));
    await rig.advance(31 * 86_400_000);
    await rig.person(id, 'add-rep', { userId: 'sales01' });

    const back = await wecom.getContact(agent, id);

    expect(oneSided.links).toHaveLength(1);
    expect(deleted).toBe(84061);
    expect(back.links[0]).toMatchObject({ remark: '' });
    expect(back.links[0]!.addedAt! - oneSided.links[0]!.addedAt!).toBeGreaterThan(30 * 86_400_000);
    expect(kinds()).toEqual([
      ...['contact-added', 'contact-deleted-by-customer', 'contact-deleted-by-rep'],
      'contact-added',
    ]);
  });

  test('what a rep does by hand is told; what the API does is not', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend();
    const { body } = await rig.api('POST', `/wecom/corps/${rig.corpId}/tags`, {
      ...{ group: '意向', names: ['高'] },
    });
    rig.events.length = 0;
    await wecom.remarkContact(agent, 'sales01', id, { remark: '林' });
    await wecom.markContact(agent, 'sales01', id, { add: [body.tags[0].id] });
    await wecom.addCorpTags(agent, { name: '新组' }, ['一']);
    const silent = kinds();
    const hand = { externalUserId: id, removeTags: [body.tags[0].id], personalTags: ['熟'] };
    await rig.staff('sales01', 'edit-contact', hand);
    await rig.api('PATCH', `/wecom/tags/${body.tags[0].id}`, { name: '很高' });
    await rig.api('DELETE', `/wecom/tags/${body.groupId}`);

    expect(silent).toEqual([]);
    expect(rig.events).toMatchObject([
      { kind: 'contact-edited', userId: 'sales01', openid: id },
      { kind: 'corp-tags-changed', change: 'updated', target: 'tag' },
      { kind: 'corp-tags-changed', change: 'deleted', target: 'tag-group' },
    ]);
    expect((await wecom.getContact(agent, id)).links[0]).toMatchObject({
      ...{ remark: '林', tagIds: [], personalTags: ['熟'] },
    });
  });

  test('members come and go by hand, by code and by removal, with the versions of the list', async () => {
    const { roomId } = await rig.staff('sales01', 'create-room', { name: '群' });
    const { personId, externalUserId } = await rig.newPerson();
    const version = async () => (await rig.wecom.getRoom(rig.agent, roomId)).version;
    await rig.person(personId, 'join-room', { roomId, invitedBy: 'sales01' });
    const between = await version();
    await rig.person(personId, 'leave-room', { roomId });
    await rig.room(roomId, 'invite', { userId: 'sales02' });
    await rig.room(roomId, 'remove', { memberId: 'sales02' });
    await rig.room(roomId, 'rename', { name: '新群' });
    await rig.room(roomId, 'change-owner', { userId: 'sales03' });
    await rig.room(roomId, 'notice', { notice: '公告' });

    expect(rig.events.slice(1)).toMatchObject([
      { change: 'members-joined', joinedBy: 'invitation', memberIds: [externalUserId] },
      { change: 'members-left', leftBy: 'themselves', versionBefore: between },
      { change: 'members-joined', memberIds: ['sales02'] },
      { change: 'members-left', leftBy: 'removal' },
      { change: 'name-changed' },
      { change: 'owner-changed' },
      { change: 'notice-changed' },
    ]);
    const room = await rig.wecom.getRoom(rig.agent, roomId);
    expect(room).toMatchObject({ name: '新群', owner: 'sales03', notice: '公告' });
  });

  test('a rep who is renamed keeps customers and rooms, and one who leaves is told', async () => {
    const id = await rig.newFriend('sales01');
    await rig.staff('sales01', 'rename', { newUserId: 'sales01b' });
    const { links } = await rig.wecom.getContact(rig.agent, id);
    await rig.staff('sales01b', 'leave');

    expect(links).toMatchObject([{ userId: 'sales01b' }]);
    expect(rig.events.slice(1)).toMatchObject([
      { kind: 'staff-changed', change: 'updated', userId: 'sales01', newUserId: 'sales01b' },
      { kind: 'staff-changed', change: 'left', userId: 'sales01b' },
    ]);
  });

  test('what a rep sends from the sidebar is on the phone, and its link can be opened', async () => {
    const id = await rig.newFriend();
    const url = `${rig.base}/sandbox/api/clock`;
    await rig.staff('sales01', 'say', {
      ...{ externalUserId: id, kind: 'news', text: '护肤手册' },
      part: { link: url, title: '护肤手册' },
    });

    const [message] = (await rig.api('GET', `/wecom/people/${id}/phone`)).body.items;
    const opened = await rig.person(id, 'open', { url: message.news.link });

    expect(message).toMatchObject({ via: 'chat', userId: 'sales01', text: '护肤手册' });
    expect(opened.status).toBe(200);
    const elsewhere = await rig.api('POST', `/wecom/people/${id}/open`, {
      url: 'http://192.0.2.1/',
    });
    expect(elsewhere.status).toBe(403);
  });

  test('a rep’s page lists customers by the last word, and whoever looks on hears of every line', async () => {
    const stream = await fetch(`${rig.base}/sandbox/api/stream`);
    const reader = stream.body?.getReader();
    const silent = await rig.newFriend();
    const talker = await rig.newFriend();
    await rig.advance(60_000);
    await rig.person(silent, 'say', { userId: 'sales01', text: '在吗' });

    const path = `/wecom/corps/${rig.corpId}/staff/sales01/customers`;
    const { items } = (await rig.api('GET', path)).body;
    let heard = '';
    while (!heard.includes('event: wecom')) {
      heard += new TextDecoder().decode((await reader?.read())?.value);
    }
    await reader?.cancel();

    const order = items.map((one: { externalUserId: string }) => one.externalUserId);
    expect(order.indexOf(silent)).toBeLessThan(order.indexOf(talker));
    expect(items[order.indexOf(silent)]).toMatchObject({
      status: 'friends',
      last: { text: '在吗', direction: 'out' },
    });
    expect(heard).toContain('"userId":"sales01"');
  });

  test('a chat counts as unread until its customer looks at it; a rep who looks changes nothing', async () => {
    const id = await rig.newFriend();
    const chat = (query = '') => rig.api('GET', `/wecom/people/${id}/phone?userId=sales01${query}`);
    for (const text of ['在吗', '新品到了'])
      await rig.staff('sales01', 'say', { externalUserId: id, text });
    await rig.person(id, 'say', { userId: 'sales01', text: '在' });

    const peeked = [await chat('&peek=1&limit=1'), await chat('&peek=1&limit=1')];
    const whole = await rig.api('GET', `/wecom/people/${id}/phone`);
    const looked = await chat();
    const afterwards = await chat();
    await rig.staff('sales01', 'say', { externalUserId: id, text: '明天见' });
    const later = await chat('&peek=1');

    expect(peeked.map(({ body }) => body.unread)).toEqual([2, 2]);
    expect(peeked[0]?.body.items).toMatchObject([{ text: '在', direction: 'out' }]);
    expect(whole.body.unread).toBeNull();
    expect([looked, afterwards, later].map(({ body }) => body.unread)).toEqual([2, 0, 1]);
  });

  test('codes hang on the wall with whom they lead to and what they are called', async () => {
    const { configId } = await rig.wecom.addContactWay(rig.agent, {
      userIds: ['sales01'],
      remark: '静安店收银台',
      state: 'shop_jingan',
    });

    const { items } = (await rig.api('GET', `/wecom/corps/${rig.corpId}/codes`)).body;
    expect(items[0]).toMatchObject({
      ...{ kind: 'contact', configId, state: 'shop_jingan', userIds: ['sales01'] },
      remark: '静安店收银台',
    });
  });

  test('what a member writes to the app, taps and enters is told with their name', async () => {
    const { agentId } = rig.agent;
    await rig.staff('sales01', 'tell-app', { agentId, text: '今日待办' });
    await rig.staff('sales01', 'tap', { agentId, key: 'TODAY' });
    await rig.staff('sales01', 'tap', { agentId, event: 'enter_agent' });

    expect(rig.events).toMatchObject([
      { kind: 'app-message', userId: 'sales01', message: { type: 'text', text: '今日待办' } },
      { kind: 'app-menu-tapped', menu: 'click', key: 'TODAY' },
      { kind: 'app-entered', userId: 'sales01' },
    ]);
  });
});
