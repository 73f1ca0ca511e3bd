import type { Browser, BrowserContext, Locator } from 'playwright-core';
import { allPages } from '../support/json-client';
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

type Message = { id: string; direction: string; kind: string; text: string; via: string };
type Person = { id: string; receivedFen: number; followers: { openid: string; source: object }[] };
type Segment = { id: string; count: number };
type Run = { id: string; planned: number; sent: number; unknown: number; state: string };
type Campaign = { id: string; status: string; planned: number; sent: number; runs: Run[] };
type Promotion = {
  budgetFen: number;
  paidFen: number;
  reservedFen: number;
  availableFen: number;
  deliveredFen: number;
};
type Payout = {
  id: string;
  openid: string;
  amountFen: number;
  billNo: string;
  state: string;
  steps: { kind: string }[];
  nextLookAt: string | null;
};
type Listed = { members: unknown[] };
type Wallets = {
  items: { openid: string; receivedFen: number; packets: number }[];
  merchants: { openingFen: number; balanceFen: number; paidOutFen: number; agrees: boolean }[];
};
type Summary = {
  templates: { sent: number; byOpenid: Record<string, number>; doubles: unknown[] };
  money: { paidOutFen: number; twice: unknown[]; byBillNo: Record<string, { amountFen: number }> };
};

const yuan = (fen: number) => (fen / 100).toFixed(2);
const newAnswer = '我们 10:00 开门，周三有会员早场 9:00 开始。';

/** The story moves the clock by two hours; a timetable at 10:00 must not come due in between. */
async function passTenOClock({ sandbox }: BuiltServer): Promise<void> {
  const { nowMs } = await sandbox<{ nowMs: number }>('GET', '/clock');
  const minuteOfDay = Math.floor(nowMs / 60_000 + 8 * 60) % (24 * 60);
  const wait = 10 * 60 + 1 - minuteOfDay;
  if (wait > 0 && wait < 180) await sandbox('POST', '/clock', { advanceMs: wait * 60_000 });
}

describeWithBrowser('a newcomer, from the first start', () => {
  let server: BuiltServer;
  let browser: Browser;
  let context: BrowserContext;
  let phone: WatchedPage;
  let desk: WatchedPage;
  let openid = '';
  let personId = '';
  let segment: Segment = { id: '', count: 0 };
  let campaignId = '';
  let promotionId = '';
  /** What the demo's own examples sent and paid before the story begins. */
  const demo = { sent: 0, paidFen: 0 };
  let isBroken = false;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startBuiltServer(), openBrowser()]);
    const books = await server.sandbox<Summary>('GET', '/books/summary');
    demo.sent = books.templates.sent;
    demo.paidFen = books.money.paidOutFen;
    await passTenOClock(server);
    context = await openContext(browser);
    phone = await openPage(context);
    desk = await openPage(context);
  }, 400_000);
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  /** The story goes on from test to test; a step that fails leaves a picture of both screens. */
  const chapter = (name: string, tell: () => Promise<void>) =>
    test(
      name,
      async () => {
        if (isBroken) throw new Error('the story broke off before');
        try {
          await tell();
        } catch (error) {
          isBroken = true;
          await takePicture(phone.page, 'failed-phone').catch(() => undefined);
          await takePicture(desk.page, 'failed-console').catch(() => undefined);
          throw error;
        }
      },
      90_000,
    );

  const theirs = (): Locator => phone.page.locator('.line:not(.mine) .bubble');
  const ask = async (text: string, answer: string | RegExp) => {
    await phone.page.getByRole('textbox', { name: '要说的话' }).fill(text);
    await phone.page.keyboard.press('Enter');
    await phone.page.locator('.line.mine').last().filter({ hasText: text }).waitFor();
    await theirs().last().filter({ hasText: answer }).waitFor();
  };
  const button = (name: string | RegExp, exact = false) =>
    desk.page.getByRole('button', { name, exact });
  const dialogButton = (name: string | RegExp) =>
    desk.page.getByRole('dialog').getByRole('button', { name });
  const open = async (path: string) => {
    await desk.page.goto(`${server.base}/console${path}`);
    await settled(desk);
  };
  const messages = () =>
    allPages<Message>(server.sandbox, `/books/messages?openid=${openid}&order=asc`);
  const withoutLook = (payout: Payout) => ({ ...payout, nextLookAt: null });
  const payouts = () => allPages<Payout>(server.api, `/promotions/${promotionId}/ledger`);

  chapter('finds a demo whose examples agree with the books of the sandbox', async () => {
    const listed = async <Item>(path: string) =>
      (await server.api<{ items: Item[] }>('GET', path)).items;
    const [campaign] = await listed<Campaign & { delivered: number }>('/campaigns');
    const [promotion] = await listed<Promotion & { id: string; status: string }>('/promotions');
    const ledger = await listed<Payout>(`/promotions/${promotion?.id}/ledger?limit=100`);
    const { money } = await server.sandbox<Summary>('GET', '/books/summary');
    const segments = await listed<Segment>('/segments');
    const rules = await listed<{ hits30d: number }>('/reply-rules');

    expect(demo.sent).toBeGreaterThan(0);
    expect(campaign).toMatchObject({ status: 'finished', sent: demo.sent, delivered: demo.sent });
    expect(promotion?.status).toBe('finished');
    const { paidFen = 0, reservedFen = 0, availableFen = 0 } = promotion ?? {};
    expect(paidFen + reservedFen + availableFen).toBe(promotion?.budgetFen);
    expect([paidFen > 0, reservedFen > 0]).toEqual([true, true]);
    expect(paidFen + reservedFen).toBe(demo.paidFen);
    for (const one of ledger) expect(money.byBillNo[one.billNo]?.amountFen).toBe(one.amountFen);
    expect(segments.every((one) => one.count > 0)).toBe(true);
    expect(rules.some((rule) => rule.hits30d > 0)).toBe(true);

    const [inRooms] = await listed<{ members: number; roomId: string }>('/rooms');
    const orders = await listed<{
      kind: 'message' | 'moment';
      status: string;
      counts: Record<string, number>;
    }>('/outreach');
    const [link] = await listed<{ added: number }>('/contact-ways?kind=link');
    const handovers = await listed<{ counts: Record<string, number> }>('/handovers');
    const room = await server.sandbox<Listed>('GET', `/wecom/rooms/${inRooms?.roomId ?? ''}`);
    const gotBy = (via: string) => allPages(server.sandbox, `/wecom/books/messages?via=${via}`);
    const sentOf = (wanted: 'message' | 'moment') =>
      orders
        .filter(({ kind }) => kind === wanted)
        .reduce((sum, { counts }) => sum + (counts['sent'] ?? 0), 0);
    expect(inRooms?.members).toBe(room.members.length);
    expect(orders.map(({ status }) => status)).toEqual(['running', 'running', 'finished']);
    expect(sentOf('message')).toBe((await gotBy('mass')).length);
    expect(sentOf('moment')).toBe((await gotBy('moment')).length);
    expect(link?.added).toBeGreaterThan(0);
    expect(
      handovers.map(({ counts }) => [counts['waiting'], counts['done'], counts['refused']]),
    ).toEqual([
      [1, 0, 0],
      [0, 1, 1],
    ]);
    expect((await listed<{ joined: number }>('/room-codes'))[0]?.joined).toBeGreaterThan(0);
  });

  chapter('follows by the code of a shop and is welcomed by the name of the shop', async () => {
    await phone.page.goto(`${server.base}/sandbox/`);
    await phone.page.getByRole('button', { name: '来个新人' }).first().click();
    await phone.page.getByRole('button', { name: '让小雨扫「静安店 海报」' }).click();
    await phone.page.getByRole('button', { name: '关注公众号' }).click();

    await theirs().first().filter({ hasText: '欢迎来到山茶花静安店' }).waitFor();
    await takePicture(phone.page, 'phone-welcome');
    const { items } = await server.sandbox<{ items: { openid: string }[] }>(
      'GET',
      '/people?q=小雨',
    );
    openid = items[0]?.openid ?? '';
    expect(openid).not.toBe('');
  });

  chapter('is answered by a keyword, by the FAQ, and by the default', async () => {
    await phone.page.getByRole('button', { name: '换成输入' }).click();

    await ask('几点开门', '每天 10:00–22:00 营业');
    await ask('开车过来能停车不', '静安店楼下是愚园百货停车场');
    await ask('哞哞咕噜噜', '这句我还没学会');

    await phone.page.getByRole('button', { name: '幕后', exact: true }).click();
    await phone.page.locator('.line.mine .bubble', { hasText: '几点开门' }).click();
    await phone.page.getByText('命中规则「营业时间」').first().waitFor();
    await settled(phone);
    await takePicture(phone.page, 'phone', true);
    const answers = (await messages()).filter((message) => message.direction === 'in');
    expect(answers).toHaveLength(4);
  });

  chapter('signs in and finds that person, with everything that happened', async () => {
    await signInByForm(desk, server);
    await settled(desk);
    await takePicture(desk.page, 'overview', true);
    await open('/people');
    await desk.page.locator('tbody tr').first().click();
    await settled(desk);
    await takePicture(desk.page, 'people');
    await button('打开详情').click();
    await desk.page.waitForURL(/people\/\w{26}/);
    await settled(desk);
    personId = desk.page.url().split('/').pop() ?? '';

    const text = await desk.page.locator('main').innerText();
    expect(text).toContain(openid);
    for (const fact of ['静安店 海报', '几点开门', '开车过来能停车不', '哞哞咕噜噜']) {
      expect(text).toContain(fact);
    }
    const person = await server.api<Person>('GET', `/people/${personId}`);
    expect(person.followers[0]).toMatchObject({ openid, source: { name: '静安店 海报' } });
  });

  chapter('gives the person a name and the tag 会员', async () => {
    await button('改备注名').click();
    await desk.page.getByPlaceholder('备注名').fill('小雨');
    await desk.page.keyboard.press('Enter');
    await desk.page.locator('h1', { hasText: '小雨' }).waitFor();
    await button('打标签').click();
    await desk.page.getByRole('textbox', { name: '标签名' }).fill('会员');
    await desk.page.keyboard.press('Enter');

    await desk.page.locator('.tags .chip', { hasText: '会员' }).waitFor();
    await settled(desk);
    await takePicture(desk.page, 'person', true);
  });

  chapter(
    'changes the reply beside the phone preview, and the next answer is the new one',
    async () => {
      await open('/replies/rules');
      await desk.page.getByText('营业时间', { exact: true }).first().click();
      const box = desk.page.locator('textarea').first();
      await box.waitFor();
      await box.fill(newAnswer);
      await desk.page
        .locator('aside .bubble, .preview .bubble')
        .filter({ hasText: newAnswer })
        .first()
        .waitFor();
      await settled(desk);
      await takePicture(desk.page, 'rule-editor', true);
      await button('发布', true).click();
      await button('现在发布', true).click();
      await desk.page.getByText('发布了，下一句就按新的答').waitFor();

      await ask('几点开门', newAnswer);
    },
  );

  chapter('builds a segment and reads the same count as everybody else', async () => {
    await open('/segments/new');
    await desk.page.getByRole('textbox', { name: '给人群起个名' }).fill('静安店近 30 天会员');
    const add = async (field: string) => {
      await button('条件', true).click();
      await desk.page
        .locator('.field-pick:visible')
        .getByRole('button', { name: field, exact: true })
        .click();
    };
    const choose = async (chosen: string) => {
      await desk.page.locator('.texts').last().click();
      await desk.page
        .getByRole('option', { name: chosen })
        .and(desk.page.locator(':visible'))
        .click();
      await desk.page.keyboard.press('Escape');
    };
    await add('关注时间');
    await add('最近来源');
    await choose('静安店 海报');
    await add('标签');
    await choose('会员');
    await settled(desk);
    await button('保存人群').click();
    await desk.page.waitForURL(/segments\/\w{26}/);
    await settled(desk);
    await takePicture(desk.page, 'segment', true);

    const id = desk.page.url().split('/').pop() ?? '';
    segment = await server.api<Segment>('GET', `/segments/${id}`);
    const { rule } = await server.api<{ rule: object }>('GET', `/segments/${id}`);
    const preview = await server.api<{ count: number }>('POST', '/segments/preview', { rule });
    const shown = await desk.page.locator('.panel__number:visible').innerText();
    expect(segment.count).toBeGreaterThan(1);
    expect([preview.count, Number(shown.replaceAll(',', ''))]).toEqual([
      segment.count,
      segment.count,
    ]);
    expect(JSON.stringify(rule)).toContain('shop_jingan');
  });

  const pickSegment = async () => {
    await button(/^选一个人群/).click();
    await desk.page.locator('.pick__item:visible', { hasText: '静安店近 30 天会员' }).click();
  };

  chapter('plans a template message for every day at 10:00 in Shanghai', async () => {
    await open('/campaigns/new');
    await desk.page.getByRole('textbox', { name: '给活动起个名' }).fill('会员积分到期');
    await button(/^模板/).click();
    await desk.page.getByRole('menuitem', { name: '会员积分到期提醒' }).click();
    await desk.page.getByLabel('会员姓名').fill("{{ person.name | default: '会员' }}");
    await desk.page.getByLabel('到期积分').fill('300');
    await desk.page.getByLabel('到期时间').fill('2026年12月31日');
    await desk.page.getByLabel('温馨提示').fill('到店可换护手霜');
    await button('下一步').click();
    await pickSegment();
    await button('下一步').click();
    await button('到点反复发')
      .or(desk.page.getByRole('radio', { name: '到点反复发' }))
      .first()
      .click();
    await button(/^看计划/).click();
    await desk.page.getByText('会收到').waitFor();
    await settled(desk);
    await takePicture(desk.page, 'campaign-plan', true);

    const plan = await desk.page.locator('main').innerText();
    expect(plan).toContain('每天 10:00');
    await button(/^开始，每次约/).click();
    await dialogButton(/^开始，每次约/).click();
    await desk.page.waitForURL(/campaigns\/\w{26}$/);
    campaignId = desk.page.url().split('/').pop() ?? '';
    const campaign = await server.api<{ schedule: object; status: string }>(
      'GET',
      `/campaigns/${campaignId}`,
    );
    expect(campaign).toMatchObject({
      status: 'scheduled',
      schedule: { cron: '0 10 * * *', zone: 'Asia/Shanghai' },
    });
  });

  chapter('presses "run now", sees the bar reach the end and the card on the phone', async () => {
    await button('现在就发一次').click();
    await dialogButton(/^发给 \d+ 人$/).click();
    await desk.page.locator('.progress__percent', { hasText: '100%' }).waitFor();

    await phone.page.locator('.bubble.template').filter({ hasText: '小雨' }).waitFor();
    await eventually(
      'the campaign says that it is done',
      async () => {
        const campaign = await server.api<Campaign>('GET', `/campaigns/${campaignId}`);
        return campaign.runs[0]?.state === 'finished' && campaign.sent === segment.count;
      },
      20_000,
    );
    await desk.page.reload();
    await settled(desk);
    await takePicture(desk.page, 'campaign', true);
    const { templates } = await server.sandbox<Summary>('GET', '/books/summary');
    expect(templates.sent - demo.sent).toBe(segment.count);
    expect(templates.doubles).toEqual([]);
    const shown = await desk.page.locator('.progress__count').innerText();
    expect(shown.replace(/\s/g, '')).toBe(`${segment.count}/${segment.count}`);
  });

  chapter('sets up a red-packet promotion with a budget', async () => {
    await open('/red-packets/new');
    await desk.page.getByRole('textbox', { name: '给这次红包起个名' }).fill('山茶花开');
    await pickSegment();
    await button('随机金额')
      .or(desk.page.getByRole('radio', { name: '随机金额' }))
      .first()
      .click();
    await desk.page.getByLabel('从', { exact: true }).fill('1.00');
    await desk.page.getByLabel('到', { exact: true }).fill('2.00');
    await desk.page.getByLabel('预算').fill(yuan(segment.count * 200));
    await desk.page.getByLabel('祝福语').fill('花开有你，请收下');
    await desk.page.getByText('这次红包不是用来换关注或转发的').click();
    await settled(desk);
    await takePicture(desk.page, 'red-packet-plan');
    await button('存下，去核对').click();
    await desk.page.waitForURL(/red-packets\/\w{26}$/);
    await settled(desk);

    promotionId = desk.page.url().split('/').pop() ?? '';
    const promotion = await server.api<Promotion>('GET', `/promotions/${promotionId}`);
    expect(promotion).toMatchObject({
      status: 'draft',
      budgetFen: segment.count * 200,
      paidFen: 0,
      reservedFen: 0,
    });
  });

  chapter('starts it, opens the packet, and the ledger tells every step to the fen', async () => {
    const hour = 3_600_000;
    const offset = async () =>
      (await server.sandbox<{ offsetMs: number }>('GET', '/clock')).offsetMs;
    const start = await offset();
    await button(/^开始发，最多/).click();
    await dialogButton(/^开始发，最多/).click();
    await phone.page.locator('.bubble.packet').click();
    await phone.page.getByRole('button', { name: '拆开红包' }).click();
    const shown = await phone.page.locator('.packet .amount strong').innerText();
    await takePicture(phone.page, 'phone-packet', true);
    await phone.page.getByRole('button', { name: '关上' }).click();
    expect(await phone.page.locator('.bubble.packet').count()).toBe(1);
    // An opened packet is asked for every hour.
    for (const hours of [1, 2]) {
      await phone.page.getByRole('button', { name: '把沙盒的时间拨快 1 小时' }).click();
      await eventually(
        'the clock moved',
        async () => (await offset()) >= start + hours * hour,
        10_000,
      );
    }
    await eventually(
      'our books know that it was received',
      async () =>
        (await payouts()).some((one) => one.openid === openid && one.state === 'received'),
      60_000,
    );
    await open(`/red-packets/${promotionId}?state=sent`);
    const [unopened] = await desk.page.locator('tr[data-key]').allInnerTexts();
    expect(unopened).toMatch(/等对方收 · .*再问微信/);
    await open(`/red-packets/${promotionId}?state=received`);
    const payout = (await payouts()).find((one) => one.openid === openid);
    const row = desk.page.locator(`tr[data-key="${payout?.id}"]`);
    await row.click();
    await desk.page.locator('.below__steps').waitFor();
    await settled(desk);
    await takePicture(desk.page, 'red-packet', true);

    const rows = await payouts();
    const mine = rows.find((one) => one.openid === openid);
    const wallets = await server.sandbox<Wallets>('GET', '/books/wallets?limit=1000');
    const wallet = wallets.items.find((one) => one.openid === openid);
    expect(wallet).toMatchObject({ packets: 1, receivedFen: mine?.amountFen });
    expect(shown).toBe(yuan(mine?.amountFen ?? 0));
    expect(await row.innerText()).toContain(yuan(mine?.amountFen ?? 0));
    const steps = (mine?.steps ?? []).map((step) => step.kind);
    expect(steps.filter((kind) => ['reserved', 'sent', 'received'].includes(kind))).toEqual([
      'reserved',
      'sent',
      'received',
    ]);
    const person = await server.api<Person>('GET', `/people/${personId}`);
    expect(person.receivedFen).toBe(mine?.amountFen);
  });

  chapter('finds that budget, ledger and the books of the sandbox agree', async () => {
    await eventually(
      'every packet is with WeChat',
      async () => (await payouts()).every((one) => ['sent', 'received'].includes(one.state)),
      30_000,
    );

    const rows = await payouts();
    const { money } = await server.sandbox<Summary>('GET', '/books/summary');
    const { merchants } = await server.sandbox<Wallets>('GET', '/books/wallets');
    const now = await server.api<Promotion>('GET', `/promotions/${promotionId}`);
    const sum = rows.reduce((total, one) => total + one.amountFen, 0);
    expect(rows).toHaveLength(segment.count);
    expect(money.paidOutFen - demo.paidFen).toBe(sum);
    expect(money.twice).toEqual([]);
    for (const one of rows) expect(money.byBillNo[one.billNo]?.amountFen).toBe(one.amountFen);
    expect(now.paidFen + now.reservedFen + now.availableFen).toBe(now.budgetFen);
    expect(now.paidFen + now.reservedFen).toBe(sum);
    expect(merchants[0]).toMatchObject({ agrees: true, paidOutFen: demo.paidFen + sum });
    await open(`/red-packets/${promotionId}`);
    const band = await desk.page.locator('.amounts').innerText();
    for (const fen of [now.budgetFen, now.paidFen, now.reservedFen, now.availableFen]) {
      expect(band.replaceAll(',', '')).toContain(yuan(fen));
    }
  });

  chapter(
    'kills the server in the middle of a run: nothing is lost, nothing is doubled',
    async () => {
      expect([...phone.troubles, ...desk.troubles]).toEqual([]);
      const firstRun = (await server.api<Campaign>('GET', `/campaigns/${campaignId}`)).runs[0]?.id;
      const before = {
        messages: await messages(),
        payouts: await payouts(),
        wallets: (await server.sandbox<Wallets>('GET', '/books/wallets?limit=1000')).items,
        people: (await server.api<{ total: number }>('GET', '/people?limit=1')).total,
      };
      await server.api('POST', `/campaigns/${campaignId}/run-now`);
      const sentNow = async () =>
        (await server.sandbox<Summary>('GET', '/books/summary')).templates.sent - demo.sent;
      await eventually(
        'the first of them is out',
        async () => (await sentNow()) > segment.count,
        20_000,
        5,
      );
      await server.process.kill();
      await server.process.start();
      await eventually(
        'the second run is done',
        async () => {
          const { runs } = await server.api<Campaign>('GET', `/campaigns/${campaignId}`);
          return runs.length === 2 && runs.every((run) => run.state === 'finished');
        },
        60_000,
      );
      await eventually(
        'the phone has found its way back',
        async () => (await phone.page.locator('.gone').count()) === 0,
        20_000,
      );

      const after = await messages();
      const { templates } = await server.sandbox<Summary>('GET', '/books/summary');
      const { runs } = await server.api<Campaign>('GET', `/campaigns/${campaignId}`);
      const run = runs.find((one) => one.id !== firstRun);
      const accepted = templates.sent - demo.sent - segment.count;
      expect(after.slice(0, before.messages.length)).toEqual(before.messages);
      expect(after.slice(before.messages.length).map((message) => message.kind)).toEqual(
        expect.not.arrayContaining(['text']),
      );
      expect(run).toMatchObject({ planned: segment.count, pending: 0, failed: 0, skipped: 0 });
      // What was on its way when the server died is sent once or called unknown, never sent again.
      expect((run?.sent ?? 0) + (run?.unknown ?? 0)).toBe(segment.count);
      expect(accepted).toBeGreaterThanOrEqual(run?.sent ?? 0);
      expect(accepted).toBeLessThanOrEqual(segment.count);
      expect(templates.doubles).toEqual([]);
      expect(Math.max(...Object.values(templates.byOpenid))).toBe(2);
      const wallets = await server.sandbox<Wallets>('GET', '/books/wallets?limit=1000');
      expect(wallets.items).toEqual(before.wallets);
      // Looking again while the server was away or not changes nothing but when the next look is.
      expect((await payouts()).map(withoutLook)).toEqual(before.payouts.map(withoutLook));
      const { total } = await server.api<{ total: number }>('GET', '/people?limit=1');
      expect(total).toBe(before.people);
    },
  );

  chapter('goes on where it stopped, and nothing went wrong in either window', async () => {
    await ask('几点开门', newAnswer);
    await open(`/people/${personId}`);
    await desk.page.locator('.line__entry', { hasText: '几点开门' }).first().waitFor();
    await takePicture(desk.page, 'person-after');

    // While the server was down its own streams and questions broke off, and nothing else did.
    const isBreak = (trouble: string) => trouble.includes('net::ERR_');
    expect(phone.troubles.filter((trouble) => !isBreak(trouble))).toEqual([]);
    expect(desk.troubles.filter((trouble) => !isBreak(trouble))).toEqual([]);
  });
});
