import type { Browser, Locator, Page } from 'playwright-core';
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
type Rule = {
  id: string;
  name: string;
  liveVersion: number | null;
  draft: { state: string; publishAt: string | null } | null;
};
type Line = { text: string };

const minute = 60_000;
const hour = 60 * minute;
const rule = '冬季开门时间';
const usual = '每天 10:00–22:00 营业';
const powerBank = '可以。扫一下收银台边上的码，两小时内不收钱。';

/** Where answers are reviewed: a follower's phone, the operator who writes, and the reviewer, each before a screen. */
describeWithBrowser('a reply, from its first word to one click back', () => {
  let server: BuiltServer;
  let browser: Browser;
  let phone: WatchedPage;
  let desk: WatchedPage;
  let review: WatchedPage;
  let openid = '';
  let ruleId = '';
  let isBroken = false;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startBuiltServer({ REPLIES_REVIEW: 'required' }),
      openBrowser(),
    ]);
    phone = await openPage(await openContext(browser));
    desk = await screenOf('operator');
    review = await screenOf('reviewer');
  }, 400_000);
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  async function screenOf(role: string): Promise<WatchedPage> {
    const screen = await openPage(await openContext(browser));
    await signInByForm(screen, { ...server, signIn: demoSignIn(server, role) });
    return screen;
  }

  /** The story goes on from test to test; a step that fails leaves a picture of every screen. */
  const chapter = (name: string, tell: () => Promise<void>) =>
    test(
      name,
      async () => {
        if (isBroken) throw new Error('the story broke off before');
        try {
          await tell();
        } catch (error) {
          isBroken = true;
          for (const [place, { page }] of Object.entries({ phone, desk, review })) {
            await takePicture(page, `failed-reply-${place}`).catch(() => undefined);
          }
          throw error;
        }
      },
      90_000,
    );

  const theirs = (): Locator => phone.page.locator('.line:not(.mine) .bubble');
  /** Says it, and hears this next, whatever was heard before. */
  const ask = async (text: string, answer: string | RegExp) => {
    const heard = await theirs().count();
    await phone.page.getByRole('textbox', { name: '要说的话' }).fill(text);
    await phone.page.keyboard.press('Enter');
    await theirs().nth(heard).filter({ hasText: answer }).waitFor();
  };
  const button = ({ page }: WatchedPage, name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
  const open = async (screen: WatchedPage, path: string) => {
    await screen.page.goto(`${server.base}/console${path}`);
    await settled(screen);
  };
  const told = ({ page }: WatchedPage, words: string | RegExp) => page.getByText(words).waitFor();
  const sendToReview = async (note: string) => {
    await button(desk, '送审').click();
    const said = desk.page.getByRole('textbox', { name: '想对审核的人说什么' });
    await said.fill(note);
    await desk.page.locator('form', { has: said }).getByRole('button', { name: '送审' }).click();
    await told(desk, '送审了，等审核的人发布');
  };
  const card = (title: string) => review.page.locator('article.review', { hasText: title });
  const changed = (on: Page | Locator, how: 'added' | 'removed') =>
    on.locator(`.diff__line--${how}`);
  /** What the card of a change asks before it goes live. */
  const publishing = async (title: string) => {
    await card(title).getByRole('button', { name: '发布', exact: true }).click();
    return review.page.getByRole('group', { name: '什么时候开始这样答' });
  };
  const written = () => server.api<Rule>('GET', `/reply-rules/${ruleId}`);
  const moveClock = (at: number) => server.sandbox('POST', '/clock', { setTo: at });

  chapter('a follower asks, and hears what the shop says today', async () => {
    const { page } = phone;
    await page.goto(`${server.base}/sandbox/`);
    await page.getByRole('button', { name: '添一个人' }).click();
    await page.getByLabel('名字').fill('林小满');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '关注公众号' }).click();
    await theirs().first().waitFor();
    await page.getByRole('button', { name: '换成输入' }).click();
    await ask('几点开门', usual);

    const { items } = await server.sandbox<Listed<{ openid: string }>>('GET', '/people?q=林小满');
    openid = items[0]?.openid ?? '';
    const people = await server.api<Listed<{ id: string }>>('GET', `/people?openid=${openid}`);
    expect(people.items).toHaveLength(1);
    await server.api('PATCH', `/people/${people.items[0]?.id ?? ''}`, { remark: '林小满' });
  });

  chapter('an operator writes a rule, and the bench says why another one wins', async () => {
    const { page } = desk;
    await open(desk, '/replies/rules');
    await page.getByRole('link', { name: '新规则' }).click();
    await page.getByRole('textbox', { name: '给规则起个名' }).fill(rule);
    await button(desk, '加一个词').click();
    await page.getByRole('textbox', { name: '加一个词' }).fill('开门');
    await page.keyboard.press('Enter');
    await page.locator('textarea').first().fill('冬天 11:00 开门\n20:00 打烊');
    await page.getByRole('textbox', { name: '试一句' }).fill('几点开门');
    await page.keyboard.press('Enter');

    await page.locator('.bench').getByText('命中「营业时间」').waitFor();
    await page
      .locator('.bench__row', { hasText: rule })
      .getByText('「开门」比「营业时间」的「几点开门」短')
      .waitFor();
    await settled(desk);
    await takePicture(page, 'reply-bench');
  });

  chapter('she raises its priority, it wins, and three examples are kept with it', async () => {
    const { page } = desk;
    await button(desk, /^优先级/).click();
    await page.getByRole('menuitem', { name: /^高优先级/ }).click();
    await page.locator('.bench').getByText(`命中「${rule}」`).waitFor();
    await button(desk, '记成样例').click();
    const more = page.getByRole('textbox', { name: '加一句' });
    for (const say of ['早上开门了吗', '几点关门']) {
      await more.fill(say);
      await page.keyboard.press('Enter');
    }

    await page.getByText('3 句样例，2 句答对').waitFor();
    await page.getByText('实际由「营业时间」答').waitFor();
    await page.getByRole('combobox', { name: '应当怎样' }).last().selectOption('not-this');
    await page.getByText('3 句样例，3 句答对').waitFor();
    await settled(desk);
    await takePicture(page, 'reply-editor');
  });

  chapter('she may not publish it herself, she sends it to review', async () => {
    expect(await button(desk, '发布').count()).toBe(0);
    await sendToReview('明天起按冬天的时间');
    await desk.page.waitForURL(/replies\/rules\/\w{26}/);
    ruleId = /\w{26}/.exec(desk.page.url())?.[0] ?? '';

    expect(await written()).toMatchObject({ name: rule, draft: { state: 'in-review' } });
    await ask('几点开门', usual);
  });

  chapter('a reviewer reads the change in words and plans it for tomorrow at eight', async () => {
    await open(review, '/');
    await review.page
      .locator('.todo__item', { hasText: '1 处回复改动等你审' })
      .getByRole('button')
      .click();
    await card(rule).getByText('周宁写的').waitFor();
    await card(rule).getByText('明天起按冬天的时间').waitFor();
    const more = card(rule).getByRole('button', { name: /^还有 \d+ 处改动$/ });
    if (await more.isVisible()) await more.click();
    const words = (await changed(card(rule), 'added').allInnerTexts()).join('\n');
    await settled(review);
    await takePicture(review.page, 'reply-review-new');
    for (const one of ['包含任一', '开门', '高优先级', '冬天 11:00 开门', '「几点关门」不由它答']) {
      expect(words).toContain(one);
    }
    expect(words).not.toMatch(/[{}"]/);
    expect(await changed(card(rule), 'removed').count()).toBe(0);

    const when = await publishing(rule);
    await when.getByText(/08:00$/).click();
    await when.getByRole('button', { name: '到时候发布' }).click();
    await told(review, /08:00 自动发布/);
    const { draft } = await written();
    const { nowMs } = await server.sandbox<{ nowMs: number }>('GET', '/clock');
    const wait = Date.parse(draft?.publishAt ?? '') - nowMs;
    expect(draft).toMatchObject({
      state: 'scheduled',
      publishAt: expect.stringContaining('T00:00:00') as string,
    });
    expect([wait > 7 * hour, wait <= 32 * hour]).toEqual([true, true]);
  });

  chapter('until then the old answer is heard, from then on the new one', async () => {
    const at = Date.parse((await written()).draft?.publishAt ?? '');
    await moveClock(at - 10 * minute);
    await ask('几点开门', usual);
    expect((await written()).liveVersion).toBeNull();
    await moveClock(at + 1_000);
    await eventually(
      'the rule is live',
      async () => (await written()).liveVersion !== null,
      30_000,
    );

    await ask('几点开门', '20:00 打烊');
  });

  chapter(
    'the next change is read line by line, and answers as soon as it is published',
    async () => {
      await open(desk, `/replies/rules/${ruleId}`);
      await desk.page.locator('textarea').first().fill('冬天 11:00 开门\n20:30 打烊');
      await sendToReview('晚半小时打烊');
      await ask('几点开门', '20:00 打烊');
      await open(review, '/replies/review');

      await changed(card(rule), 'removed').getByText('20:00 打烊').waitFor();
      await changed(card(rule), 'added').getByText('20:30 打烊').waitFor();
      await takePicture(review.page, 'reply-review');
      const when = await publishing(rule);
      await when.getByRole('button', { name: '现在发布' }).click();
      await told(review, '发布了，下一句就按新的答');
      await ask('几点开门', '20:30 打烊');
    },
  );

  chapter('its history says what was changed, and one click brings the last one back', async () => {
    const { page } = review;
    await open(review, `/replies/rules/${ruleId}`);
    await button(review, '历史版本').click();
    const versions = page.locator('.history__one');
    await versions.first().getByRole('button', { name: '看改了什么' }).click();
    await changed(versions.first(), 'removed').getByText('20:00 打烊').waitFor();
    await changed(versions.first(), 'added').getByText('20:30 打烊').waitFor();
    await settled(review);
    await takePicture(page, 'reply-history');
    await versions
      .filter({ hasText: '曾经发布' })
      .getByRole('button', { name: '恢复这一版' })
      .click();

    await told(review, '恢复了，下一句就按这一版答');
    await ask('几点开门', '20:00 打烊');
  });

  chapter('a question with a slip in it is offered as three to choose from', async () => {
    await ask('防嗮要不要卸妆', '您想问的是哪一个');
    const choices = theirs().last().getByRole('button');
    const offered = await choices.allInnerTexts();
    await takePicture(phone.page, 'reply-choices');
    expect(offered).toHaveLength(3);
    const heard = await theirs().count();
    await choices.filter({ hasText: '用了精华还要涂防晒吗' }).click();

    await theirs().nth(heard).filter({ hasText: '最后一步涂防晒' }).waitFor();
  });

  chapter('what nobody could answer waits, put together and counted', async () => {
    const unknown = /这句我还没学会|您想问的是哪一个/;
    await ask('店里能借充电宝吗', unknown);
    await ask('可以借充电宝吗', unknown);
    await ask('店里能借充电宝吗', unknown);
    await open(desk, '/replies/faqs?tab=learning');
    const waiting = desk.page.locator('.question', { hasText: '充电宝' });
    await waiting.getByText('2 种说法').waitFor();

    expect(await waiting.count()).toBe(1);
    expect(await waiting.locator('.gx-num').first().innerText()).toBe('3');
    await waiting.click();
    await desk.page.getByRole('heading', { name: '店里能借充电宝吗' }).waitFor();
  });

  chapter(
    'one click makes it a question with an answer, and once approved it is heard',
    async () => {
      await desk.page.getByRole('textbox', { name: '答案' }).fill(powerBank);
      await desk.page.getByText(/^试过 2 句原话/).waitFor();
      await takePicture(desk.page, 'reply-learning');
      await button(desk, /^变成新问答/).click();
      await told(desk, '「店里能借充电宝吗」送审了，审过就会答');
      await open(review, '/replies/review');
      await changed(card('充电宝'), 'added').getByText(powerBank).waitFor();
      const when = await publishing('充电宝');
      await when.getByRole('button', { name: '现在发布' }).click();
      await told(review, '发布了，下一句就按新的答');
      // Questions are compared anew beside what answers, which takes a moment.
      await eventually(
        'the new question is found',
        async () => {
          const asked = { text: '可以借充电宝吗' };
          const { band } = await server.api<{ band: string }>('POST', '/replies/explain', asked);
          return band === 'answer';
        },
        20_000,
      );

      await ask('可以借充电宝吗', powerBank);
      await open(desk, '/replies/faqs?tab=learning');
      expect(await desk.page.locator('.question', { hasText: '充电宝' }).count()).toBe(0);
    },
  );

  chapter('「人工」 reaches a person; the bot is silent until it is handed back', async () => {
    await phone.page.getByRole('textbox', { name: '要说的话' }).fill('人工');
    await phone.page.keyboard.press('Enter');
    await open(desk, '/conversations?view=waiting');
    await desk.page.locator('.inbox__row', { hasText: '林小满' }).getByRole('button').click();
    await button(desk, '接待').click();
    await button(desk, '交还机器人').waitFor();
    await desk.page.getByRole('textbox', { name: '写给客户' }).fill('我是周宁，您说');
    await desk.page.keyboard.press('Enter');
    await theirs().last().filter({ hasText: '我是周宁，您说' }).waitFor();
    const { received } = await server.sandbox<{ received: Line[] }>(
      'POST',
      `/people/${openid}/say`,
      { text: '几点开门' },
    );

    expect(received).toEqual([]);
    await desk.page.locator('.said', { hasText: '几点开门' }).last().waitFor();
    await takePicture(desk.page, 'reply-talk');
    await button(desk, '交还机器人').click();
    await button(desk, '接待').waitFor();
    await ask('几点开门', '20:00 打烊');
  });

  chapter('nothing went wrong on any of the three screens', () => {
    expect([phone, desk, review].map(({ troubles }) => troubles)).toEqual([[], [], []]);
    return Promise.resolve();
  });
});
