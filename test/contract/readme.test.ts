import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commands } from '../../src/commands';
import { permissionsOf, roles } from '../../src/kernel/access';
import { settingNames } from '../../src/kernel/settings';
import { repositoryFiles } from '../support/repository-files';

const committed = repositoryFiles().map(({ path }) => path);
const documents = repositoryFiles().filter(({ path }) => path.endsWith('.md'));
const readmes = documents.filter(({ path }) => /^README(\.zh-CN)?\.md$/.test(path));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>;
};

/** Pictures are taken by the browser tests (`UPDATE_PICTURES=1`), so they may be newer than the text. */
const isThere = (path: string) =>
  existsSync(path) || committed.some((one) => one.startsWith(`${path}/`));

const allMatches = (text: string, shape: RegExp) =>
  [...text.matchAll(shape)].map(([, one]) => one!);

describe('the documents', () => {
  test('there are a README in English and one in Chinese', () => {
    expect(readmes.map(({ path }) => path).sort()).toEqual(['README.md', 'README.zh-CN.md']);
  });

  test('links lead to files of the repository', () => {
    const broken = documents.flatMap(({ path, text }) =>
      allMatches(text, /\]\(([^)#\s]+)[^)]*\)/g)
        .filter((target) => !/^(https?|mailto):/.test(target))
        .filter((target) => !isThere(join(dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );

    expect(broken).toEqual([]);
  });

  test('npm scripts that are named exist', () => {
    const unknown = documents.flatMap(({ path, text }) =>
      allMatches(text, /\bnpm run ([\w:]+)/g)
        .filter((name) => !(name in scripts))
        .map((name) => `${path}: npm run ${name}`),
    );

    expect(unknown).toEqual([]);
  });

  test('commands that are named exist, and the README lists every one', () => {
    const names = commands.map(({ name }) => name);
    const unknown = documents.flatMap(({ path, text }) =>
      [...allMatches(text, /`guanxi ([a-z]+)/g), ...allMatches(text, /npx guanxi ([a-z]+)/g)]
        .filter((name) => !names.includes(name))
        .map((name) => `${path}: guanxi ${name}`),
    );
    const listed = readmes.map(({ text }) => /npx guanxi <([^>]+)>/.exec(text)?.[1]?.split('·'));

    expect(unknown).toEqual([]);
    expect(listed).toEqual([names, names]);
  });

  test('programs that are named are there', () => {
    const programs = documents.flatMap(({ path, text }) =>
      allMatches(text, /\b(test\/(?:bench|faults|contract)\/[\w./-]+\.(?:ts|js))\b/g)
        .filter((program) => !existsSync(program))
        .map((program) => `${path}: ${program}`),
    );

    expect(programs).toEqual([]);
  });

  test('variables that are named are settings', () => {
    const known = new Set([
      ...settingNames.map(({ env }) => env),
      'NODE_ENV',
      // Of the tests, not of the server.
      'DATABASE_URL_TEST',
      'REDIS_URL_TEST',
      'CHROMIUM_PATH',
      'UPDATE_PICTURES',
      // Of compose.yaml.
      'MARIADB_PASSWORD',
    ]);
    const unknown = documents
      .filter(({ path }) => !path.startsWith('templates/'))
      .flatMap(({ path, text }) =>
        allMatches(text, /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)
          .filter((name) => !known.has(name))
          .map((name) => `${path}: ${name}`),
      );

    expect(unknown).toEqual([]);
  });

  test('the roles that are told are the ones there are', () => {
    const [english] = readmes;

    for (const role of roles) expect(english?.text).toMatch(new RegExp(`\\| ${role} +\\|`));
    expect(permissionsOf.operator).not.toContain('promotions.pay');
    expect(permissionsOf.reviewer).toContain('promotions.pay');
    expect(permissionsOf.rep).toEqual([]);
  });

  test('nothing is claimed of Tencent', () => {
    for (const { text } of readmes) expect(text).toMatch(/not affiliated with Tencent|没有关系/);
  });
});
