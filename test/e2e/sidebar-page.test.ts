import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
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
  type BuiltServer,
  type WatchedPage,
} from '../support/browser';
import { executedIn } from '../support/page-faults';
import { rewriteBooks } from '../support/rewritten-books';

type Listed<Item> = { items: Item[] };
type Line = { direction: string; via: string; kind: string; text: string };
type Customer = { externalUserId: string; personId: string; name: string; status: string };

const rep = { userId: 'zhouning', name: '周宁' };
const words = '{{ name }}，眼周也可以用。舒缓精华没有酒精和香精，先在耳后试一晚。';

/** One browser holds everybody's phone: the customer's, the rep's, and the rep's real sidebar in a frame. */
describeWithBrowser('a rep beside a chat', () => {
  let server: BuiltServer;
  let browser: Browser;
  let context: BrowserContext;
  let watched: WatchedPage;
  let page: Page;
  let corpId = '';
  let agentId = '';
  let customer: Customer;
  let desk: Page;
  let isBroken = false;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startBuiltServer(), openBrowser()]);
    context = await openContext(browser);
    watched = await openPage(context);
    page = watched.page;
    const { items } = await server.sandbox<
      Listed<{ corpId: string; agents: { agentId: string }[] }>
    >('GET', '/wecom/corps');
    corpId = items[0]?.corpId ?? '';
    agentId = items[0]?.agents[0]?.agentId ?? '';
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
          throw error;
        }
      },
      90_000,
    );

  const sidebar = (): FrameLocator => page.frameLocator('iframe');
  const tab = (name: string) => sidebar().getByRole('tab', { name }).click();
  const takeRep = (name: string) =>
    page.getByRole('region', { name: '导购的工作手机' }).getByRole('button', { name }).click();
  /** On anybody's phone: the code on the wall that was made last for this rep, and their card behind it. */
  const meetRep = async (on: Page) => {
    const poster = `让林小满扫「${rep.name}的名片码」`;
    await on.getByRole('button', { name: poster }).first().click();
    await on.getByRole('button', { name: '添加为联系人' }).click();
  };
  const toldToRep = async () =>
    (
      await server.sandbox<Listed<Line>>(
        'GET',
        `/wecom/books/messages?corpId=${corpId}&userId=${rep.userId}&via=app`,
      )
    ).items.map(({ text }) => text);
  const customers = async () =>
    (
      await server.sandbox<Listed<Customer>>(
        'GET',
        `/wecom/corps/${corpId}/staff/${rep.userId}/customers`,
      )
    ).items;
  const linesOf = async (personId: string) =>
    (
      await server.sandbox<Listed<Line>>(
        'GET',
        `/wecom/people/${personId}/phone?userId=${rep.userId}`,
      )
    ).items;

  chapter('a follower scans the code of a rep, is welcomed, and asks something', async () => {
    const { items } = await server.api<Listed<{ id: string; kind: string }>>('GET', '/accounts');
    await server.api('POST', '/contact-ways', {
      accountId: items.find(({ kind }) => kind === 'wecom')?.id,
      ...{ name: '柜台码', state: 'counter', tags: ['想到店'] },
      plan: { userIds: [rep.userId], shifts: [], spare: [] },
    });
    await eventually(
      'the code hangs on the wall',
      async () =>
        (
          await server.sandbox<Listed<{ state: string }>>('GET', `/wecom/corps/${corpId}/codes`)
        ).items.some(({ state }) => state === 'counter'),
      20_000,
    );
    await page.reload();
    await page.getByRole('button', { name: '添一个人' }).click();
    await page.getByLabel('名字').fill('林小满');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '让林小满扫「默认名片码」' }).click();
    await page.getByRole('button', { name: '关注公众号' }).click();
    await page.locator('.line:not(.mine)').first().waitFor();
    await meetRep(page);
    await page.locator('.line:not(.mine)', { hasText: '护肤顾问' }).first().waitFor();
    await page.getByRole('textbox', { name: '要说的话' }).fill('敏感肌能用吗');
    await page.keyboard.press('Enter');
    await page.locator('.line.mine', { hasText: '敏感肌能用吗' }).waitFor();

    const found = (await customers()).find((one) => one.name === '林小满');
    expect(found).toMatchObject({ status: 'friends' });
    if (found) customer = found;
  });

  chapter('the rep sees their own day before any chat is open', async () => {
    await takeRep(rep.name);
    await sidebar().getByRole('heading', { name: '先联系谁' }).waitFor();

    await sidebar()
      .getByRole('button', { name: /林小满/ })
      .waitFor();
    await takePicture(page, 'sidebar-home');
  });

  chapter('the rep opens the chat and sees who it is and what to do', async () => {
    await page
      .locator('.handset')
      .getByRole('button', { name: /林小满/ })
      .click();
    await sidebar().getByRole('heading', { name: '林小满' }).waitFor();

    await sidebar().getByText('今天加的好友').waitFor();
    await sidebar().getByRole('region', { name: '下一步' }).waitFor();
    await takePicture(page, 'sidebar-customer');
  });

  chapter('in the console both are one person, and why, with one timeline', async () => {
    const at = await openPage(await openContext(browser));
    desk = at.page;
    await signInByForm(at, server);
    const { items } = await server.api<Listed<{ id: string }>>(
      'GET',
      `/people?q=${encodeURIComponent('林小满')}`,
    );
    await desk.goto(`${server.base}/console/people/${items[0]?.id ?? ''}`);
    await desk.getByText('unionid 相同').first().waitFor();
    await desk.getByText(`加了 ${rep.name} 为好友`).first().waitFor();
    await desk.getByText('想到店').first().waitFor();

    await takePicture(desk, 'story-person');
    expect(items).toHaveLength(1);
  });

  chapter('a script is written once and sent in one tap: it stands in the chat', async () => {
    await tab('话术');
    await sidebar().getByRole('button', { name: '新话术' }).click();
    await sidebar().getByRole('textbox', { name: '标题' }).fill('眼周能不能用');
    await sidebar().getByRole('textbox', { name: '要说的话' }).fill(words);
    await sidebar().getByRole('button', { name: '保存' }).click();
    const own = sidebar().locator('.script', { hasText: words.replace('{{ name }}', '林小满') });
    await own.getByRole('button', { name: '发给林小满' }).click();

    await sidebar().getByText('已放进和林小满的聊天').waitFor();
    await page.locator('.line.mine', { hasText: '林小满，眼周也可以用' }).waitFor();
    await takePicture(page, 'sidebar-sent');
    const said = (await linesOf(customer.personId)).filter((line) => line.via === 'chat');
    expect(said.map(({ direction, kind }) => [direction, kind])).toEqual([
      ['in', 'text'],
      ['out', 'text'],
    ]);
    await tab('时间线');
    await sidebar().locator('.entry', { hasText: '发了话术：林小满，眼周也可以用' }).waitFor();
  });

  chapter('an article goes as a card; when the customer opens it the rep is told', async () => {
    await tab('素材');
    const article = sidebar().locator('.material', { hasText: '文章' }).first();
    const title = (await article.locator('.title').innerText()).trim();
    await article.getByRole('button').click();
    const card = page.locator('.line.mine .card', { hasText: title }).getByRole('link');
    await card.waitFor();
    const { page: reader } = await openPage(context);
    await reader.goto((await card.getAttribute('href')) ?? '');
    await reader.getByText(title).first().waitFor();
    await reader.close();

    await eventually(
      'the app told the rep',
      async () => (await toldToRep()).some((text) => text.includes(title)),
      20_000,
    );
    await tab('时间线');
    await sidebar().locator('.entry', { hasText: title }).first().waitFor();
    await takePicture(page, 'sidebar', true);
  });

  chapter('notes, stage and a promise are kept with the customer', async () => {
    await tab('画像');
    await sidebar().getByRole('button', { name: /阶段/ }).click();
    await sidebar().getByRole('button', { name: '有意向' }).click();
    await sidebar().getByRole('button', { name: '写一条' }).click();
    await sidebar().getByRole('textbox', { name: '写一条' }).fill('怕香精');
    await sidebar().getByRole('button', { name: '保存' }).click();
    await sidebar().locator('.note', { hasText: '怕香精' }).waitFor();
    await tab('任务');
    await sidebar().getByRole('textbox', { name: '答应了对方什么' }).fill('寄小样');
    await sidebar().getByRole('button', { name: '记下，到时提醒我' }).click();
    await sidebar().locator('.task', { hasText: '寄小样' }).waitFor();

    await page.getByRole('button', { name: '重新打开侧边栏' }).click();
    await sidebar()
      .getByRole('button', { name: /阶段.*有意向/ })
      .waitFor();
    await sidebar().locator('.note', { hasText: '怕香精' }).waitFor();
  });

  chapter('another rep at the same desk is somebody else to the sidebar', async () => {
    await takeRep('林岚');
    await sidebar().getByRole('heading', { name: '林岚' }).waitFor();

    expect(await sidebar().getByText('林小满').count()).toBe(0);
  });

  chapter('a customer who has left gets nothing, and the page says so', async () => {
    await server.sandbox('POST', `/wecom/people/${customer.personId}/delete-rep`, {
      userId: rep.userId,
    });
    await eventually(
      'the rep is told who left',
      async () => (await toldToRep()).some((text) => text.startsWith('林小满 删除了你')),
      20_000,
    );
    await takeRep(rep.name);
    await page
      .locator('.handset')
      .getByRole('button', { name: /林小满 @微信/ })
      .click();
    await sidebar().getByRole('heading', { name: '林小满' }).waitFor();
    await tab('话术');
    const before = (await linesOf(customer.personId)).length;
    await sidebar().getByRole('button', { name: '发给林小满' }).first().click();

    await sidebar().getByText('你们已不是好友').first().waitFor();
    expect(await linesOf(customer.personId)).toHaveLength(before);
  });

  /** What reps of the corp have to confirm, and the confirming by hand. */
  const waiting = async (userId: string) =>
    server.sandbox<{
      mass: { msgId: string; confirmed: boolean }[];
      moments: { momentId: string; confirmed: boolean }[];
    }>('GET', `/wecom/corps/${corpId}/staff/${userId}/orders`);
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
        (await waiting(rep.userId)).mass.findLast(({ confirmed }) => !confirmed);
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
        (await waiting(rep.userId)).moments.findLast((one) => !one.confirmed);
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

  chapter('nothing went wrong that was not meant to', () => {
    // Who is not signed in yet is told so; who has left is refused.
    const meant = /sidebar\/session answered 401|contacts\/[\w-]+\/sends answered 409/;
    expect(watched.troubles.filter((trouble) => !meant.test(trouble))).toEqual([]);
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
    const { page: outside } = await openPage(context);
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
