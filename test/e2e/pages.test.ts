import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { messages as menus } from '../../src/web/console/menus/locale.zh-CN';
import { messages as outreach } from '../../src/web/console/outreach/locale.zh-CN';
import { messages as parts } from '../../src/web/console/parts/locale.zh-CN';
import { messages as replies } from '../../src/web/console/replies/locale.zh-CN';
import { messages as sales } from '../../src/web/console/sales/locale.zh-CN';
import { messages as wecom } from '../../src/web/console/wecom/locale.zh-CN';
import { messages as shared } from '../../src/web/shared/locales/zh-CN';
import {
  artefacts,
  calmMs,
  describeWithBrowser,
  narrow,
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
import { furnish, furnishBooks, routesOf, script } from '../support/console-pages';
import { crowdTheBooks } from '../support/crowded-books';
import { executedIn, faultsOf } from '../support/page-faults';
import { rewriteBooks, type RewrittenBooks } from '../support/rewritten-books';

type Language = 'zh-CN' | 'en';

describeWithBrowser('every page of the console', () => {
  let server: BuiltServer;
  let browser: Browser;
  let id: Record<string, string> = {};
  const desks = new Map<Language, WatchedPage>();
  const usable: string[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startBuiltServer(), openBrowser()]);
    id = await furnish(server);
    await rewrite((books) => {
      id = { ...id, ...furnishBooks(books) };
    });
    for (const language of ['zh-CN', 'en'] as const) {
      const desk = await openPage(await openContext(browser));
      await signInByForm(desk, server);
      await desk.page.evaluate((chosen) => localStorage.setItem('guanxi.locale', chosen), language);
      desks.set(language, desk);
    }
  }, 400_000);
  afterAll(async () => {
    mkdirSync(artefacts, { recursive: true });
    writeFileSync(join(artefacts, 'first-usable.txt'), `${usable.join('\n')}\n`);
    process.stdout.write(`first usable: ${usable.join(', ')}\n`);
    await browser.close();
    await server.remove();
  });

  const rewrite = async (write: (books: RewrittenBooks) => void) => {
    for (const { page } of desks.values()) await page.goto('about:blank');
    await rewriteBooks(server, write);
  };

  function deskIn(language: Language): WatchedPage {
    const desk = desks.get(language);
    if (!desk) throw new Error('nobody signed in');
    return desk;
  }

  const look = async (page: Page, name: string): Promise<string[]> => {
    const found: string[] = [];
    for (const size of [wide, narrow]) {
      await page.setViewportSize(size);
      const faults = [...(await page.evaluate(faultsOf)), ...(await page.evaluate(executedIn))];
      found.push(...faults.map((fault) => `${name} ${size.width}: ${fault}`));
    }
    return found;
  };

  /** Every page, gone to as `go` does it; what is wrong with any of them. */
  const tour = async (
    language: Language,
    go: (page: Page, path: string) => Promise<unknown>,
    see: (name: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<string[]> => {
    const desk = deskIn(language);
    const faults: string[] = [];
    for (const [name, path] of routesOf(id)) {
      await desk.page.setViewportSize(wide);
      const began = performance.now();
      await go(desk.page, path);
      await settled(desk).catch((error: unknown) => faults.push(`${name}: ${String(error)}`));
      usable.push(`${name} ${language} ${Math.round(performance.now() - began - calmMs)} ms`);
      faults.push(...(await look(desk.page, name)));
      await see(name);
    }
    const lang = await desk.page.evaluate(() => document.documentElement.lang);
    if (lang !== language) faults.push(`the page says that it is in ${lang}`);
    return [...faults, ...desk.troubles.splice(0)];
  };
  const byAddress = (page: Page, path: string) => page.goto(`${server.base}/console${path}`);
  /** As a click on a link does it: the page stays and shows another place. */
  const byLink = (page: Page, path: string) =>
    page.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate', { state: null }));
    }, `/console${path}`);

  test('opens by its address on both sizes of window, without a trouble, and everything has a name', async () => {
    const { page } = deskIn('zh-CN');

    const faults = await tour('zh-CN', byAddress, (name) => takePicture(page, `zh-CN-${name}`));

    expect(faults).toEqual([]);
  }, 300_000);

  test('names of people, rules and campaigns are shown as they were written', async () => {
    const desk = deskIn('zh-CN');
    const pages = new Map(routesOf(id));
    const shows = async (name: string, text: string) => {
      await byAddress(desk.page, pages.get(name) ?? '');
      await desk.page.locator('main').filter({ hasText: text }).waitFor();
    };

    await shows('people', script);
    await shows('people', '𠮷野家');
    for (const name of ['person', 'rules', 'segments', 'campaigns', 'red-packets']) {
      await shows(name, script);
    }
    await settled(desk);

    expect(desk.troubles).toEqual([]);
  }, 60_000);

  test('on a tablet losses keep their sums, and every row says who was told', async () => {
    const desk = deskIn('zh-CN');
    const { page } = desk;
    await page.setViewportSize({ width: 834, height: 1112 });
    await byAddress(page, '/wecom/losses');
    const rows = page.locator('main tbody tr');
    await settled(desk);

    const sums = await page.locator('main').innerText();
    const cells = await rows.allInnerTexts();
    const faults = await page.evaluate(faultsOf);

    expect(sums).toMatch(/30 天：流失 \d+.*现有好友 \d+/);
    expect(cells.length).toBeGreaterThan(0);
    expect(cells.filter((text) => !text.includes(wecom['losses.column-told']))).toEqual([]);
    expect(faults).toEqual([]);
  }, 60_000);

  test('the doors before the sign-in open in both languages', async () => {
    const visitor = await openPage(await openContext(browser));
    const faults: string[] = [];

    for (const language of ['zh-CN', 'en']) {
      for (const [name, path] of [
        ['sign-in', '/console/sign-in'],
        ['first-owner', '/console/first-owner?token=none'],
        ['phone', '/sandbox/'],
      ] as const) {
        await visitor.page.setViewportSize(wide);
        await visitor.page.goto(`${server.base}${path}`);
        await visitor.page.evaluate(
          (chosen) => localStorage.setItem('guanxi.locale', chosen),
          language,
        );
        await visitor.page.reload();
        await settled(visitor);
        faults.push(...(await look(visitor.page, `${name} ${language}`)));
        await takePicture(visitor.page, `${language}-${name}`);
      }
    }

    expect(faults).toEqual([]);
    expect(visitor.troubles).toEqual([]);
  }, 60_000);

  test('shows forty scripts in whatever anybody wrote, in English and on both sizes, and runs none', async () => {
    let texts = 0;
    await rewrite((books) => {
      texts = books.makeHostile();
    });
    const desk = deskIn('en');
    await desk.page.goto(`${server.base}/console/`);

    const faults = await tour('en', byLink);

    expect(texts).toBeGreaterThan(1_000);
    expect(faults).toEqual([]);
  }, 300_000);

  test('what is typed is there again after a reload, and a sheet with typing in it asks before it closes', async () => {
    const { page } = deskIn('zh-CN');
    const kept = page.getByText(shared['draft.kept'].replace('{time} ', ''));
    const back: string[] = [];

    for (const [path, title] of [
      ['/wecom/ways/new', wecom['ways.name']],
      ['/wecom/ways/new?kind=link', wecom['links.name']],
      ['/wecom/room-codes/new', wecom['room-codes.name']],
      ['/wecom/room-greetings/new', wecom['room-greetings.name']],
      ['/outreach/new', outreach['outreach.name']],
      ['/outreach/new?kind=moment', outreach['moment.name']],
    ] as const) {
      await byAddress(page, path);
      const blank = await page.getByLabel(title).inputValue();
      await page.getByLabel(title).fill(path);
      await page.reload();
      await kept.waitFor();
      back.push(`${blank}${await page.getByLabel(title).inputValue()}`);
      await page.getByRole('button', { name: shared['draft.give-up'] }).click();
      await kept.waitFor({ state: 'hidden' });
    }
    await byAddress(page, '/wecom/scripts');
    const sheet = page.getByRole('dialog', { name: sales['scripts.new'] });
    const asked = page.getByRole('dialog', { name: parts['sheet.leave-title'] });
    await page.getByRole('button', { name: sales['scripts.new'] }).click();
    await sheet.getByLabel(sales['scripts.title']).fill('退换货');
    await page.keyboard.press('Escape');
    await asked.getByRole('button', { name: parts['sheet.stay'] }).click();
    await asked.waitFor({ state: 'hidden' });
    const stayed = await sheet.getByLabel(sales['scripts.title']).inputValue();
    await page.keyboard.press('Escape');
    await asked.getByRole('button', { name: parts['sheet.leave'], exact: true }).click();
    await sheet.waitFor({ state: 'hidden' });

    expect(back).toEqual([
      ...['/wecom/ways/new', '/wecom/ways/new?kind=link', '/wecom/room-codes/new'],
      ...['/wecom/room-greetings/new', '/outreach/new', '/outreach/new?kind=moment'],
    ]);
    expect(stayed).toBe('退换货');
  }, 120_000);

  test('ten thousand of a thing are listed page by page, and none of the pages hangs', async () => {
    await rewrite((books) => {
      crowdTheBooks(books, id['rule'] ?? '');
    });
    const desk = deskIn('zh-CN');
    const found: string[] = [];

    for (const [name, path] of [
      ['people', '/people'],
      ['conversations', '/conversations'],
      ['canned replies', '/conversations/canned-replies'],
      ['media', '/replies/media'],
      ['menus', '/replies/menus'],
      ['versions of a rule', `/replies/rules/${id['rule']}`],
      ['outreach', '/outreach'],
      ['rooms', '/wecom/rooms'],
      ['room codes', '/wecom/room-codes'],
      ['room greetings', '/wecom/room-greetings'],
      ['handovers', '/wecom/handovers'],
      ['models', '/settings/models'],
    ] as const) {
      await byAddress(desk.page, path);
      if (name === 'menus')
        await desk.page.getByRole('button', { name: menus['menus.history'] ?? '' }).click();
      if (name === 'versions of a rule') {
        await desk.page.getByRole('button', { name: replies['life.history'] }).click();
      }
      await settled(desk);
      const drawn = await desk.page.locator('tr, li, article, [role="row"]').count();
      // Canned replies come in one list of 500 at most.
      if (drawn < 10 || drawn > 600) found.push(`${name} draws ${drawn} rows`);
    }

    expect(found).toEqual([]);
    expect(desk.troubles).toEqual([]);
  }, 120_000);
});
