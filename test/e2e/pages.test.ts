import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { messages as campaigns } from '../../src/web/console/campaigns/locale.zh-CN';
import { messages as inbox } from '../../src/web/console/conversations/locale.zh-CN';
import { messages as people } from '../../src/web/console/people/locale.zh-CN';
import { messages as promotions } from '../../src/web/console/red-packets/locale.zh-CN';
import { messages as replies } from '../../src/web/console/replies/locale.zh-CN';
import { messages as segments } from '../../src/web/console/segments/locale.zh-CN';
import {
  artefacts,
  calmMs,
  describeWithBrowser,
  eventually,
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

type Made = { id: string };
type Listed<Item> = { items: Item[]; total?: number };

const script = '<img src=x onerror=alert(1)>';
const crowdOfFaces = '👩🏽‍🔬🐙🇨🇳 ‏مرحبا 𠮷野家';
const long = '非常非常长的名字'.repeat(25);

/** What is shown as text: hostile, foreign, or far too long. */
const names = [script, crowdOfFaces, long.slice(0, 64)] as const;

/** Things of every kind, so that no page of one thing is empty; all named by `names`. */
async function furnish({ api, sandbox }: BuiltServer): Promise<Record<string, string>> {
  const [account] = (
    await api<Listed<Made & { platformId: string; kind: string }>>('GET', '/accounts')
  ).items;
  const appId = account?.platformId ?? '';
  const { items } = await api<Listed<Made>>('GET', '/people?state=following&limit=3');
  for (const [place, one] of items.entries()) {
    await api('PATCH', `/people/${one.id}`, { remark: names[place] });
    await api('PUT', `/people/${one.id}/tags`, { add: [names[place]?.slice(0, 16)], remove: [] });
    await api('POST', `/people/${one.id}/notes`, { text: place === 2 ? long : names[place] });
  }
  const { openid } = await sandbox<{ openid: string }>('POST', '/people', { name: script });
  await sandbox('POST', `/people/${openid}/follow`, { scene: 'shop_jingan' });
  await sandbox('POST', `/people/${openid}/say`, { text: script });
  await sandbox('POST', `/people/${openid}/say`, { text: long });
  const [talker] = (await api<Listed<Made>>('GET', `/people?openid=${openid}`)).items;
  const rule = await api<Made>('POST', '/reply-rules', {
    name: script,
    match: 'words',
    keywords: [script, '😀'],
    answer: { type: 'text', text: `${script}\n${long}` },
    publish: true,
  });
  const faq = await api<Made>('POST', '/faqs', {
    question: long,
    similar: [script, crowdOfFaces],
    answer: script,
  });
  const everybody = { all: [{ field: 'state', op: 'is', value: ['following'] }] };
  const segment = await api<Made>('POST', '/segments', { name: script, rule: everybody });
  const few = await api<Made>('POST', '/segments', {
    name: names[2],
    rule: { all: [{ field: 'tag', op: 'has-any', value: [script.slice(0, 16)] }] },
  });
  const [template] = (
    await api<Listed<{ templateId: string }>>('GET', `/wechat-templates?appId=${appId}`)
  ).items;
  const campaign = {
    segmentId: segment.id,
    appId,
    message: {
      type: 'template',
      templateId: template?.templateId,
      data: {
        name1: "{{ person.name | default: '会员' | truncate: 8, '' }}",
        number2: '300',
        date3: '2026年12月31日',
        thing4: '<script>a()</script>',
      },
    },
    schedule: { cron: '0 10 * * *', zone: 'Asia/Shanghai', missed: 'once' },
  };
  const draft = await api<Made>('POST', '/campaigns', { ...campaign, name: crowdOfFaces });
  const sent = await api<Made>('POST', '/campaigns', { ...campaign, name: script });
  await api('POST', `/campaigns/${sent.id}/start`);
  await api('POST', `/campaigns/${sent.id}/run-now`);
  const merchant = (
    await api<Listed<{ kind: string; platformId: string }>>('GET', '/accounts')
  ).items.find((one) => one.kind === 'merchant');
  const promotion = {
    segmentId: few.id,
    appId,
    mchId: merchant?.platformId,
    amount: { fixedFen: 188 },
    budgetFen: 1_000,
    wish: script,
    acknowledgement: true,
  };
  const planned = await api<Made>('POST', '/promotions', { ...promotion, name: names[2] });
  const paid = await api<Made>('POST', '/promotions', { ...promotion, name: script });
  await api('POST', `/promotions/${paid.id}/start`);
  await eventually(
    'campaign and promotion are done',
    async () => {
      const one = await api<{ runs: { state: string }[] }>('GET', `/campaigns/${sent.id}`);
      const two = await api<Listed<{ state: string }>>('GET', `/promotions/${paid.id}/ledger`);
      return one.runs[0]?.state === 'finished' && two.items.some((row) => row.state === 'sent');
    },
    60_000,
  );
  const { followers } = await api<{ followers: { identityId: string }[] }>(
    'GET',
    `/people/${talker?.id ?? ''}`,
  );
  const [way] = (await api<Listed<Made>>('GET', '/contact-ways')).items;
  return {
    way: way?.id ?? '',
    talk: followers[0]?.identityId ?? '',
    account: account?.id ?? '',
    person: talker?.id ?? '',
    named: items[0]?.id ?? '',
    rule: rule.id,
    faq: faq.id,
    segment: segment.id,
    few: few.id,
    draft: draft.id,
    sent: sent.id,
    planned: planned.id,
    paid: paid.id,
  };
}

/** Every page of the console, by the name of its picture. */
const routesOf = (id: Record<string, string>): [string, string][] => [
  ['overview', '/'],
  ['people', '/people'],
  ['people-drawer', `/people?person=${id['named']}`],
  ['people-none', '/people?q=nobody-is-called-this'],
  ['person', `/people/${id['person']}`],
  ['person-named', `/people/${id['named']}`],
  ['conversations', '/conversations'],
  ['conversations-none', '/conversations?view=closed'],
  ['conversation', `/conversations/${id['talk']}`],
  ['canned-replies', '/conversations/canned-replies'],
  ['inbox-settings', '/conversations/settings'],
  ['rules', '/replies/rules'],
  ['rule', `/replies/rules/${id['rule']}`],
  ['rule-new', '/replies/rules/new'],
  ['rule-welcome', '/replies/rules/welcome'],
  ['rule-default', '/replies/rules/default'],
  ['faqs', '/replies/faqs'],
  ['faq', `/replies/faqs/${id['faq']}`],
  ['faq-new', '/replies/faqs/new'],
  ['faq-learning', '/replies/faqs?tab=learning'],
  ['ways', '/wecom/ways'],
  ['way', `/wecom/ways/${id['way']}`],
  ['way-new', '/wecom/ways/new'],
  ['welcomes', '/wecom/welcomes'],
  ['losses', '/wecom/losses'],
  ['segments', '/segments'],
  ['segment', `/segments/${id['segment']}`],
  ['segment-new', '/segments/new'],
  ['campaigns', '/campaigns'],
  ['campaign-new', '/campaigns/new'],
  ['campaign-plan', `/campaigns/${id['draft']}/edit?step=plan`],
  ['campaign-when', `/campaigns/${id['draft']}/edit?step=when`],
  ['campaign', `/campaigns/${id['sent']}`],
  ['red-packets', '/red-packets'],
  ['red-packet-new', '/red-packets/new'],
  ['red-packet-draft', `/red-packets/${id['planned']}`],
  ['red-packet-edit', `/red-packets/${id['planned']}/edit`],
  ['red-packet', `/red-packets/${id['paid']}`],
  ['accounts', '/settings/accounts'],
  ['account', `/settings/accounts/${id['account']}`],
  ['account-new', '/settings/accounts/new'],
  ['operators', '/settings/operators'],
  ['audit', '/settings/audit'],
  ['dead-letters', '/settings/dead-letters'],
  ['lost', '/there/is/no/such/page'],
];

/** In the page: what a reader of the screen could not use, and words that are no words. */
function faultsOf(): string[] {
  const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const words = (element: Element | null) => element?.textContent.trim() ?? '';
  const named = (element: Element): boolean => {
    const ids = element.getAttribute('aria-labelledby')?.split(/\s+/) ?? [];
    return (
      (element.getAttribute('aria-label') ?? element.getAttribute('title') ?? '').trim() !== '' ||
      ids.some((id) => words(document.getElementById(id)) !== '')
    );
  };
  const short = (element: Element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 160);
  const faults: string[] = [];
  for (const field of document.querySelectorAll('input, textarea, select')) {
    const { labels } = field as HTMLInputElement;
    const isLabelled = named(field) || [...(labels ?? [])].some((label) => words(label) !== '');
    if (isShown(field) && !isLabelled) faults.push(`no label: ${short(field)}`);
  }
  for (const button of document.querySelectorAll('button, a[href], [role="button"]')) {
    const picture = button.querySelector('img[alt]:not([alt=""]), [aria-label], title');
    const isNamed = words(button) !== '' || named(button) || picture !== null;
    if (isShown(button) && !isNamed) faults.push(`no name: ${short(button)}`);
  }
  for (const picture of document.querySelectorAll('img:not([alt])')) {
    faults.push(`no alt: ${short(picture)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length > 0) faults.push(`ids twice: ${[...new Set(twice)].join(' ')}`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? '';
    const isNoWord =
      /\b(undefined|NaN|null|Invalid Date)\b|\[object |^[a-z]+(-[a-z]+)*(\.[a-z0-9-]+)+$/.test(
        text,
      ) || /(^|[^{])\{[a-z]+\}([^}]|$)/.test(text);
    const holder = node.parentElement;
    if (isNoWord && holder && isShown(holder) && !holder.closest('code, pre, .gx-mono')) {
      faults.push(`no word: ${text.slice(0, 120)}`);
    }
  }
  const isWider = document.documentElement.scrollWidth > window.innerWidth;
  if (isWider)
    faults.push(`scrolls sideways by ${document.documentElement.scrollWidth - window.innerWidth}`);
  if (document.title.trim() === '') faults.push('no title');
  if (document.querySelectorAll('img[src="x"]').length > 0) faults.push('a name became an element');
  return faults;
}

describeWithBrowser('every page of the console', () => {
  let server: BuiltServer;
  let browser: Browser;
  let routes: [string, string][] = [];
  const desks: Partial<Record<'zh-CN' | 'en', WatchedPage>> = {};
  const usable: string[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startBuiltServer(), openBrowser()]);
    routes = routesOf(await furnish(server));
    for (const language of ['zh-CN', 'en'] as const) {
      const context = await openContext(browser);
      const desk = await openPage(context);
      await signInByForm(desk, server);
      await desk.page.evaluate((chosen) => localStorage.setItem('guanxi.locale', chosen), language);
      desks[language] = desk;
    }
  }, 400_000);
  afterAll(async () => {
    mkdirSync(artefacts, { recursive: true });
    writeFileSync(join(artefacts, 'first-usable.txt'), `${usable.join('\n')}\n`);
    process.stdout.write(
      `first usable: ${usable.filter((line) => line.includes('zh-CN')).join(', ')}\n`,
    );
    await browser.close();
    await server.remove();
  });

  const look = async (page: Page, name: string, language: string): Promise<string[]> => {
    const found: string[] = [];
    for (const size of [wide, narrow]) {
      await page.setViewportSize(size);
      const faults = await page.evaluate(faultsOf);
      found.push(...faults.map((fault) => `${name} ${size.width} ${language}: ${fault}`));
      await takePicture(page, `${language}-${size.width}-${name}`);
    }
    return found;
  };

  const tour = async (language: 'zh-CN' | 'en'): Promise<string[]> => {
    const desk = desks[language];
    if (!desk) throw new Error('nobody signed in');
    const faults: string[] = [];
    for (const [name, path] of routes) {
      await desk.page.setViewportSize(wide);
      const began = performance.now();
      await desk.page.goto(`${server.base}/console${path}`);
      await settled(desk).catch((error: unknown) => faults.push(`${name}: ${String(error)}`));
      usable.push(`${name} ${language} ${Math.round(performance.now() - began - calmMs)} ms`);
      faults.push(...(await look(desk.page, name, language)));
    }
    const lang = await desk.page.evaluate(() => document.documentElement.lang);
    if (lang !== language) faults.push(`the page says that it is in ${lang}`);
    return [...faults, ...desk.troubles];
  };

  test('opens in both languages on both sizes of window, without a trouble, and everything has a name', async () => {
    const faults = await Promise.all([tour('zh-CN'), tour('en')]);

    expect(faults.flat()).toEqual([]);
  }, 300_000);

  test('names of people, rules and campaigns are shown as they were written', async () => {
    const desk = desks['zh-CN'];
    if (!desk) throw new Error('nobody signed in');
    const pages = new Map(routes);
    const shows = async (name: string, text: string) => {
      await desk.page.goto(`${server.base}/console${pages.get(name)}`);
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
        faults.push(...(await look(visitor.page, name, language)));
      }
    }

    expect(faults).toEqual([]);
    expect(visitor.troubles).toEqual([]);
  }, 60_000);
});

describeWithBrowser('an installation with nothing in it', () => {
  let server: BuiltServer;
  let browser: Browser;
  let desk: WatchedPage;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startBuiltServer({ DEMO: 'off' }), openBrowser()]);
    desk = await openPage(await openContext(browser));
    await signInByForm(desk, server);
  }, 400_000);
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  test('says what each place is for and offers the first step', async () => {
    const invitations: [string, string][] = [
      ['/people', people['people.empty-title']],
      ['/conversations', inbox['conversations.none-all']],
      ['/conversations/canned-replies', inbox['canned.empty-title']],
      ['/replies/rules', replies['rules.empty-title']],
      ['/replies/faqs', replies['faqs.empty-title']],
      ['/segments', segments['segments.empty-title']],
      ['/campaigns', campaigns['campaigns.empty-title']],
      ['/red-packets', promotions['promotions.empty-title']],
    ];
    const uninviting: string[] = [];

    for (const [path, title] of invitations) {
      await desk.page.goto(`${server.base}/console${path}`);
      await settled(desk);
      const place = desk.page.locator('.empty:visible', { hasText: title });
      const steps = await place.locator('button, a').count();
      if (steps === 0) uninviting.push(path);
      await takePicture(desk.page, `empty${path.replaceAll('/', '-')}`);
    }
    for (const path of [
      '/',
      '/settings/accounts',
      '/settings/dead-letters',
      '/campaigns/new',
      '/red-packets/new',
    ]) {
      await desk.page.goto(`${server.base}/console${path}`);
      await settled(desk);
      await takePicture(desk.page, `empty${path.replaceAll('/', '-')}`);
    }

    expect(uninviting).toEqual([]);
    expect(desk.troubles).toEqual([]);
  }, 90_000);
});
