import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BadSetting, readSettings, settingNames } from '../../src/kernel/settings';

const config = resolve('config');
const defaults = JSON.parse(readFileSync(join(config, 'default.json'), 'utf8')) as Record<
  string,
  unknown
>;

type Row = { setting: string; variable: string; standard: string; allowed: string; told: string };

/** Rows of the tables in config/README.md: a setting in code marks, a variable in code marks, and three texts. */
function describedSettings(): Row[] {
  const lines = readFileSync(join(config, 'README.md'), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, setting = '', variable = '', standard = '', allowed = '', told = ''] = cells;
    if (!/^`\w+`$/.test(setting)) return [];
    return [{ setting: bare(setting), variable: bare(variable), standard, allowed, told }];
  });
}

const bare = (cell: string) => cell.replace(/`/g, '');

/** What a start would say; `undefined` when it would start. */
function refusal(env: Record<string, string>, folder = config): string | undefined {
  try {
    readSettings({ NODE_ENV: 'test', ...env }, folder);
    return undefined;
  } catch (error) {
    if (error instanceof BadSetting) return error.message;
    throw error;
  }
}

function folderWith(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-config-'));
  cpSync(config, folder, { recursive: true });
  writeFileSync(join(folder, name), content);
  return folder;
}

const masterKey = Buffer.alloc(32, 1).toString('base64');
const production = { NODE_ENV: 'production', GUANXI_MASTER_KEY: masterKey };

describe('config/README.md', () => {
  const described = describedSettings();

  test('has one row for every setting, with its variable, and no row for anything else', () => {
    const wanted = settingNames.map(({ name, env }) => `${name} ${env}`);

    expect(described.map(({ setting, variable }) => `${setting} ${variable}`).sort()).toEqual(
      wanted.sort(),
    );
  });

  test('says default, allowed values and meaning of each', () => {
    const silent = described.filter(
      ({ standard, allowed, told }) => !standard || !allowed || told.length < 12,
    );

    expect(silent).toEqual([]);
  });

  test('names the defaults that config/default.json has', () => {
    const wrong = described
      .filter(({ setting }) => defaults[setting] !== undefined)
      .filter(({ setting, standard }) => bare(standard) !== String(defaults[setting]));
    const missing = Object.keys(defaults).filter(
      (name) => !described.some(({ setting }) => setting === name),
    );

    expect(wrong).toEqual([]);
    expect(missing).toEqual([]);
  });
});

describe('a wrong setting stops the start', () => {
  const wrong: [variable: string, value: string][] = [
    ['ROLE', 'boss'],
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PUBLIC_URL', 'guanxi.example.com'],
    ['ORG_ZONE', 'Mars/Olympus'],
    ['DATABASE_URL', 'postgres://localhost/guanxi'],
    ['REDIS_URL', 'http://localhost'],
    ['SANDBOX', 'yes'],
    ['SANDBOX_EXPOSE', 'true'],
    ['DEMO', '1'],
    ['LOG_LEVEL', 'loud'],
    ['CALLBACK_MAX_SKEW_SECONDS', '0'],
    ['SENDS_PER_SECOND', '-1'],
    ['PAYOUTS_PER_SECOND', '1.5'],
    ['PAYOUT_APPROVAL_FEN', '0'],
    ['DAILY_PAYOUT_CAP_FEN', 'much'],
    ['PAUSE_PERCENT', '101'],
    ['OFFICIAL_ACCOUNT_API_BASE', 'http://api.example.com'],
    ['WECOM_API_BASE', 'ftp://api.example.com'],
    ['WECHAT_PAY_API_BASE', 'http://pay.example.com'],
    ['WECHAT_PAY_API_BASE', 'undefined/pay'],
    ['WECHAT_PAY_CLIENT_IP', '127.0.0.1'],
    ['MODEL_API_BASE', 'http://models.example.com/v1'],
    ['MODEL_STYLE', 'freely'],
    ['MODEL_TIMEOUT_MS', '4500'],
    ['MODEL_DAILY_CALLS', '0'],
    ['MODEL_DAILY_TOKENS', '-1'],
    ['MODEL_PERSON_DAILY_CALLS', '0'],
    ['MODEL_SPEECH_TIMEOUT_MS', '10'],
    ['MODEL_SPEECH_BASE', 'http://models.example.com/v1'],
    ['MODEL_SPEECH_KEY', 'two words'],
    ['MODEL_LOG_DAYS', '0'],
    ['RETENTION_UNFOLLOWED_DAYS', '0'],
    ['MODEL_API_KEY', 'two words'],
    ['TRUSTED_PROXIES', '9'],
    ['GUANXI_MASTER_KEY', 'short'],
    ['GUANXI_API_TOKEN', 'short'],
    ['OA_APP_ID', 'gh_0123456789'],
    ['OA_APP_SECRET', 'short'],
    ['OA_TOKEN', 'x'],
    ['OA_ENCODING_AES_KEY', 'too-short-a-key'],
    ['WECHAT_PAY_MCH_ID', 'wx19000001'],
    ['WECHAT_PAY_API_V2_KEY', 'too-short-a-key'],
    ['WECHAT_PAY_API_V3_KEY', 'too-short-a-key'],
  ];

  test.each(wrong)('%s=%s is refused by name, with what is allowed', (variable, value) => {
    const told = refusal({ [variable]: value });

    expect(told).toMatch(new RegExp(`^setting ${variable} \\(\\w+\\): .{3,}`));
  });

  test('a demo without its sandbox and a fault that is nowhere are refused', () => {
    expect(refusal({ DEMO: 'on', SANDBOX: 'off' })).toMatch(/^setting DEMO: /);
    expect(refusal({ FAULT: 'nope' })).toMatch(/^setting FAULT/);
    expect(refusal({ FAULT: 'sending.before-call:3' })).toBeUndefined();
  });

  test('a model is named whole: an address with a model, and nothing of it without an address', () => {
    const base = { MODEL_API_BASE: 'http://127.0.0.1:11434/v1' };

    expect(refusal({ ...base, MODEL_CHAT: 'chat-1' })).toBeUndefined();
    expect(refusal(base)).toMatch(/^setting MODEL_CHAT: /);
    expect(refusal({ MODEL_CHAT: 'chat-1' })).toMatch(/^setting MODEL_API_BASE: /);
    expect(refusal({ MODEL_API_KEY: 'k3y' })).toMatch(/^setting MODEL_API_BASE: /);
    const own = { MODEL_SPEECH_BASE: 'http://127.0.0.1:9000/v1' };
    expect(refusal({ ...base, MODEL_CHAT: 'chat-1', MODEL_SPEECH: 'ear' })).toBeUndefined();
    expect(refusal({ ...own, MODEL_SPEECH: 'ear' })).toBeUndefined();
    expect(refusal(own)).toMatch(/^setting MODEL_SPEECH: /);
    expect(refusal({ MODEL_SPEECH: 'ear' })).toMatch(/^setting MODEL_SPEECH_BASE: /);
  });

  test('the refusal never repeats a secret', () => {
    const secret = 'correct-horse-battery-staple';
    const variables = settingNames.filter(({ isSecret }) => isSecret).map(({ env }) => env);

    const told = variables.map((variable) => refusal({ [variable]: secret }) ?? '');

    expect(told.filter((line) => line.includes(secret))).toEqual([]);
  });

  test('a setting nobody knows is refused, and so is a secret that stands in a file', () => {
    for (const name of ['prot', 'masterKey', 'oaAppSecret']) {
      const folder = folderWith('test.json', JSON.stringify({ [name]: masterKey }));

      expect(refusal({}, folder)).toBe(`setting ${name}: is not a setting; see config/README.md`);

      rmSync(folder, { recursive: true });
    }
  });

  test('a file that is not JSON is named', () => {
    const folder = folderWith('test.json', '{ "port": 3000, }');

    expect(refusal({}, folder)).toBe('setting config/test.json: is not JSON');

    rmSync(folder, { recursive: true });
  });

  test('an empty variable counts as not set', () => {
    expect(refusal({ DATABASE_URL: '', PORT: '', ROLE: '' })).toBeUndefined();
  });
});

describe('settings that do not go together', () => {
  test.each([
    ['production needs a master key', { NODE_ENV: 'production' }, /GUANXI_MASTER_KEY/],
    ['production has no sandbox', { ...production, SANDBOX: 'on' }, /SANDBOX/],
    ['web alone needs shared services', { ROLE: 'web' }, /ROLE.*DATABASE_URL.*REDIS_URL/],
    ['a worker needs Redis too', { ROLE: 'worker', DATABASE_URL: 'mysql://d/g' }, /REDIS_URL/],
    ['the sandbox stays on this machine', { HOST: '0.0.0.0' }, /HOST.*SANDBOX_EXPOSE/],
  ])('%s', (_promise, env, told) => {
    expect(refusal(env)).toMatch(told);
  });

  test('the sandbox is off in production and on elsewhere', () => {
    expect(readSettings({ NODE_ENV: 'test' }, config).isSandboxOn).toBe(true);
    expect(readSettings(production, config).isSandboxOn).toBe(false);
  });

  test('a sandbox by role is refused in production, and shown to loopback only elsewhere', () => {
    const key = Buffer.alloc(32, 1).toString('base64');
    const production = { NODE_ENV: 'production', GUANXI_MASTER_KEY: key, ROLE: 'sandbox' };
    const shown = { NODE_ENV: 'development', ROLE: 'sandbox', SANDBOX: 'off', HOST: '0.0.0.0' };

    expect(() => readSettings(production)).toThrow(/ROLE/);
    expect(() => readSettings(shown)).toThrow(/HOST/);
    expect(readSettings({ ...shown, SANDBOX_EXPOSE: 'on' }).host).toBe('0.0.0.0');
  });

  test('config/production.example.json starts once it is config/production.json', () => {
    const example = readFileSync(join(config, 'production.example.json'), 'utf8');
    const folder = folderWith('production.json', example);

    const settings = readSettings(
      { ...production, DATABASE_URL: 'mysql://d/guanxi', REDIS_URL: 'redis://r' },
      folder,
    );

    expect(settings).toMatchObject(JSON.parse(example) as object);

    rmSync(folder, { recursive: true });
  });
});
