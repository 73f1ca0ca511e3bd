import type { Browser, FrameLocator, Page } from 'playwright-core';
import {
  describeWithBrowser,
  eventually,
  openBrowser,
  openContext,
  openPage,
  settled,
  signInByForm,
  startBuiltServer,
  takePicture,
  wide,
  type BuiltServer,
  type WatchedPage,
} from '../support/browser';
import { corpBooks, type CorpBooks } from '../support/corp-books';
import { executedIn, faultsOf } from '../support/page-faults';
import { rewriteBooks } from '../support/rewritten-books';

type Listed<Item> = { items: Item[] };
type Person = { id: string; followers: unknown[]; contacts: unknown[] };

const rep = { userId: 'zhouning', name: '周宁' };
const manager = { userId: 'linlan', name: '林岚' };
/** Nobody has written an answer to it yet. */
const question = '护手霜还有吗';
const words = '{{ name }}，护手霜还有，刚到一批，给你留一支？';
const dayMs = 86_400_000;
const shopperSize = { width: 360, height: 780 };
/** The sidebar in its frame is 360 pixels wide here. */
const repSize = { width: 376, height: 860 };

/** Two phones side by side: the shopper's, and the rep's with the real sidebar in a frame. */
describeWithBrowser('a rep beside a chat', () => {
  let server: BuiltServer;
  let browser: Browser;
  let shopper: WatchedPage;
  let watched: WatchedPage;
  let phone: Page;
  let page: Page;
  let corpId = '';
  let agentId = '';
  let corp: CorpBooks;
  let customer = { personId: '', externalUserId: '' };
  let desk: Page;
  let personPage = '';
  let isBroken = false;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startBuiltServer(), openBrowser()]);
    shopper = await openPage(await openContext(browser, shopperSize));
    watched = await openPage(await openContext(browser, repSize));
    [phone, page] = [shopper.page, watched.page];
    const { items } = await server.sandbox<
      Listed<{ corpId: string; agents: { agentId: string }[] }>
    >('GET', '/wecom/corps');
    corpId = items[0]?.corpId ?? '';
    agentId = items[0]?.agents[0]?.agentId ?? '';
    corp = corpBooks(server.sandbox, corpId);
    await page.goto(`${server.base}/sandbox/`);
  }, 400_000);
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  /** The story goes on from test to test; a step that fails leaves a picture. */
  const chapter = (name: string, tell: () => Promise<void>) =>
    test(
      name,
      async () => {
        if (isBroken) throw new Error('the story broke off before');
        try {
          await tell();
        } catch (error) {
          isBroken = true;
          await takePicture(page, 'failed-sidebar').catch(() => undefined);
          await takePicture(phone, 'failed-shopper').catch(() => undefined);
          throw error;
        }
      },
      90_000,
    );

  const sidebar = (): FrameLocator => page.frameLocator('iframe');
  /** All of the sidebar is in sight: its sheets stand at its foot. */
  const inSight = () => page.locator('iframe').scrollIntoViewIfNeeded();
  /** What a sheet offers stands at the foot of the frame, and the page around it may have grown meanwhile. */
  const pressOnSheet = async (name: string | RegExp) => {
    await inSight();
    await sidebar().getByRole('button', { name }).click();
  };
  const tab = async (name: string) => {
    await inSight();
    await sidebar().getByRole('tab', { name }).click();
  };
  const takeRep = (name: string) =>
    page.getByRole('region', { name: '导购的工作手机' }).getByRole('button', { name }).click();
  const openChat = async () => {
    await page
      .locator('.handset')
      .getByRole('button', { name: /林小满 @微信/ })
      .click();
    await sidebar().getByRole('heading', { name: '林小满' }).waitFor();
  };
  const part = (title: string) => sidebar().locator('.sb-part', { hasText: title });
  /** What somebody holds in their hands, not what stands around it. */
  const photograph = async (held: Page, what: '.handset' | 'iframe', name: string) => {
    await held.locator(what).scrollIntoViewIfNeeded();
    await takePicture(held, name);
  };
  const say = async (text: string) => {
    await phone.getByRole('textbox', { name: '要说的话' }).fill(text);
    await phone.keyboard.press('Enter');
    await phone.locator('.line.mine', { hasText: text }).first().waitFor();
  };
  const readNotice = async (said: string) => {
    await page.locator('.handset').getByRole('button', { name: '应用消息' }).click();
    const newest = page.locator('.handset .cards').getByText(said).last();
    await newest.waitFor();
    const isInSight = await newest.evaluate((line) => {
      const list = line.closest('.cards')?.getBoundingClientRect();
      const { top, bottom } = line.getBoundingClientRect();
      return list !== undefined && top >= list.top && bottom <= list.bottom;
    });
    expect(isInSight).toBe(true);
  };
  const people = async () =>
    (await server.api<Listed<Person>>('GET', `/people?q=${encodeURIComponent('林小满')}`)).items;

  chapter('a follower scans the code of a rep, is welcomed, and asks something', async () => {
    const { items } = await server.api<Listed<{ id: string; kind: string }>>('GET', '/accounts');
    await server.api('POST', '/contact-ways', {
      accountId: items.find(({ kind }) => kind === 'wecom')?.id,
      ...{ name: '柜台码', state: 'counter', tags: ['想到店'] },
      plan: { userIds: [rep.userId], shifts: [], spare: [] },
    });
    await eventually(
      'the code hangs on the wall',
      async () => (await corp.codes()).some(({ state }) => state === 'counter'),
      20_000,
    );
    await phone.goto(`${server.base}/sandbox/`);
    await phone.getByRole('button', { name: '添一个人' }).click();
    await phone.getByLabel('名字').fill('林小满');
    await phone.keyboard.press('Enter');
    await phone.getByRole('button', { name: '让林小满扫「默认名片码」' }).click();
    await phone.getByRole('button', { name: '关注公众号' }).click();
    const heard = phone.locator('.line:not(.mine) .bubble');
    await heard.first().waitFor();
    await phone.getByRole('button', { name: '换成输入' }).click();
    await say(question);
    await heard.nth(1).waitFor();
    await phone.getByRole('button', { name: '让林小满扫「柜台码」' }).click();
    await phone.getByRole('button', { name: '添加为联系人' }).click();
    await heard.filter({ hasText: `我是${rep.name}` }).waitFor();
    await photograph(phone, '.handset', 'story-welcome');
    await say('敏感肌能用吗');

    const found = (await corp.customersOf(rep.userId)).find((one) => one.name === '林小满');
    expect(found).toMatchObject({ status: 'friends' });
    if (found) customer = found;
    await eventually(
      'who follows and who is a friend are one person',
      async () => {
        const [one] = await people();
        return one?.followers.length === 1 && one.contacts.length === 1;
      },
      30_000,
    );
  });

  chapter('the greeting came within two seconds, once, by the name of the rep', async () => {
    const greetings = await corp.greetingsOf(customer.externalUserId);

    expect(greetings.map(({ text }) => text)).toEqual([expect.stringContaining(`我是${rep.name}`)]);
    expect(greetings[0]?.afterMs).toBeLessThan(2_000);
  });

  chapter('the rep sees their own day before any chat is open', async () => {
    await takeRep(rep.name);
    await sidebar().getByRole('heading', { name: '先联系谁' }).waitFor();

    await sidebar()
      .getByRole('button', { name: /林小满/ })
      .filter({ hasText: question })
      .waitFor();
    await photograph(page, 'iframe', 'sidebar-home');
  });

  chapter('the rep opens the chat and sees who it is and what to do', async () => {
    await openChat();

    await sidebar().getByText('今天加的好友').waitFor();
    await sidebar().getByRole('region', { name: '下一步' }).getByText(question).first().waitFor();
    await part('问过公众号').getByText(question).waitFor();
    await part('问过公众号').getByText('还没有人答').waitFor();
    await photograph(page, 'iframe', 'sidebar-customer');
    const inside = page.frames().find((frame) => frame !== page.mainFrame());
    expect(await inside?.evaluate(() => window.innerWidth)).toBe(360);
    expect(await inside?.evaluate(faultsOf)).toEqual([]);
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  chapter('in the console both are one person, and why, with one timeline', async () => {
    const at = await openPage(await openContext(browser));
    desk = at.page;
    await signInByForm(at, server);
    const items = await people();
    personPage = `${server.base}/console/people/${items[0]?.id ?? ''}`;
    await desk.goto(personPage);
    await desk.getByText('unionid 相同').first().waitFor();
    await desk.getByText(`加了 ${rep.name} 为好友`).first().waitFor();
    await desk.getByText('想到店').first().waitFor();

    await takePicture(desk, 'story-person');
    expect(items).toHaveLength(1);
  });

  chapter('a script is written once and sent in one tap: it stands in the chat', async () => {
    await tab('话术');
    await sidebar().getByRole('button', { name: '新话术' }).click();
    await sidebar().getByRole('textbox', { name: '标题' }).fill(question);
    await sidebar().getByRole('textbox', { name: '要说的话' }).fill(words);
    await pressOnSheet('保存');
    const own = sidebar().locator('.script', { hasText: words.replace('{{ name }}', '林小满') });
    await own.getByRole('button', { name: '发给林小满' }).click();

    await sidebar().getByText('已放进和林小满的聊天').waitFor();
    await page.locator('.line.mine', { hasText: '林小满，护手霜还有' }).waitFor();
    await phone.locator('.line:not(.mine)', { hasText: '林小满，护手霜还有' }).waitFor();
    await photograph(page, 'iframe', 'sidebar-sent');
    const said = (await corp.linesBetween(customer.personId, rep.userId)).filter(
      (line) => line.via === 'chat',
    );
    expect(said.map(({ direction, kind }) => [direction, kind])).toEqual([
      ['in', 'text'],
      ['out', 'text'],
    ]);
    await tab('时间线');
    await sidebar().locator('.entry', { hasText: '发了话术：林小满，护手霜还有' }).waitFor();
    await tab('画像');
    await part('问过公众号').getByText(`${rep.name}答了`).waitFor();
  });

  chapter(
    'the shopper’s list of chats says what the rep wrote, when, and how much is unread',
    async () => {
      const row = phone.locator('.handset li', { hasText: rep.name });
      const back = () =>
        phone.locator('.handset').getByRole('button', { name: '回到会话列表' }).click();
      await back();
      await row.getByText('林小满，护手霜还有').waitFor();
      const atFirst = await row.innerText();
      const { externalUserId } = customer;
      await server.sandbox('POST', `/wecom/corps/${corpId}/staff/${rep.userId}/say`, {
        ...{ externalUserId, text: '明天上午我都在' },
      });
      await row.getByText('明天上午我都在').waitFor();
      const then = await row.innerText();
      await photograph(phone, '.handset', 'story-chats');
      await row.getByRole('button').click();
      await phone.locator('.line', { hasText: '明天上午我都在' }).waitFor();
      await back();
      await row.waitFor();
      const inTheEnd = await row.innerText();
      await row.getByRole('button').click();

      expect(atFirst).toMatch(/\d\d:\d\d/);
      expect([atFirst, then, inTheEnd].map((text) => /\d+ 条没看/.exec(text)?.[0])).toEqual([
        ...[undefined, '1 条没看', undefined],
      ]);
    },
  );

  chapter('an article goes as a card; when the customer opens it the rep is told', async () => {
    await tab('素材');
    const article = sidebar().locator('.material', { hasText: '文章' }).first();
    const title = (await article.locator('.title').innerText()).trim();
    await article.getByRole('button').click();
    const cards = page.locator('.line.mine .card', { hasText: title });
    await cards.waitFor();
    await sidebar().getByText('已放进和林小满的聊天').waitFor();
    await article.getByRole('button').click();
    await sidebar().getByText('再发一次给林小满？').waitFor();
    await pressOnSheet('不发了');
    await sidebar().getByText('撤回了，没有发。').waitFor();
    expect(await cards.count()).toBe(1);
    const [reader] = await Promise.all([
      phone.context().waitForEvent('page'),
      phone.locator('.line:not(.mine) .card', { hasText: title }).getByRole('link').click(),
    ]);
    await reader.getByText(title).first().waitFor();
    await takePicture(reader, 'story-article');
    await reader.close();

    await corp.isTold(rep.userId, `林小满 看了「${title}」`);
    await tab('时间线');
    await sidebar()
      .locator('.entry', { hasText: `打开了「${title}」` })
      .waitFor();
    await page.setViewportSize(wide);
    await page.evaluate(() => window.scrollTo(0, 0));
    await takePicture(page, 'sidebar', true);
    await page.setViewportSize(repSize);
  });

  chapter('notes, stage and a promise are kept with the customer', async () => {
    await tab('画像');
    await pressOnSheet(/阶段/);
    await pressOnSheet('有意向');
    await pressOnSheet('写一条');
    await sidebar().getByRole('textbox', { name: '写一条' }).fill('怕香精');
    await pressOnSheet('保存');
    await sidebar().locator('.note', { hasText: '怕香精' }).waitFor();
    await tab('任务');
    await sidebar().getByRole('textbox', { name: '答应了对方什么' }).fill('寄小样');
    await pressOnSheet('记下，到时提醒我');
    await sidebar().locator('.task', { hasText: '寄小样' }).waitFor();

    await page.getByRole('button', { name: '重新打开侧边栏' }).click();
    await sidebar()
      .getByRole('button', { name: /阶段.*有意向/ })
      .waitFor();
    await sidebar().locator('.note', { hasText: '怕香精' }).waitFor();
  });

  chapter('another rep at the same desk is somebody else to the sidebar', async () => {
    await takeRep(manager.name);
    await sidebar().getByRole('heading', { name: manager.name }).waitFor();

    expect(await sidebar().getByText('林小满').count()).toBe(0);
  });

  chapter('the shopper deletes the rep: the rep and their manager know', async () => {
    await phone.locator('.handset').getByRole('button', { name: '更多' }).click();
    await phone.getByRole('menuitem', { name: '删除联系人' }).click();
    await phone.getByText(`你和${rep.name}现在不是好友`).waitFor();

    await corp.isTold(rep.userId, '林小满 删除或拉黑了你');
    await corp.isTold(manager.userId, `林小满 删除或拉黑了 ${rep.name}`);
    await readNotice(`林小满 删除或拉黑了 ${rep.name}`);
    await photograph(page, '.handset', 'story-manager');
    await takeRep(rep.name);
    await readNotice('林小满 删除或拉黑了你');
    await page.getByRole('button', { name: '回到会话列表' }).click();
  });

  chapter('a customer who has left gets nothing, but what was between them stays', async () => {
    await openChat();
    await sidebar().getByText('今天离开').waitFor();
    await part('关系').getByText(`删除或拉黑了 ${rep.name}`).waitFor();
    await part('关系').getByText(`加了 ${rep.name} 为好友`).waitFor();
    await sidebar().locator('.note', { hasText: '怕香精' }).waitFor();
    await tab('话术');
    const before = (await corp.linesBetween(customer.personId, rep.userId)).length;
    await sidebar().getByRole('button', { name: '发给林小满' }).first().click();

    await sidebar().getByText('你们已不是好友').first().waitFor();
    expect(await corp.linesBetween(customer.personId, rep.userId)).toHaveLength(before);
  });

  const plan = async (address: string, name: string, said: string) => {
    await desk.goto(`${server.base}/console${address}`);
    await desk.locator('.head input').fill(name);
    await desk.locator('textarea').fill(said);
    await desk.getByRole('button', { name: '下一步' }).click();
    await desk.getByRole('button', { name: '下一步' }).click();
    await desk.getByRole('button', { name: '看计划' }).click();
    await desk
      .locator('.foot')
      .getByRole('button', { name: /位导购/ })
      .click();
    await desk
      .getByRole('dialog')
      .getByRole('button', { name: /位导购/ })
      .click();
    await desk.getByRole('heading', { name }).waitFor();
    await desk.getByText('进行中').waitFor();
  };
  const repRow = (text: string) =>
    desk.getByRole('row', { name: rep.name }).getByText(text).first();

  chapter(
    'an operator plans a bulk message, the rep finds it in their day and sends it',
    async () => {
      await plan('/outreach/new', '冬季护手', '新到一批护手霜，来店试试');
      const found = async () =>
        (await corp.ordersOf(rep.userId)).mass.findLast(({ confirmed }) => !confirmed);
      await eventually('the rep has the task', async () => (await found()) !== undefined, 20_000);

      await page.goto(`${server.base}/sandbox/`);
      await takeRep(rep.name);
      await sidebar().getByText('冬季护手').first().waitFor();
      await page.getByRole('button', { name: /群发助手/ }).click();
      await page.getByRole('button', { name: '确认发送' }).first().click();
      await page.getByText(/发出 \d+ 条/).waitFor();
      await desk.getByRole('button', { name: '刷新结果' }).click();
      await repRow('已确认').waitFor();
    },
  );

  chapter(
    'a moment is planned the same way, published by the rep, and who has it is counted',
    async () => {
      await plan('/outreach/new?kind=moment', '店里下雪了', '今天店里下雪，进来喝杯热茶');
      const found = async () =>
        (await corp.ordersOf(rep.userId)).moments.findLast((one) => !one.confirmed);
      await eventually('the rep has the task', async () => (await found()) !== undefined, 20_000);

      await page.goto(`${server.base}/sandbox/`);
      await takeRep(rep.name);
      await page.getByRole('button', { name: /客户朋友圈/ }).click();
      await page.getByRole('button', { name: '发表', exact: true }).first().click();
      await page.getByText(/已发表，\d+ 位客户/).waitFor();
      await takePicture(page, 'moment-phone');
      await repRow('等导购发表').waitFor();
      await desk.getByRole('button', { name: '刷新结果' }).click();
      await repRow('已发表').waitFor();
      await takePicture(desk, 'moment');
      expect(await desk.evaluate(executedIn)).toEqual([]);
    },
  );

  chapter('a code of rooms and a link are made on the pages codes share', async () => {
    const choose = async (name: RegExp) => {
      await desk
        .getByRole('button', { name: /选一个$/ })
        .first()
        .click();
      await desk.getByRole('option', { name }).first().click();
      await desk.locator('.record__head input').click();
    };
    await desk.goto(`${server.base}/console/wecom/room-codes/new`);
    await desk.locator('.record__head input').fill('门口的群码');
    await choose(/./);
    await desk.getByText('自动建一个新群').click();
    await desk.getByRole('button', { name: '生成活码' }).click();
    await desk.getByAltText('门口的群码的二维码').first().waitFor();

    await desk.goto(`${server.base}/console/wecom/ways/new?kind=link`);
    await desk.locator('.record__head input').fill('短视频');
    await choose(/周宁/);
    await desk.getByRole('button', { name: '生成链接' }).click();
    await desk.getByText('customer_channel=').first().waitFor();
  });

  chapter('31 days later they come back, and everybody reads: the second time', async () => {
    await server.sandbox('POST', '/clock', { advanceMs: 31 * dayMs });
    await phone.getByRole('button', { name: '添加为联系人' }).click();
    await phone.locator('.line.mine', { hasText: '敏感肌能用吗' }).waitFor();
    await corp.isTold(rep.userId, '林小满 回来了：31 天后又加了你，第 2 次');
    await corp.isTold(manager.userId, `林小满 在 31 天后回来找 ${rep.name}，第 2 次`);

    await page.goto(`${server.base}/sandbox/`);
    await takeRep(rep.name);
    await readNotice('31 天后又加了你，第 2 次');
    await photograph(page, '.handset', 'story-back-phone');
    await page.getByRole('button', { name: '回到会话列表' }).click();
    await openChat();
    await sidebar().getByText('今天回来，第 2 次').waitFor();
    await sidebar()
      .getByRole('region', { name: '下一步' })
      .getByText('离开 31 天后回来了，第 2 次')
      .waitFor();
    await part('关系').getByText(`31 天后回来找 ${rep.name}，第 2 次`).waitFor();
    await sidebar().locator('.note', { hasText: '怕香精' }).waitFor();
    await photograph(page, 'iframe', 'story-back');
    await desk.goto(personPage);
    await desk.getByText(`31 天后回来找 ${rep.name}，第 2 次`).first().waitFor();
    await takePicture(desk, 'story-back-person');
  });

  chapter('nothing went wrong that was not meant to', () => {
    // Who is not signed in yet is told so; who has left is refused.
    const meant = /sidebar\/session answered 401|contacts\/[\w-]+\/sends answered 409/;
    const troubles = [...shopper.troubles, ...watched.troubles];
    expect(troubles.filter((trouble) => !meant.test(trouble))).toEqual([]);
    return Promise.resolve();
  });

  chapter(
    'forty scripts in whatever anybody wrote are read in every tab, and none runs',
    async () => {
      await page.goto('about:blank');
      await rewriteBooks(server, (books) => books.makeHostile());
      watched.troubles.length = 0;
      const found: string[] = [];
      const look = async (place: string) => {
        await sidebar().getByText('window.hit').first().waitFor();
        for (const frame of page.frames()) {
          const faults = await frame.evaluate(executedIn);
          found.push(...faults.map((fault) => `${place}: ${fault}`));
        }
      };

      await page.goto(`${server.base}/sandbox/`);
      await takeRep(rep.name);
      await look('home');
      await page
        .locator('.handset')
        .getByRole('button', { name: /林小满 @微信/ })
        .click();
      for (const name of ['画像', '时间线', '话术', '素材', '任务']) {
        await tab(name);
        await settled(watched);
        await look(name);
      }

      expect(found).toEqual([]);
      expect(watched.troubles).toEqual([]);
    },
  );

  test('outside WeCom the page says where it belongs, and asks nobody anything', async () => {
    const { page: outside } = await openPage(page.context());
    const asked: string[] = [];
    outside.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await outside.goto(`${server.base}/sidebar/?corpId=${corpId}&agentId=${agentId}`);
    await outside.getByRole('heading', { name: '请在企业微信里打开' }).waitFor();

    expect(asked.filter((path) => path.startsWith('/api/'))).toEqual([]);
    await outside.close();
  });

  test('nobody but our own sandbox may frame the sidebar, and only there is the stand-in', async () => {
    const ask = async (dest: string) => {
      const answer = await fetch(`${server.base}/sidebar/`, {
        headers: { 'Sec-Fetch-Dest': dest },
      });
      return { policy: answer.headers.get('content-security-policy'), html: await answer.text() };
    };
    const [alone, framed] = [await ask('document'), await ask('iframe')];

    expect(framed.policy).toContain("frame-ancestors 'self'");
    expect(alone.html).not.toBe(framed.html);
    await eventually(
      'the console may not be framed',
      async () => {
        const { headers } = await fetch(`${server.base}/console/`);
        return (headers.get('content-security-policy') ?? '').includes("frame-ancestors 'none'");
      },
      5_000,
    );
  });
});
