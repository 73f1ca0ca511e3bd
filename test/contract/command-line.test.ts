import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountBook } from '../../src/accounts';
import { commands } from '../../src/commands';
import { execute } from '../../src/kernel/database';
import { openLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { openKit, type RunningKit } from '../../src/open-kit';
import { makeDatabase } from '../support/cluster';

type Finding = { check: string; ok: boolean; detail: string };

const mariadb = process.env['TEST_MARIADB_URL'];
const folders: string[] = [];
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'guanxi-cli-'));
  folders.push(made);
  return made;
}

const serverOf = (engine: string): Promise<string | undefined> =>
  engine === 'mysql' ? makeDatabase(mariadb ?? '') : Promise.resolve(undefined);

/** An installation that commands are given to; each answers its exit code and what it said. */
async function installation(engine: string, env: Record<string, string> = {}) {
  const databaseUrl = await serverOf(engine);
  const dataDir = folder();
  const settings = readSettings({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATA_DIR: dataDir,
    DEMO: 'off',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...env,
  });
  const run = async (
    line: string,
    values: Record<string, string | boolean> = {},
    isJson = true,
  ) => {
    const [name, ...words] = line.split(' ');
    const command = commands.find((one) => one.name === name);
    const said: string[] = [];
    const code = await command?.run({
      settings,
      log: openLog({ level: 'silent', readable: true }),
      words,
      values,
      isJson,
      openBook: (kit) => AccountBook.open(kit),
      say: (text) => said.push(text),
    });
    const text = said.join('\n');
    return {
      code,
      text,
      json: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as never) : {},
    };
  };
  const inside = (work: (kit: RunningKit) => Promise<unknown>) =>
    openKit({ ...settings, role: 'web' }, openLog({ level: 'silent', readable: true })).then(
      (kit) => work(kit).finally(() => kit.closeKit()),
    );
  return { run, dataDir, inside };
}

const faqs = [
  { id: 'hours', question: '几点开门', similar: ['营业到几点'], answer: '十点到九点' },
  { id: 'sum', question: '怎么算积分', similar: [], answer: '=1+1, "一元一分"' },
];
const rules = [
  {
    name: '地址',
    match: 'words',
    keywords: ['地址', '在哪'],
    priority: 3,
    appId: null,
    answer: { type: 'text', text: '南京路 1 号' },
    publish: true,
  },
  {
    name: '草稿',
    match: 'exact',
    keywords: ['测试'],
    priority: 0,
    appId: null,
    answer: { type: 'text', text: '还没好' },
    publish: false,
  },
];
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');

describe.each(mariadb === undefined ? ['sqlite'] : ['sqlite', 'mysql'])(
  'commands on %s',
  (engine) => {
    test('what one installation exports another imports, and a second time nothing changes', async () => {
      const [first, second] = [await installation(engine), await installation(engine)];
      const place = folder();
      const file = (name: string) => join(place, name);
      writeFileSync(file('rules.in'), `${lines(rules)}\n{"match":"nonsense"}\nnot json\n`);
      writeFileSync(file('faqs.in'), lines(faqs));

      const taken = await first.run(`import rules ${file('rules.in')}`);
      const questions = await first.run(`import faqs ${file('faqs.in')}`);
      await first.run(`export rules ${file('rules')}`);
      await first.run(`export faqs ${file('faqs')}`);
      const csv = await first.run(`export faqs ${file('faqs.csv')}`, { format: 'csv' });
      const over = first.run(`export faqs ${file('faqs')}`);
      await expect(over).rejects.toThrow('EEXIST');
      const there = [
        await second.run(`import rules ${file('rules')}`),
        await second.run(`import faqs ${file('faqs')}`),
        await second.run(`import rules ${file('rules')}`),
      ];
      await second.run(`export rules ${file('again')}`);

      expect(taken).toMatchObject({ code: 1, json: { imported: 2, updated: 0 } });
      expect(
        (taken.json as { rejected: { line: number }[] }).rejected.map(({ line }) => line),
      ).toEqual([3, 4]);
      expect(questions).toMatchObject({ code: 0, json: { imported: 2 } });
      expect(there).toMatchObject([
        { code: 0, json: { imported: 2 } },
        { code: 0, json: { imported: 2 } },
        { code: 0, json: { imported: 0, unchanged: 2 } },
      ]);
      const bare = (name: string) =>
        readFileSync(file(name), 'utf8')
          .trim()
          .split('\n')
          .map((line) => ({ ...(JSON.parse(line) as object), id: '' }))
          .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      expect(bare('again')).toEqual(bare('rules'));
      expect(csv.code).toBe(0);
      const sheet = readFileSync(file('faqs.csv'), 'utf8');
      expect(sheet.startsWith('\ufeffid,question,similar,answer,status\n')).toBe(true);
      expect(sheet).toContain(`"'=1+1, ""一元一分"""`);
      expect(statSync(file('faqs')).mode & 0o777).toBe(0o600);
    }, 90_000);

    test('templates that were exported are whole, and import as the same', async () => {
      const { run } = await installation(engine);
      const place = folder();
      writeFileSync(join(place, 'rules'), lines(rules));
      writeFileSync(join(place, 'faqs'), lines(faqs));
      await run(`import rules ${join(place, 'rules')}`);
      await run(`import faqs ${join(place, 'faqs')}`);
      const out = join(place, 'out');

      const exported = await run(`templates export ${out}`);
      const checked = await run(`templates check ${out}`);
      const imported = await run(`templates import ${out}`);
      const nowhere = await run('templates export');

      expect(exported).toMatchObject({ code: 0, json: { rules: 1, faqs: 2 } });
      expect(checked).toMatchObject({ code: 0, json: { rules: 1, faqs: 2, problems: [] } });
      expect(imported.json).toMatchObject({ faqs: { added: 0, changed: 0 } });
      expect(nowhere.code).toBe(2);
    }, 90_000);

    test('a backup is a whole database, or the command that makes one', async () => {
      const { run, dataDir } = await installation(engine);
      const place = folder();
      writeFileSync(join(place, 'faqs'), lines(faqs));
      await run(`import faqs ${join(place, 'faqs')}`);
      const copy = join(place, 'guanxi.db');

      const made = await run(`backup ${copy}`);
      const again = await run(`backup ${copy}`);
      const unnamed = await run('backup');

      expect(unnamed.code).toBe(2);
      if (engine === 'mysql') {
        expect(made).toMatchObject({ code: 1, json: { backedUp: false } });
        expect(made.text).toMatch(/mariadb-dump --single-transaction.*f_[0-9a-f]+' > '/);
        expect(made.text).not.toContain('password=');
        return;
      }
      expect([made.code, again.code]).toEqual([0, 1]);
      expect(statSync(copy).mode & 0o777).toBe(0o600);
      rmSync(join(dataDir, 'guanxi.db'));
      for (const rest of ['-wal', '-shm'])
        rmSync(join(dataDir, `guanxi.db${rest}`), { force: true });
      writeFileSync(join(dataDir, 'guanxi.db'), readFileSync(copy));
      const restored = await run(`export faqs ${join(place, 'restored')}`);
      expect(restored.json).toMatchObject({ rows: 2 });
    }, 90_000);

    test('doctor names a clock that is off, the address to allow and a way back that is none', async () => {
      const platform = createServer((_request, answer) => {
        answer.setHeader('Date', new Date(Date.now() - 300_000).toUTCString());
        answer.setHeader('Content-Type', 'application/json');
        const errmsg = 'invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist';
        answer.end(JSON.stringify({ errcode: 40164, errmsg }));
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => platform.once('listening', resolve));
      closing.push(
        () => platform.close(),
        () => platform.closeAllConnections(),
      );
      const { run } = await installation(engine, {
        OFFICIAL_ACCOUNT_API_BASE: `http://127.0.0.1:${(platform.address() as AddressInfo).port}`,
        OA_APP_ID: 'wx1234567890abcdef',
        OA_APP_SECRET: 'a'.repeat(32),
        OA_TOKEN: 'token',
        OA_ENCODING_AES_KEY: 'k'.repeat(43),
        OA_ORIGINAL_ID: 'gh_0123456789',
      });

      await run('migrate');
      const { code, json } = await run('doctor');
      const told = new Map(
        (json as { check: string; ok: boolean; detail: string }[]).map((one) => [one.check, one]),
      );

      expect(code).toBe(1);
      expect(told.get('clock')).toMatchObject({
        ok: false,
        detail: expect.stringMatching(/^(299|300|301) s ahead/),
      });
      expect(told.get('account wx1234567890abcdef')).toMatchObject({
        ok: false,
        detail: expect.stringContaining('203.0.113.9'),
      });
      expect(told.get('callback address')).toMatchObject({ ok: false });
      expect(told.get('demo accounts')).toMatchObject({ ok: true, detail: 'none' });
    }, 60_000);

    test('doctor makes nothing where there is no installation, and goes on', async () => {
      const { run, dataDir } = await installation(engine, {
        ...{ SANDBOX: 'off', OFFICIAL_ACCOUNT_API_BASE: 'http://127.0.0.1:1' },
      });
      const away = join(dataDir, 'away');

      const empty = await run('doctor');
      const elsewhere = await installation(engine, { DATA_DIR: away });
      const none = await elsewhere.run('doctor');
      const keyed = await installation(engine, {
        GUANXI_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      });
      const still = [await keyed.run('doctor'), await keyed.run('doctor')];

      expect([empty, none, ...still].map(({ code }) => code)).toEqual([1, 1, 1, 1]);
      const findings = empty.json as Finding[];
      expect(findings.map(({ check }) => check)).toEqual([
        ...['database', 'cache', 'clock', 'callback address'],
      ]);
      expect(findings[0]).toMatchObject({ ok: false, detail: expect.stringContaining(dataDir) });
      expect((none.json as Finding[])[0]?.detail).toContain(`no installation in ${away}`);
      for (const { json } of still) {
        expect((json as Finding[])[0]?.detail).toContain('no installation in');
      }
      expect([existsSync(away), readdirSync(dataDir), readdirSync(keyed.dataDir)]).toEqual([
        ...[false, [], []],
      ]);
    }, 60_000);

    test.each([
      ['test', 0, 'owner@example.com: not for production'],
      ['production', 1, 'owner@example.com'],
    ])(
      'doctor finds what is left of a demo: in %s it ends with %i',
      async (mode, code, detail) => {
        const { run, inside } = await installation(engine, {
          ...{ NODE_ENV: mode, SANDBOX: 'off' },
          GUANXI_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
        });
        await run('owner create', { email: 'owner@example.com' });

        const clean = await run('doctor');
        await inside(({ db }) =>
          db.transact((tx) => execute(tx, `UPDATE operator SET isDemo = 1`)),
        );
        const left = await run('doctor');

        expect([clean.code, left.code]).toEqual([0, code]);
        expect(left.json).toContainEqual({ check: 'demo operators', ok: code === 0, detail });
      },
      60_000,
    );

    test('an installation that has something in it is not seeded', async () => {
      const { run } = await installation(engine);

      const empty = await run('seed', { check: true });
      await run('owner create', { email: 'owner@example.com' });
      const checked = await run('seed', { check: true });
      const refused = await run('seed');

      expect(empty).toMatchObject({ code: 0, json: { willSeed: true } });
      expect(checked).toMatchObject({ code: 0, json: { willSeed: false } });
      expect(refused).toMatchObject({ code: 1, json: { willSeed: false } });
    }, 60_000);
  },
);

test('doctor names a database that is away, one that is none, and a password that is wrong', async () => {
  const url = (change: (url: URL) => void) => {
    const made = new URL(mariadb ?? '');
    change(made);
    return made.href;
  };
  const key = { GUANXI_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
  const ask = async (DATABASE_URL: string) => {
    const { run } = await installation('sqlite', { ...key, DATABASE_URL });
    return { json: await run('doctor'), plain: await run('doctor', {}, false) };
  };

  const away = await ask('mysql://someone:secret-word@127.0.0.1:1/guanxi');
  const refused = await ask(
    url((made) => Object.assign(made, { username: 'someone', password: 'secret-word' })),
  );
  const absent = await ask(url((made) => (made.pathname = '/not_there')));
  const file = await installation('sqlite', key);
  writeFileSync(join(file.dataDir, 'guanxi.db'), 'no database at all '.repeat(100));
  const broken = await file.run('doctor', {}, false);

  expect(away.plain.text).toMatch(
    /^FAIL {2}database: nothing listens at 127\.0\.0\.1:1 \(ECONNREFUSED\)/,
  );
  expect(refused.plain.text).toMatch(
    /^FAIL {2}database: .* refuses the user someone or the password/,
  );
  expect(absent.plain.text).toMatch(/^FAIL {2}database: .* has no database not_there/);
  expect(broken.text).toMatch(/^FAIL {2}database: .*guanxi\.db cannot be opened/);
  for (const { code, text } of [away.plain, refused.plain, absent.plain, broken]) {
    expect([code, text.split('\n').slice(1)]).toEqual([1, ['ok    cache: memory']]);
    expect(text).not.toContain('secret-word');
  }
  expect(away.json).toMatchObject({ code: 1, json: [{ check: 'database', ok: false }, {}] });
}, 60_000);
