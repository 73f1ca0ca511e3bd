import { addAccount } from '../../src/accounts';
import { lookUpUnionids } from '../../src/relationships';
import { lastSeenOperation } from '../../src/sidebar/last-seen.operations';
import { onBothEngines } from '../support/open-kit';
import { serveApi } from '../support/serve-api';
import { openSidebarWorld, type SidebarWorld } from '../support/sidebar-world';

const phone = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.49';

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not happen');
}

onBothEngines('the sidebar over the sandbox', (open) => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openSidebarWorld(await open());
    opened.push(world);
    return world;
  };
  const audited = async ({ kit }: SidebarWorld, action: string): Promise<number> => {
    const sql = `SELECT COUNT(*) AS n FROM audit_entry WHERE action = ?`;
    const [row] = await kit.db.read.all<{ n: number }>(sql, [action]);
    return row?.n ?? 0;
  };

  test('a rep is sent to WeCom and comes back signed in; writing needs the CSRF token', async () => {
    const world = await openWorld();

    const { location } = await world.setOut('&back=/sidebar/%3Ftab%3Dscripts');
    const rep = await world.signIn('linlan');
    const without = await world.call('POST', '/api/v1/sidebar/tasks', {
      ...{ body: { title: '回电话' }, headers: { cookie: rep.cookie } },
    });
    const foreign = await world.call('POST', '/api/v1/sidebar/tasks', {
      body: { title: '回电话' },
      headers: { ...rep.headers, origin: 'https://elsewhere.example' },
    });
    const nobody = await world.call('GET', '/api/v1/sidebar/home');

    expect(location.pathname).toBe('/sandbox/wecom/connect/oauth2/authorize');
    expect(location.searchParams.get('redirect_uri')).toBe(
      `${world.base}/api/v1/sidebar/signed-in`,
    );
    expect(rep.session.body).toMatchObject({
      rep: { userId: 'linlan', name: '林岚' },
      corp: { corpId: world.corpId, name: '山茶花' },
      agentId: world.apps[0]?.agentId,
    });
    expect([without.status, foreign.status, nobody.status]).toEqual([403, 403, 401]);
  });

  test('codes that are forged, used, of another app, or come with a foreign state open nothing', async () => {
    const world = await openWorld();
    const refused: number[] = [];
    const tryWith = async (code: string, state: string, cookies: string) => {
      const answer = await world.comeBack(code, state, cookies);
      refused.push(answer.status);
      expect(answer.headers.getSetCookie()).toEqual([]);
    };

    const first = await world.setOut();
    await tryWith('forged0code', first.state, first.cookies);
    const second = await world.setOut();
    const code = await world.codeFor('linlan');
    const good = await world.comeBack(code, second.state, second.cookies);
    await tryWith(code, second.state, second.cookies);
    const third = await world.setOut();
    await tryWith(code, third.state, third.cookies);
    const fourth = await world.setOut();
    await tryWith(
      await world.codeFor('linlan', world.apps[1]?.agentId),
      ...([fourth.state, fourth.cookies] as const),
    );
    const fifth = await world.setOut();
    await tryWith(await world.codeFor('linlan'), fifth.state, 'guanxi-sidebar-way=somebody-else');
    await tryWith(await world.codeFor('linlan'), 'f'.repeat(32), fifth.cookies);

    expect(good.status).toBe(302);
    expect(refused).toEqual([401, 401, 401, 401, 401, 401]);
    expect(await audited(world, 'sidebar.sign-in-refused')).toBe(6);
  });

  test('a code of another corp opens nothing, though a rep there has the same userid', async () => {
    const world = await openWorld();
    const { corpId } = await world.must('POST', '/wecom/corps', { name: '别家' });
    const theirs = `/wecom/corps/${corpId as string}`;
    await world.must('POST', `${theirs}/staff`, { userId: 'linlan', name: '林岚' });
    const { agentId } = await world.must('POST', `${theirs}/agents`, { name: '顾问' });
    const path = `${theirs}/agents/${agentId as string}/login-code`;
    const { code } = await world.must('POST', path, { userId: 'linlan' });

    const { state, cookies } = await world.setOut();
    const answer = await world.comeBack(code as string, state, cookies);

    expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
    expect(await audited(world, 'sidebar.sign-in-refused')).toBe(1);
  });

  test('nobody is sent on to a page that is not of the sidebar', async () => {
    const world = await openWorld();
    const elsewhere = [
      ...['https://evil.example/', '//evil.example/sidebar/', '/console/', '/sidebar'],
      ...['/sidebar/../console/', '/\\evil.example/sidebar/', '/sidebar/\\..\\console/'],
      ...['/sidebar/%2e%2e/console/', 'javascript:alert(1)'],
    ];

    const answers = await Promise.all(
      elsewhere.map((back) => world.setOut(`&back=${encodeURIComponent(back)}`)),
    );
    const own = await world.setOut(`&back=${encodeURIComponent('/sidebar/?contact=wm1#/tasks')}`);
    const back = await world.comeBack(await world.codeFor('linlan'), own.state, own.cookies);

    expect(answers.map(({ sent }) => sent.body.code)).toEqual(elsewhere.map(() => 'page_not_ours'));
    expect(back.headers.get('location')).toBe('/sidebar/?contact=wm1#/tasks');
  });

  test('who left is out with the event, and cannot come in again', async () => {
    const world = await openWorld();
    const rep = await world.signIn('zhouning');
    const before = await rep.get('/home');

    await world.staff('zhouning', 'leave');
    const after = await until(async () => {
      const answer = await rep.get('/home');
      return answer.status === 401 && answer;
    });

    expect(before.status).toBe(200);
    expect(after.body.code).toBe('unauthenticated');
  });

  test('when a rep was last here is told after they signed out, changed their userid and left', async () => {
    const world = await openWorld();
    const console = await serveApi(world.kit, [lastSeenOperation(world.kit)]);
    opened.unshift(console);
    const seen = async (userId: string) => {
      const path = `/api/v1/accounts/${world.accountId}/rep-sessions?userIds=${userId}`;
      return (await console.call('GET', path)).body.items as { signedInAt: string }[];
    };
    const rep = await world.signIn('zhouning');
    const [before] = await seen('zhouning');

    const out = await rep.send('DELETE', '/session');
    const closed = await rep.get('/home');
    const afterwards = await seen('zhouning');
    await world.staff('zhouning', 'rename', { newUserId: 'zhou.ning' });
    const renamed = await until(async () => (await seen('zhou.ning'))[0]);
    await world.staff('zhou.ning', 'leave');
    await until(async () => {
      const { body } = await world.api.get(`/api/v1/accounts/${world.accountId}/reps?state=left`);
      return body.items.length === 1;
    });

    expect([out.status, closed.status]).toEqual([204, 401]);
    expect(before?.signedInAt).toBeTruthy();
    expect(afterwards).toEqual([before]);
    expect(renamed).toEqual({ ...before, userId: 'zhou.ning' });
    expect(await seen('zhou.ning')).toEqual([renamed]);
    expect(await seen('zhouning')).toEqual([]);
  });

  test('pages of ours are signed for config and agentConfig as WeCom checks it, others are not', async () => {
    const world = await openWorld();
    const rep = await world.signIn('linlan');
    const page = `${world.base}/sidebar/?corpId=${world.corpId}`;
    const { agentId = '' } = world.apps[0] ?? {};
    const isGood = async (kind: string, signature: object) => {
      const path = `/wecom/corps/${world.corpId}/agents/${agentId}/check-signature`;
      return (await world.must('POST', path, { kind, url: page, ...signature })).ok as boolean;
    };

    const { body } = await rep.get(`/sdk?url=${encodeURIComponent(`${page}#/home`)}`);
    const foreign = await rep.get(
      `/sdk?url=${encodeURIComponent('https://evil.example/sidebar/')}`,
    );
    const console = await rep.get(`/sdk?url=${encodeURIComponent(`${world.base}/console/`)}`);

    expect([await isGood('corp', body.corp), await isGood('agent', body.agent)]).toEqual([
      true,
      true,
    ]);
    expect(await isGood('agent', body.corp)).toBe(false);
    expect([foreign.body.code, console.body.code]).toEqual(['page_not_ours', 'page_not_ours']);
  });

  test('a rep gets nothing about another rep’s customer, on any route, and it is written down', async () => {
    const world = await openWorld();
    const { externalUserId } = await world.befriend('zhouning', '小雨');
    const [mine, theirs] = [await world.signIn('zhouning'), await world.signIn('linlan')];
    const made = await mine.send('POST', `/contacts/${externalUserId}/sends`, { text: '你好' });
    const task = await mine.send('POST', '/tasks', { title: '回访', externalUserId });
    const at = `/contacts/${externalUserId}`;

    const answers = await Promise.all([
      theirs.get(at),
      theirs.get(`${at}/timeline`),
      theirs.get(`${at}/sends`),
      theirs.get(`/scripts?for=${externalUserId}`),
      theirs.send('PATCH', at, { fields: {} }),
      theirs.send('PUT', `${at}/tags`, { add: ['会员'] }),
      theirs.send('PUT', `${at}/stage`, { stage: 'talking' }),
      theirs.send('POST', `${at}/notes`, { text: '看看' }),
      theirs.send('POST', `${at}/later`, { hours: 1 }),
      theirs.send('POST', `${at}/sends`, { text: '你好' }),
      theirs.send('POST', '/tasks', { title: '回访', externalUserId }),
      theirs.send('PATCH', `/tasks/${task.body.id}`, { state: 'done' }),
      theirs.send('POST', `/sends/${made.body.id}/sent`),
      theirs.send('DELETE', `/sends/${made.body.id}`),
    ]);
    const home = await theirs.get('/home');
    const own = await mine.get(at);

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(JSON.stringify(answers.map(({ text }) => text))).not.toMatch(/小雨|回访|你好/);
    expect(home.text).not.toContain(externalUserId);
    expect(await audited(world, 'sidebar.stranger-asked')).toBe(1);
    expect(own.status).toBe(200);
  });

  test('a rep who tries ids fills neither the audit log nor the work list', async () => {
    const world = await openWorld();
    const rep = await world.signIn('zhouning');
    const ids = Array.from({ length: 30 }, (_, n) => `wmAAAAAAAAAAAAAAAAAAAAAAAAAAAAA${n + 10}`);

    const answers: number[] = [];
    for (const id of ids) answers.push((await rep.get(`/contacts/${id}`)).status);
    await world.kit.work.drain();

    const sql = `SELECT COUNT(*) AS n FROM job WHERE kind = 'fetch-contact'`;
    const [left] = await world.kit.db.read.all<{ n: number }>(sql);
    expect(answers).toEqual(ids.map(() => 404));
    expect(await audited(world, 'sidebar.stranger-asked')).toBe(20);
    expect(left?.n).toBe(0);
  });

  test('a profile tells who this is and what happened; what a rep writes down stands there', async () => {
    const world = await openWorld();
    const { externalUserId, personId } = await world.befriend('linlan', '小雨', 'shop_jingan');
    await world.readNames();
    await world.advance(9 * 86_400_000);
    await world.person(personId, 'delete-rep', { userId: 'linlan' });
    await world.advance(31 * 86_400_000);
    await world.person(personId, 'add-rep', { userId: 'linlan' });
    await until(async () => {
      const [rep] = (await world.findPerson(externalUserId)).contacts[0].reps;
      return rep.addCount === 2;
    });
    const rep = await world.signIn('linlan');
    const at = `/contacts/${externalUserId}`;

    await rep.send('PUT', `${at}/tags`, { add: ['敏感肌'] });
    await rep.send('PUT', `${at}/stage`, { stage: 'talking' });
    await rep.send('POST', `${at}/notes`, { text: '喜欢试用装' });
    await rep.send('POST', '/tasks', { title: '寄小样', externalUserId });
    const { body } = await rep.get(at);
    const english = await world.call('GET', `/api/v1/sidebar${at}`, {
      headers: { ...rep.headers, 'accept-language': 'en' },
    });
    await rep.send('POST', `${at}/later`, { hours: 4 });
    const later = await rep.get(at);

    expect(body).toMatchObject({
      ...{ externalUserId, name: '小雨', stage: { code: 'talking', name: '在聊' } },
      headline: [{ text: '今天回来，第 2 次' }],
      link: { state: 'friend', addCount: 2 },
      tags: [{ name: '敏感肌' }],
      notes: [{ text: '喜欢试用装', by: '林岚' }],
      tasks: [{ title: '寄小样', state: 'open' }],
      next: { code: 'next.back', params: { days: 31, nth: 2 } },
    });
    expect(body.history.map(({ title }: { title: string }) => title)).toEqual([
      '31 天后回来找 林岚，第 2 次',
      '相处 9 天后删除或拉黑了 林岚',
      '加了 林岚 为好友，通过「shop_jingan」',
    ]);
    expect(english.body.headline[0].text).toBe('Back today, added 2 times');
    expect(later.body.next).toBeNull();
  });

  test('a former friend stays as they were that day, until they come back', async () => {
    const world = await openWorld();
    const { externalUserId, personId } = await world.befriend('linlan', '小雨', 'shop_jingan');
    await world.readNames();
    const at = `/contacts/${externalUserId}`;
    const before = await world.signIn('linlan');
    await before.send('POST', `${at}/notes`, { text: '喜欢试用装' });
    const { id } = await world.findPerson(externalUserId);
    await world.advance(86_400_000);
    await world.person(personId, 'delete-rep', { userId: 'linlan' });
    await until(async () => {
      const [link] = (await world.findPerson(externalUserId)).contacts[0].reps;
      return link.endedAt !== null;
    });
    await world.advance(86_400_000);
    await world.api.put(`/api/v1/people/${id}/tags`, { add: ['黑金会员'] });
    await world.api.post(`/api/v1/people/${id}/notes`, { text: '改找别家了' });

    const rep = await world.signIn('linlan');

    const former = (await rep.get(at)).body;
    const lines = (await rep.get(`${at}/timeline`)).body.items;
    const tagged = await rep.send('PUT', `${at}/tags`, { add: ['敏感肌'] });
    const sent = await rep.send('POST', `${at}/sends`, { text: '还好吗' });
    const noted = await rep.send('POST', `${at}/notes`, { text: '再约' });
    await world.person(personId, 'add-rep', { userId: 'linlan' });
    const back = await until(async () => {
      const { body } = await rep.get(at);
      return body.link.addCount === 2 && body;
    });

    expect(former).toMatchObject({ name: '小雨', tags: [], next: null, lastActiveAt: null });
    expect(former.notes.map(({ text }: { text: string }) => text)).toEqual(['喜欢试用装']);
    expect(lines.map(({ kind }: { kind: string }) => kind)).not.toContain('tagged');
    expect([tagged, sent, noted].map(({ body }) => body.code)).toEqual(
      Array.from({ length: 3 }, () => 'friend_ended'),
    );
    expect(former.headline).toMatchObject([{ code: 'headline.friend.gone' }]);
    expect(back.tags).toMatchObject([{ name: '黑金会员' }]);
    expect(back.notes).toHaveLength(2);
  });

  test('what a friend asked the Official Account stands in the sidebar, with words that answer it', async () => {
    const world = await openWorld();
    const { kit } = world;
    const made = await world.must('POST', '/accounts', {
      ...{ kind: 'official-account', name: '山茶花护肤' },
    });
    const { appId, appSecret, originalId, token, encodingAesKey } = made;
    const officialId = await kit.db.transact((tx) =>
      addAccount(kit, tx, {
        ...{ kind: 'official-account', platformId: appId, originalId, name: '山茶花护肤' },
        ...{ world: 'sandbox', secrets: { appSecret, token, encodingAesKey } },
      }),
    );
    await kit.versions.check(true);
    await world.must('POST', `/accounts/${appId}/callback`, {
      ...{ url: `${world.kit.settings.sandboxUrl}/callback/official-account/${appId}` },
      ...{ token, encodingAesKey, mode: 'secure' },
    });
    const { openid } = await world.must('POST', '/people', {
      ...{ appId, unionid: 'uCamellia02', name: '小雨' },
    });
    await world.must('POST', `/people/${openid}/follow`, { appId });
    await until(() => Promise.resolve(world.followed.includes(openid)));
    await kit.db.transact((tx) => lookUpUnionids(kit, tx, officialId, world.followed));
    await kit.work.drain();
    await world.person(openid, 'add-rep', { userId: 'linlan' });
    const person = await until(async () => {
      await world.advance(2_000);
      await kit.work.drain();
      const found = (await world.api.get(`/api/v1/people?openid=${openid}`)).body.items[0];
      return found?.contacts.length === 1 && found;
    });
    const { externalUserId } = person.contacts[0];
    const rep = await world.signIn('linlan');
    const words = { title: '敏感肌能用吗', text: '{{ name }}，可以用，先在耳后试' };
    await rep.send('POST', '/scripts', words);

    await world.must('POST', `/people/${openid}/say`, { appId, text: '请问敏感肌能用吗' });
    const profile = await until(async () => {
      const { body } = await rep.get(`/contacts/${externalUserId}`);
      return body.asked.length > 0 && body;
    });
    await world.advance(60_000);
    const home = await rep.get('/home');
    const other = await rep.send('POST', '/scripts', {
      ...{ title: '怎么退款', text: '能退，七天内把单号发来就行' },
    });
    const asked = encodeURIComponent('请问敏感肌能用吗');
    const fitting = await rep.get(`/scripts?asked=${asked}`);
    const unfit = await rep.send('POST', `/contacts/${externalUserId}/sends`, {
      scriptId: other.body.id,
    });
    await rep.send('POST', `/sends/${unfit.body.id}/sent`);
    const still = (await rep.get(`/contacts/${externalUserId}`)).body;
    const send = await rep.send('POST', `/contacts/${externalUserId}/sends`, {
      scriptId: profile.next.suggestion.scriptId,
    });
    await rep.send('POST', `/sends/${send.body.id}/sent`);
    const answered = (await rep.get(`/contacts/${externalUserId}`)).body;

    expect(profile.followers).toMatchObject([{ accountName: '山茶花护肤', state: 'following' }]);
    expect(profile.joins).toMatchObject([{ reason: 'unionid' }]);
    expect(profile.headline.map(({ code }: { code: string }) => code)).toEqual([
      ...['headline.follower.today', 'headline.friend.today'],
    ]);
    expect(profile.asked).toMatchObject([{ text: '请问敏感肌能用吗', answered: false }]);
    expect(profile.next).toMatchObject({
      code: 'next.unanswered',
      suggestion: { title: '敏感肌能用吗', text: '小雨，可以用，先在耳后试' },
    });
    expect(home.body.first[0]).toMatchObject({ externalUserId });
    expect(fitting.body.items.map(({ title }: { title: string }) => title)).toEqual([words.title]);
    expect(still).toMatchObject({
      asked: [{ answered: false }],
      next: { code: 'next.unanswered', question: { text: '请问敏感肌能用吗' } },
    });
    expect(answered.asked).toMatchObject([
      { answered: true, by: 'rep', rep: '林岚', answer: '小雨，可以用，先在耳后试' },
    ]);
    expect(answered.next?.code).not.toBe('next.unanswered');
  });

  test('a script is filled in, sent, counted; taken back it never was', async () => {
    const world = await openWorld();
    const { externalUserId } = await world.befriend('linlan', '小雨');
    await world.readNames();
    const rep = await world.signIn('linlan');
    const other = await world.signIn('zhouning');
    const text = '{{ name }}，可以用。{{ rep }}';
    const script = await rep.send('POST', '/scripts', { title: '敏感肌能不能用', text });
    const broken = await rep.send('POST', '/scripts', { title: '坏', text: '{{ name' });
    const at = `/contacts/${externalUserId}/sends`;

    const found = await rep.get(
      `/scripts?q=${encodeURIComponent('敏感肌可以用吗')}&for=${externalUserId}`,
    );
    const made = await rep.send('POST', at, { scriptId: script.body.id });
    await rep.send('POST', `/sends/${made.body.id}/sent`);
    await rep.send('POST', `/sends/${made.body.id}/sent`);
    const mistaken = await rep.send('POST', at, { scriptId: script.body.id, text: '改过的话' });
    await rep.send('POST', `/sends/${mistaken.body.id}/sent`);
    const back = await rep.send('DELETE', `/sends/${mistaken.body.id}`);
    const sends = await rep.get(at);
    const uses = await rep.get('/scripts');
    const stolen = await other.send('PUT', `/scripts/${script.body.id}`, {
      title: '我的',
      text: 'x',
    });
    const seen = await other.get('/scripts');

    expect(broken.status).toBe(400);
    expect(found.body.items[0]).toMatchObject({ isOwn: true, rendered: '小雨，可以用。林岚' });
    expect(made.body.message).toEqual({ msgtype: 'text', text: { content: '小雨，可以用。林岚' } });
    expect(mistaken.body.message.text.content).toBe('改过的话');
    expect(back.status).toBe(204);
    expect(sends.body.items).toHaveLength(1);
    expect(uses.body.items[0].uses).toBe(1);
    expect([stolen.status, seen.body.items]).toEqual([404, []]);
  });

  test('what went to the same customer minutes ago is told, before it goes again', async () => {
    const world = await openWorld();
    const { externalUserId } = await world.befriend('linlan', '小雨');
    const rep = await world.signIn('linlan');
    const at = `/contacts/${externalUserId}/sends`;
    const send = async (text: string) => (await rep.send('POST', at, { text })).body;

    const first = await send('周六到店有礼');
    const unsent = await send('周六到店有礼');
    await rep.send('POST', `/sends/${first.id}/sent`);
    const again = await send('周六到店有礼');
    const other = await send('周日也有');
    await world.advance(5 * 60_000 + 1_000);
    const late = await send('周六到店有礼');

    const told = [first, unsent, again, other, late].map(({ sentAt }) => sentAt !== null);
    expect(told).toEqual([false, false, true, false, false]);
  });

  test('a material that is opened tells the timeline, and the rep once; previews count for nothing', async () => {
    const world = await openWorld();
    const { externalUserId } = await world.befriend('linlan', '小雨');
    await world.readNames();
    const rep = await world.signIn('linlan');
    const { kit, accountId } = world;
    const at = kit.clock.business();
    await kit.db.transact((tx) =>
      tx.query(
        `INSERT INTO sales_material (id, accountId, kind, title, description, body, createdAt, updatedAt)
         VALUES ('01MATERIAL', ?, 'article', '三步护理', '先洁面', '# 第一步\n<script>alert(1)</script>', ?, ?)`,
        [accountId, at, at],
      ),
    );
    const made = await rep.send('POST', `/contacts/${externalUserId}/sends`, {
      materialId: '01MATERIAL',
    });
    const { link } = made.body.message.news as { link: string };
    await rep.send('POST', `/sends/${made.body.id}/sent`);
    const openAs = (agent: string) => world.call('GET', link, { headers: { 'user-agent': agent } });

    const preview = await openAs('Mozilla/5.0 (compatible; WeChatShareExtensionBot)');
    const untouched = await rep.get(`/contacts/${externalUserId}/sends`);
    const page = await openAs(phone);
    const visit = /data-visit="([0-9a-f]{32})"/.exec(page.text)?.[1];
    await world.advance(45_000);
    await world.call('POST', `${link}/reading`, { body: { visit, seconds: 42 } });
    const forged = await world.call('POST', `${link}/reading`, {
      body: { visit: '0'.repeat(32), seconds: 86_400 },
    });
    await world.advance(60_000);
    await openAs(phone);
    await until(async () => {
      await kit.work.drain();
      return (await world.toldTo('linlan')).length > 0;
    });
    const sends = await rep.get(`/contacts/${externalUserId}/sends`);
    const { body } = await rep.get(`/contacts/${externalUserId}`);
    const told = await world.toldTo('linlan');
    const guessed = await world.call('GET', `${world.base}/m/${'A'.repeat(43)}`);

    expect(preview.status).toBe(200);
    expect(untouched.body.items[0].openCount).toBe(0);
    expect(page.text).toContain('&lt;script&gt;alert(1)');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(sends.body.items[0]).toMatchObject({ openCount: 2, readSeconds: 42 });
    const lines = body.recent.map(({ title }: { title: string }) => title);
    expect(lines.filter((line: string) => line.includes('三步护理'))).toEqual([
      '又打开了「三步护理」，第 2 次',
      '看了「三步护理」42 秒',
      '林岚 发了「三步护理」',
    ]);
    expect(body.next).toMatchObject({ code: 'next.opened', params: { times: 2 } });
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).toContain('小雨 看了「三步护理」');
    expect([guessed.status, forged.status]).toEqual([404, 404]);
  });

  test('a task that is due reminds once, at its time and not before; done in time it does not', async () => {
    const world = await openWorld();
    const { externalUserId } = await world.befriend('linlan', '小雨');
    await world.readNames();
    const rep = await world.signIn('linlan');
    const inMinutes = (minutes: number) =>
      new Date(world.kit.clock.business() + minutes * 60_000).toISOString();
    const add = (title: string, minutes: number) =>
      rep.send('POST', '/tasks', { title, externalUserId, dueAt: inMinutes(minutes) });

    await add('寄小样', 30);
    const done = await add('回电话', 30);
    const moved = await add('发优惠', 30);
    const past = await add('早就该做', -2 * 24 * 60);
    await rep.send('PATCH', `/tasks/${done.body.id}`, { state: 'done' });
    await rep.send('PATCH', `/tasks/${moved.body.id}`, { dueAt: inMinutes(300) });
    await world.kit.work.drain();
    const early = await world.toldTo('linlan');
    await world.advance(31 * 60_000);
    const isTold = async () => {
      await world.kit.work.drain();
      return (await world.toldTo('linlan')).length > 0;
    };
    await until(isTold);
    await isTold();
    expect(past).toMatchObject({ status: 400, body: { code: 'task_due_past' } });
    const told = await world.toldTo('linlan');
    const home = await rep.get('/home');

    expect(early).toEqual([]);
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).toContain('小雨：寄小样');
    expect(home.body.tasks[0]).toMatchObject({ title: '寄小样', isLate: true });
    expect(home.body.first[0]).toMatchObject({ externalUserId, name: '小雨' });
    expect(home.body.first[0].reasons[0].text).toBe('该做了：寄小样');
  });
});
