import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = __dirname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((name) => join(root, name))
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.endsWith('.test.ts'));
const sources = files
  .filter((name) => !isLocale(name))
  .map((name) => ({ name: relative(root, name), text: readFileSync(name, 'utf8') }));

function isLocale(name: string): boolean {
  return /locale\.(zh-CN|en)\.ts$/.test(name) || /shared\/locales\/(zh-CN|en)\.ts$/.test(name);
}

function catalogue(language: 'zh-CN' | 'en'): Record<string, string> {
  const parts = files.filter(
    (name) =>
      name.endsWith(`locale.${language}.ts`) || name.endsWith(`shared/locales/${language}.ts`),
  );
  return Object.assign(
    {},
    ...parts.map((name) => (require(name) as { messages: Record<string, string> }).messages),
  ) as Record<string, string>;
}

const places = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1] ?? ''))].sort();

/** Comments and drawings may say what they like. */
const code = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^\s*\/\/.*$/gm, '');

describe('the words of the web faces', () => {
  const chinese = catalogue('zh-CN');
  const english = catalogue('en');

  test('exist in both languages', () => {
    const keys = Object.keys(chinese).sort();

    expect(Object.keys(english).sort()).toEqual(keys);
  });

  test('have the same places in both languages', () => {
    const differing = Object.keys(chinese).filter(
      (key) => places(chinese[key] ?? '').join() !== places(english[key] ?? '').join(),
    );

    expect(differing).toEqual([]);
  });

  test('are there for every key a page names', () => {
    const named = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/\bt\(\s*'([\w-]+\.[^'$]+)'|\bk="([a-z][\w.-]+)"/g)].map((match) => ({
        name,
        key: match[1] ?? match[2] ?? '',
      })),
    );

    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ key }) => !(key in chinese))).toEqual([]);
  });

  test('are nowhere but in the catalogue', () => {
    const literal = sources.filter(({ text }) => /[\u4e00-\u9fff]/.test(code(text)));

    expect(literal.map(({ name }) => name)).toEqual([]);
  });
});

describe('a rep has one name', () => {
  /** 销售 is a place of the rail; the others speak of everybody in a corp, of who sits in a room, or of a scene of WeChat Pay. */
  const elsewhere = new Set([
    ...['nav.sales', 'reps.no-corp', 'wecom.staff', 'settings.sync-contacts'],
    ...['settings.report-newStaff', 'settings.report-goneStaff', 'progress.sync-contacts'],
    ...['conversations.service-give', 'conversations.service-title'],
    ...['audit.conversation.to-wecom', 'promotions.scene.PRODUCT_4'],
  ]);
  const others = {
    'zh-CN': /销售|顾问|员工|客户经理|店员|营业员|业务员|导购员/,
    en: /\b(staff|employees?|consultants?|advis[eo]rs?|sellers?|clerks?|sales(m[ae]n|persons?|people)|sales (reps?|persons?|people|staff|team)|shop assistants?)\b/i,
  };

  test.each(['zh-CN', 'en'] as const)('on every face and in every message, in %s', (language) => {
    const server = Object.values(
      require(join(root, '..', 'kernel', 'text', language)) as Record<string, object>,
    )[0] as Record<string, string>;
    const said = Object.entries({ ...catalogue(language), ...server });

    expect(said.length).toBeGreaterThan(3_000);
    expect(
      said.filter(([key, text]) => !elsewhere.has(key) && others[language].test(text)),
    ).toEqual([]);
  });
});

test('a component names no colour of its own', () => {
  const drawings = /Mark\.vue$|QrCode\.vue$|PacketCard\.vue$|PosterWall\.vue$/;
  const coloured = sources.filter(
    ({ name, text }) =>
      name.endsWith('.vue') &&
      !drawings.test(name) &&
      /#[0-9a-f]{3,8}\b(?![^<]*slot)|\brgba?\(|\bhsla?\(/i.test(
        code(text.split('<style')[1] ?? ''),
      ),
  );

  expect(coloured.map(({ name }) => name)).toEqual([]);
});
