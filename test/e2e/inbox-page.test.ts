import type { Browser, Page } from 'playwright-core';
import { messages as words } from '../../src/web/console/conversations/locale.zh-CN';
import { messages as wecom } from '../../src/web/console/wecom/locale.zh-CN';
import { messages as common } from '../../src/web/shared/locales/zh-CN';
import {
  demoSignIn,
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

type Listed<Item> = { items: Item[] };
type Line = { direction: 'in' | 'out'; kind: string; via: string; text: string };
type Said = { received: Line[] };

/** How long an operator may be left in the dark. */
const liveMs = 2_000;
/** For what nobody waits for with a watch. */
const calmLimitMs = 10_000;

const payloads = [
  '<img src=x onerror=window.hit=1>',
  '<script>window.hit=1</script>',
  '"><svg onload=window.hit=1>',
  "'-(window.hit=1)-'",
  '{{constructor.constructor("window.hit=1")()}}',
  '<a href="javascript:window.hit=1">领奖</a>',
  '<iframe srcdoc="<script>parent.hit=1</script>">',
  '</textarea><img src=x onerror=window.hit=1>',
  '<style>@import url(//evil.example)</style>',
  '<b onmouseover=window.hit=1>👩🏽‍🔬🐙 مرحبا</b>',
];

describeWithBrowser('the live inbox', () => {
  let server: BuiltServer;
  let browser: Browser;
  let desk: WatchedPage;
  let page: Page;
  let openid = '';
  let isBroken = false;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startBuiltServer(), openBrowser()]);
    desk = await openPage(await openContext(browser));
    page = desk.page;
    await signInByForm(desk, server);
    openid = await newFollower('小满');
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
          await takePicture(page, 'failed-inbox').catch(() => undefined);
          throw error;
        }
      },
      90_000,
    );

  async function newFollower(name: string): Promise<string> {
    const made = await server.sandbox<{ openid: string }>('POST', '/people', { name });
    await server.sandbox('POST', `/people/${made.openid}/follow`, {});
    return made.openid;
  }
  const say = (text: string, who = openid) =>
    server.sandbox<Said>('POST', `/people/${who}/say`, { text });
  const phone = async () =>
    (await server.sandbox<Listed<Line>>('GET', `/people/${openid}/phone?peek=1`)).items;
  const personOf = async (who: string) => {
    const { items } = await server.api<Listed<{ id: string }>>('GET', `/people?openid=${who}`);
    return items[0]?.id ?? '';
  };
  const rename = async (who: string, remark: string) =>
    server.api('PATCH', `/people/${await personOf(who)}`, { remark });
  const row = (text: string) => page.locator('.inbox__row', { hasText: text });
  const bubble = (text: string) => page.locator('.said', { hasText: text });
  const answer = () => page.getByRole('textbox', { name: words['conversations.answer'] });
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  chapter('who asks for a person stands in the list at once, and in the title', async () => {
    await rename(openid, '小满');
    await page.goto(`${server.base}/console/conversations?view=waiting`);
    await settled(desk);
    const before = await page.locator('.inbox__row').count();

    await say('人工');
    const began = performance.now();
    await row('小满').waitFor();
    expect(performance.now() - began).toBeLessThan(liveMs);

    expect(await page.locator('.inbox__row').count()).toBe(before + 1);
    await eventually(
      'the title counts who waits',
      async () => {
        if (!(await page.title()).startsWith(`(${before + 1})`))
          throw new Error(await page.title());
        return true;
      },
      calmLimitMs,
    );
    await takePicture(page, 'inbox-waiting');
  });

  chapter('taken and answered, the answer is on the phone, and the bot is silent', async () => {
    await row('小满').getByRole('button').click();
    await press(words['conversations.take']);
    await page.getByRole('button', { name: words['conversations.hand-back'] }).waitFor();
    await answer().fill('可以的\n先在耳后试一晚');
    await page.keyboard.press('Enter');
    await bubble('先在耳后试一晚').waitFor();

    await eventually(
      'the phone shows it',
      async () =>
        (await phone()).some(
          ({ direction, text }) => direction === 'in' && text === '可以的\n先在耳后试一晚',
        ),
      calmLimitMs,
    );
    await page.getByText(words['conversations.queued']).waitFor({ state: 'detached' });
    expect(await bubble('先在耳后试一晚').count()).toBe(1);
    const { received } = await say('几点开门');
    expect(received).toEqual([]);
    await bubble('几点开门').waitFor({ timeout: liveMs });
    await takePicture(page, 'inbox-talk', true);
  });

  chapter('a draft waits for its conversation, and j and k go through the list', async () => {
    await page.getByRole('tab', { name: words['conversations.view-all'] }).click();
    await settled(desk);
    const here = page.url().split('?')[0];
    await answer().fill('这句还没写完');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.waitForURL((url) => !url.href.startsWith(here ?? ''));
    await page.keyboard.press('k');
    await page.waitForURL((url) => url.href.startsWith(here ?? ''));

    await eventually(
      'the draft is back',
      async () => (await answer().inputValue()) !== '',
      calmLimitMs,
    );
    expect(await answer().inputValue()).toBe('这句还没写完');
    await answer().fill('');
  });

  chapter('another operator is told who has it before they take it', async () => {
    const second = await openPage(await openContext(browser));
    await signInByForm(second, { ...server, signIn: demoSignIn(server, 'operator') });
    await second.page.goto(page.url());
    await settled(second);
    expect(
      await second.page.getByRole('textbox', { name: words['conversations.answer'] }).isDisabled(),
    ).toBe(true);

    await second.page
      .getByRole('button', { name: words['conversations.take-over'], exact: true })
      .click();
    const dialog = second.page.getByRole('dialog');
    await dialog.getByText('要接过来吗').waitFor();
    await takePicture(second.page, 'inbox-taken');
    await dialog.getByRole('button', { name: /接过来/ }).click();
    await second.page.getByRole('button', { name: words['conversations.hand-back'] }).waitFor();
    await page
      .getByRole('button', { name: words['conversations.take-over'], exact: true })
      .waitFor();

    await second.page.getByRole('button', { name: words['conversations.hand-back'] }).click();
    await page.getByRole('button', { name: words['conversations.take'], exact: true }).waitFor();
    const refused = second.troubles.filter((trouble) => !/\/take answered 409$/.test(trouble));
    expect(refused).toEqual([]);
    await second.page.context().close();
  });

  chapter('handed back, the bot answers again, and says why', async () => {
    const { received } = await say('几点开门');

    expect(received.map(({ via }) => via)).toEqual(['passive']);
    await page
      .locator('.said--ours', { hasText: received[0]?.text.slice(0, 8) ?? '' })
      .getByText(/自动 · 规则/)
      .waitFor({ timeout: liveMs });
  });

  chapter('ten scripts as words and as names are shown as they were written', async () => {
    const shown = async (text: string) => page.locator('main').getByText(text).first().waitFor();
    for (const payload of payloads) await say(payload);
    for (const payload of payloads) await bubble(payload).first().waitFor();
    await rename(openid, payloads[0]?.slice(0, 32) ?? '');
    const others = await Promise.all(payloads.slice(1).map((_, at) => newFollower(`客 ${at}`)));
    for (const [at, who] of others.entries()) {
      await rename(who, payloads[at + 1]?.slice(0, 32) ?? '');
      await say('人工', who);
    }
    await page.goto(`${server.base}/console/conversations?view=waiting`);
    await settled(desk);
    for (const payload of payloads.slice(1)) await shown(payload.slice(0, 32));
    for (let at = 0; at < others.length; at += 1) {
      await page.keyboard.press('j');
      await settled(desk);
    }
    await takePicture(page, 'inbox-scripts');

    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(
      await page.locator('img[src="x"], main iframe, main a[href^="javascript"]').count(),
    ).toBe(0);
  });

  chapter('a chat of customer service is given to one of WeCom’s own staff', async () => {
    const corp = '/wecom/corps/wwdemo0camellia1';
    const { items: kfs } = await server.sandbox<Listed<{ kfId: string }>>('GET', `${corp}/kf`);
    const kfId = kfs[0]?.kfId ?? '';
    const { personId } = await server.sandbox<{ personId: string }>('POST', '/wecom/people', {
      name: '温知夏',
    });
    const act = (action: string, body: object) =>
      server.sandbox('POST', `/wecom/people/${personId}/${action}`, { kfId, ...body });
    await act('kf-enter', {});
    await act('kf-say', { text: '人工' });
    await page.goto(`${server.base}/console/conversations?view=waiting`);
    await row('温知夏').click();
    await page
      .locator('.head')
      .getByRole('button', { name: common['common.more'], exact: true })
      .click();
    await page.getByText(words['conversations.service-give']).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('周宁').waitFor();
    await settled(desk);
    await takePicture(page, 'inbox-service');
    const isAway = dialog.getByRole('radio', { name: /许诺/ });
    expect(await isAway.isDisabled()).toBe(true);
    await dialog.getByRole('radio', { name: /周宁/ }).check();
    await dialog.getByRole('button', { name: words['conversations.service-move'] }).click();
    await page.locator('.head').getByText(words['conversations.elsewhere']).waitFor();
    await page.getByText('转给企业微信里的 周宁 接待').first().waitFor();
  });

  chapter(
    'customers and rooms of a rep are handed over, and the page says how it goes',
    async () => {
      await page.goto(`${server.base}/console/wecom/handovers/new`);
      await settled(desk);
      const pick = async (label: string, name: string) => {
        await page.getByRole('button', { name: label }).click();
        await page.getByRole('option', { name }).or(page.getByRole('menuitem', { name })).click();
      };
      await pick(wecom['wecom.handover-from'], '周宁');
      await pick(wecom['wecom.handover-to'], '林岚');
      await settled(desk);
      await takePicture(page, 'handover-new');
      await page.locator('form button[type=submit]').click();
      await page.getByRole('dialog').getByRole('button').last().click();
      await page.waitForURL(/\/wecom\/handovers\/\w{26}/);
      await page.getByRole('heading', { name: '周宁 → 林岚' }).waitFor();
      await settled(desk);
      await takePicture(page, 'handover-made');
      const { items } = await server.api<Listed<{ from: { name: string }; total: number }>>(
        'GET',
        '/handovers',
      );
      expect(items[0]).toMatchObject({ from: { name: '周宁' } });
      expect(items[0]?.total).toBeGreaterThan(0);
    },
  );

  chapter('who waits is the first thing to do on the overview', async () => {
    await page.goto(`${server.base}/console/`);
    await settled(desk);
    await page
      .locator('.todo__item', { hasText: '等人工' })
      .getByRole('button', { name: '接待' })
      .click();
    await page.waitForURL(/\/console\/conversations\?view=waiting/);

    expect(desk.troubles).toEqual([]);
  });
});
