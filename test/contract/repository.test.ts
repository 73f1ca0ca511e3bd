import { catalogueKeys, text, type Locale } from '../../src/kernel/text';
import { repositoryFiles, type RepositoryFile } from '../support/repository-files';
import { callsOf, piecesOf, piecesOfVue, type Piece } from '../support/source-words';

const files = repositoryFiles();
const isTest = ({ path }: RepositoryFile) => /^test\/|\.test\.ts$/.test(path);
const server = files.filter(
  (file) => /^src\/.*\.ts$/.test(file.path) && !file.path.startsWith('src/web/') && !isTest(file),
);
const han = /\p{Script=Han}/u;

/** Calls by name in the server's own files, each file read once. */
const calls = server
  .filter(({ text: source }) => /\btext\(|new \w+\(/.test(source))
  .flatMap(({ path, text: source }) =>
    callsOf(path, source).map((call) => ({ ...call, path, at: `${path}:${call.line}` })),
  );

/** `{name}` of a sentence, each once, in order. */
const paramsOf = (locale: Locale, code: string) =>
  [...new Set(text(locale, code).match(/\{\w+\}/g) ?? [])].sort().join(' ');

describe('the text catalogue', () => {
  const keys = { 'zh-CN': catalogueKeys('zh-CN'), en: catalogueKeys('en') };

  test('has every key in both languages', () => {
    const lacksEn = keys['zh-CN'].filter((key) => !keys.en.includes(key));
    const lacksZh = keys.en.filter((key) => !keys['zh-CN'].includes(key));

    expect({ lacksEn, lacksZh }).toEqual({ lacksEn: [], lacksZh: [] });
  });

  test('gives a sentence the same parameters in both languages', () => {
    const different = keys['zh-CN'].filter(
      (key) => keys.en.includes(key) && paramsOf('zh-CN', key) !== paramsOf('en', key),
    );

    expect(different).toEqual([]);
  });

  test('says something for every key', () => {
    const silent = (['zh-CN', 'en'] as const).flatMap((locale) =>
      keys[locale].filter((key) => text(locale, key).trim() === ''),
    );

    expect(silent).toEqual([]);
  });

  test('has every key that the code asks for by name', () => {
    const missing = calls
      .filter(({ path, name }) => name === 'text' && !path.startsWith('src/sandbox/'))
      .flatMap(({ args: [, key], at }) => (key === undefined ? [] : [{ key, at }]))
      .filter(({ key }) => !keys['zh-CN'].includes(key))
      .map(({ key, at }) => `${at} ${key}`);

    expect(missing).toEqual([]);
  });

  test('has at least one key under every prefix that the code completes', () => {
    const prefixes = server.flatMap(({ path, text: source }) =>
      [...source.matchAll(/\btext\(\s*[\w.]+,\s*`([\w.-]+\.)\$\{/g)].map(([, prefix]) => ({
        path,
        prefix: prefix!,
      })),
    );
    const empty = prefixes.filter(
      ({ prefix }) => !keys['zh-CN'].some((key) => key.startsWith(prefix)),
    );

    expect(prefixes.length).toBeGreaterThan(5);
    expect(empty).toEqual([]);
  });

  test('has a sentence for every error code that is thrown', () => {
    const codePlace: Record<string, number> = {
      InvalidInput: 0,
      Unauthenticated: 0,
      Forbidden: 0,
      NotFound: 0,
      Conflict: 0,
      RateLimited: 0,
      AppError: 1,
    };
    const thrown = calls.flatMap(({ name, args, at }) => {
      const code = args[codePlace[name] ?? -1];
      return code === undefined ? [] : [{ code, at }];
    });
    const standing = ['unauthenticated', 'forbidden', 'not_found', 'rate_limited', 'internal'];

    const missing = [...thrown, ...standing.map((code) => ({ code, at: 'kernel/errors.ts' }))]
      .filter(({ code }) => !keys['zh-CN'].includes(`error.${code}`))
      .map(({ code, at }) => `${at} error.${code}`);

    expect(thrown.length).toBeGreaterThan(40);
    expect(missing).toEqual([]);
  });
});

describe('the language of the source', () => {
  /** Where Chinese belongs: what people read, what a demo invents, what a matcher knows about the language. */
  const homes: [place: RegExp, because: string][] = [
    [/^src\/kernel\/text\//, 'the text catalogue'],
    [/^src\/demo\//, 'the demo brand'],
    [/^src\/sandbox\/text\.ts$/, 'what the sandbox phone says'],
    [/^src\/replies\/faq\/tables\//, 'tables of the language'],
    [
      /^src\/(kernel\/redact|models\/written-text)\.ts$/,
      'shapes of numbers and accounts in Chinese',
    ],
    [/^src\/replies\/faq\/(normalise-question|amounts)\.ts$/, 'Chinese grammar and numerals'],
    [/^src\/web\/(.*\/)?locales?[./]/, 'the locales of the pages'],
  ];
  const sources = files.filter(
    (file) =>
      /^(src|migrations|bin)\/.*\.(ts|mts|js|vue)$/.test(file.path) &&
      !isTest(file) &&
      !homes.some(([place]) => place.test(file.path)),
  );
  const pieces = (file: RepositoryFile): (Piece & { path: string })[] => {
    if (!han.test(file.text)) return [];
    const found = file.path.endsWith('.vue')
      ? piecesOfVue(file.path, file.text)
      : piecesOf(file.path, file.text);
    return found
      .filter((piece) => han.test(piece.text))
      .map((piece) => ({ ...piece, path: file.path }));
  };
  const chinese = sources.flatMap(pieces);
  const shown = ({ path, line, text: said }: Piece & { path: string }) =>
    `${path}:${line} ${said.trim().slice(0, 60)}`;

  test('no Chinese text stands in the code: it has a key in a catalogue', () => {
    const said = chinese.filter(({ kind }) => kind !== 'comment');

    expect(said.map(shown)).toEqual([]);
  });

  test('comments are English, and may quote a Chinese word', () => {
    const count = (letters: RegExp, within: string) => (within.match(letters) ?? []).length;
    const ownWords = (comment: string) =>
      comment.replace(/「[^」]*」|“[^”]*”|"[^"]*"|`[^`]*`/g, '');

    const other = chinese
      .filter(({ kind }) => kind === 'comment')
      .filter(({ text: said }) => {
        const own = ownWords(said);
        return count(/\p{Script=Han}/gu, own) > count(/[A-Za-z]/g, own);
      });

    expect(other.map(shown)).toEqual([]);
  });

  test('finds Chinese in every place where it could hide', () => {
    const source = "const a = `x${1}再见`; // 注释\nconst b = '你好'; /* 说明 */ const c = /[好]/;";
    const vue =
      '<script setup lang="ts">\nconst a = \'中\';\n</script>\n<template>\n<p>国</p><!-- 注 -->\n</template>';

    const inSource = piecesOf('a.ts', source).filter(({ text: said }) => han.test(said));
    const inVue = piecesOfVue('a.vue', vue).filter(({ text: said }) => han.test(said));

    expect(inSource.map(({ kind, line }) => `${kind} ${line}`).sort()).toEqual([
      'comment 1',
      'comment 2',
      'literal 1',
      'literal 2',
      'pattern 2',
    ]);
    expect(inVue.map(({ kind, line }) => `${kind} ${line}`).sort()).toEqual([
      'comment 5',
      'literal 2',
      'literal 5',
    ]);
  });
});

describe('secrets and places', () => {
  const lockfile = 'package-lock.json';
  /** Whole texts that look like a secret and are none. */
  const harmless = new Set<string>([]);

  const secretShapes: [name: string, shape: RegExp][] = [
    ['an AppSecret or a v2 signature', /(?<![\w-])[0-9a-f]{32}(?![\w-])/g],
    [
      'an EncodingAESKey',
      /(?<![A-Za-z0-9+/_-])(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])(?=[A-Za-z]*\d)[A-Za-z0-9]{43}(?![A-Za-z0-9+/=_-])/g,
    ],
    ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40,}/g],
    [
      'a named secret',
      /(?:secret|password|passwd|api_?v?[23]?_?key|token)\w*["']?\s*[:=]\s*["'](?=[^"']*\d)[A-Za-z0-9+/_-]{20,}={0,2}["']/gi,
    ],
  ];
  const secretsIn = (content: string) =>
    secretShapes.flatMap(([name, shape]) =>
      (content.match(shape) ?? []).filter((found) => !harmless.has(found)).map(() => name),
    );

  test('no secret stands in a file: published test vectors live in tests', () => {
    const found = files
      .filter((file) => !isTest(file) && file.path !== lockfile)
      .flatMap(({ path, text: content }) => secretsIn(content).map((name) => `${path}: ${name}`));

    expect(found).toEqual([]);
  });

  test('each kind of secret is recognised', () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ';
    const samples = [
      `appSecret is ${'0123456789abcdef'.repeat(2)}.`,
      ['EncodingAESKey', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'].join('='),
      `-----BEGIN PRIVATE KEY-----\n${body}`,
      `apiV2Key: '${'8934e7d15453e97507ef794cf7b0519d'.toUpperCase()}'`,
    ];

    expect(samples.map((sample) => secretsIn(sample).length > 0)).toEqual([true, true, true, true]);
    expect(secretsIn('sha512-9Qk+abc/def==, a normal sentence, 1700000000001')).toEqual([]);
  });

  test('no file names a folder of somebody’s machine or a private package registry', () => {
    const registry = process.env['npm_config_registry'];
    const own = registry ? new URL(registry).hostname : '';
    const isOwn = (content: string) =>
      own !== '' && own !== 'registry.npmjs.org' && content.includes(own);
    const places = /(?<![\w.])\/(?:work|root|Users)\/[\w.-]|\/home\/(?!node\b)\w+\/|\/tmp\/\w+\/\w/;
    const addresses =
      /^\s*registry\s*=|https?:\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio)[\w.-]*/im;

    const found = files.flatMap(({ path, text: content }) => {
      if (path === 'test/contract/repository.test.ts') return [];
      const place = places.exec(content)?.[0] ?? addresses.exec(content)?.[0];
      const said = place ?? (isOwn(content) ? 'the registry of this machine' : undefined);
      return said ? [`${path}: ${said}`] : [];
    });

    expect(found).toEqual([]);
  });

  test('nothing is committed that belongs to one installation', () => {
    const kept = files
      .map(({ path }) => path)
      .filter((path) =>
        /(^|\/)(\.env(\..*)?|master\.key|demo-sign-ins\.json|apiclient_\w+\.pem|.*\.db)$/.test(
          path,
        ),
      );

    expect(kept).toEqual([]);
  });
});
