import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { openLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { openSandbox } from '../../src/sandbox';
import { startServer } from '../../src/server';
import { makeDatabase, type SandboxAccount } from '../support/cluster';
import { eventually, jsonClient, type JsonClient } from '../support/json-client';

type Rule = {
  id: string;
  version: number;
  liveVersion: number | null;
  status: string;
  draft: { version: number; state: string; publishAt: string | null } | null;
};
type Explained = {
  answer: { text?: string } | null;
  considered: { id: string; name: string; matched: boolean; code: string; why: string }[];
};
type Checked = { examples: { say: string; ok: boolean }[]; conflicts: unknown[] };

const apiToken = 'rule-life-token-0000000000000000';
const password = 'camellia opens at ten';
const mariadb = process.env['TEST_MARIADB_URL'];
const engines = mariadb === undefined ? ['sqlite'] : ['sqlite', 'mysql'];

describe.each(engines)('a rule from the first word to one click back, on %s', (engine) => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), 'guanxi-rule-'));
    closing.push(() => rmSync(made, { recursive: true, force: true }));
    return made;
  }

  async function openWechat(): Promise<{ url: string; drive: JsonClient }> {
    const place = folder();
    const sandbox = await openSandbox({
      dataFile: join(place, 'sandbox.db'),
      tlsDir: join(place, 'tls'),
    });
    const app = new Koa();
    app.use(sandbox.routes);
    const server = createServer((request, response) => void app.callback()(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
      return sandbox.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, drive: jsonClient(() => `${url}/sandbox/api`) };
  }

  async function openShop() {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a plain script shared with the global setup
    const { freePort } = require('../support/servers') as { freePort(): Promise<number> };
    const { url, drive } = await openWechat();
    const account = await drive<SandboxAccount>('POST', '/accounts', {
      kind: 'official-account',
      name: '山茶花',
    });
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    const settings = readSettings({
      NODE_ENV: 'test',
      PORT: String(port),
      DATA_DIR: folder(),
      LOG_LEVEL: 'silent',
      DEMO: 'off',
      REPLIES_REVIEW: 'required',
      GUANXI_API_TOKEN: apiToken,
      SANDBOX_URL: url,
      OFFICIAL_ACCOUNT_API_BASE: `${url}/sandbox/wechat`,
      OA_APP_ID: account.appId,
      OA_APP_SECRET: account.appSecret,
      OA_TOKEN: account.token,
      OA_ENCODING_AES_KEY: account.encodingAesKey,
      OA_ORIGINAL_ID: account.originalId,
      ...(engine === 'mysql' ? { DATABASE_URL: await makeDatabase(mariadb ?? '') } : {}),
    });
    const start = () => startServer(settings, openLog({ level: 'silent', readable: true }));
    let running = await start();
    closing.push(() => running.stop());
    const { appId, token, encodingAesKey } = account;
    await drive('POST', `/accounts/${appId}/callback`, {
      url: `${base}/callback/official-account/${appId}`,
      token,
      encodingAesKey,
      mode: 'secure',
    });
    const { openid } = await drive<{ openid: string }>('POST', '/people', { appId });
    await drive('POST', `/people/${openid}/follow`, {});
    const owner = jsonClient(() => `${base}/api/v1`, { authorization: `Bearer ${apiToken}` });
    return {
      drive,
      owner,
      openid,
      restart: async () => {
        await running.stop();
        running = await start();
      },
      signIn: async (name: string, role: string): Promise<JsonClient> => {
        const email = `${role}@example.com`;
        await owner('POST', '/operators', { email, name, role, password });
        const answer = await fetch(`${base}/api/v1/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email, password }),
        });
        const { csrfToken } = (await answer.json()) as { csrfToken: string };
        const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
        return jsonClient(() => `${base}/api/v1`, { cookie, 'x-csrf-token': csrfToken });
      },
      /** What the phone shows after saying this. */
      ask: async (text: string): Promise<string> => {
        const { received } = await drive<{ received: { text: string }[] }>(
          'POST',
          `/people/${openid}/say`,
          { text },
        );
        return received.map((one) => one.text).join('|');
      },
    };
  }

  test('written, tried, reviewed, live at eight, and back', async () => {
    const { drive, owner, openid, restart, signIn, ask } = await openShop();
    const shop = await owner<Rule>('POST', '/reply-rules', {
      name: '门店地址',
      match: 'words',
      keywords: ['几点'],
      priority: 10,
      answer: { type: 'text', text: '静安路 88 号' },
      publish: true,
    });
    const writer = await signIn('周宁', 'operator');
    const reviewer = await signIn('林岚', 'reviewer');
    const written = {
      name: '营业时间',
      match: 'words',
      keywords: ['几点开门', '还开着吗'],
      priority: 0,
      answer: { type: 'text', text: '十点开门\n十点打烊' },
    };

    // She writes a rule and sees in the bench why it loses; it is a matter of priority.
    const made = await writer<Rule>('POST', '/reply-rules', written);
    const path = `/reply-rules/${made.id}`;
    const bench = { text: '几点开门呀', openid };
    const lost = await writer<Explained>('POST', '/replies/explain', {
      ...bench,
      draftOf: made.id,
    });
    expect(lost.answer).toEqual({ type: 'text', text: '静安路 88 号' });
    expect(lost.considered.find(({ id }) => id === made.id)).toMatchObject({
      matched: true,
      code: 'lost-to-priority',
      why: '优先级 0，低于「门店地址」的 10',
    });
    const examples = [
      { say: '几点开门呀', expect: 'this' },
      { say: '现在还开着吗', expect: { answerContains: '十点' } },
      { say: '几点下班', expect: 'not-this' },
    ];
    const red = await writer<Checked>('POST', '/reply-rules/check', {
      ruleId: made.id,
      draft: { ...written, examples },
    });
    expect(red.examples.map(({ ok }) => ok)).toEqual([false, true, true]);
    const better = { ...written, priority: 20, examples };
    const saved = await writer<Rule>('PUT', path, { ...better, version: made.version });
    const green = await writer<Checked>('POST', '/reply-rules/check', {
      ruleId: made.id,
      draft: better,
    });
    expect(green).toMatchObject({
      conflicts: [],
      examples: [{ ok: true }, { ok: true }, { ok: true }],
    });

    // She may not publish; the reviewer finds what waits.
    const { version } = saved;
    await expect(writer('POST', `${path}/publish`, { version })).rejects.toThrow(/403/);
    await writer('POST', `${path}/submit`, { note: '请看看' });
    const { todo } = await reviewer<{ todo: { text: string; href: string }[] }>('GET', '/overview');
    expect(todo).toMatchObject([{ text: '1 处回复改动等你审', href: '/console/replies/review' }]);
    const waiting = await reviewer<{ items: Rule[] }>('GET', '/reply-rules?state=in-review');
    expect(waiting.items.map(({ id }) => id)).toEqual([made.id]);

    // He publishes it for tomorrow at eight; a restart in between forgets nothing.
    const { nowMs } = await drive<{ nowMs: number }>('GET', '/clock');
    const day = new Date(nowMs + 32 * 3_600_000).toISOString().slice(0, 10);
    const at = new Date(`${day}T08:00:00+08:00`);
    const planned = await reviewer<Rule>('POST', `${path}/publish`, {
      version,
      at: at.toISOString(),
    });
    expect(planned.draft).toMatchObject({ state: 'scheduled', publishAt: at.toISOString() });
    expect(await ask('几点开门呀')).toBe('静安路 88 号');
    await restart();
    expect(await ask('几点开门呀')).toBe('静安路 88 号');
    await drive('POST', '/clock', { advanceMs: at.getTime() - nowMs });
    await eventually(
      'the rule is live',
      async () => (await owner<Rule>('GET', path)).status === 'published',
      10_000,
    );
    expect(await ask('几点开门呀')).toBe('十点开门\n十点打烊');

    // The next change is read as a diff, goes live, and one click brings yesterday's back.
    const live = await owner<Rule>('GET', path);
    const changed = await writer<Rule>('PUT', path, {
      ...better,
      answer: { type: 'text', text: '十点开门\n九点半打烊' },
      version: live.version,
    });
    const diff = await reviewer<{ changes: object[] }>(
      'GET',
      `${path}/diff?from=${live.version}&to=${changed.version}`,
    );
    expect(diff.changes).toMatchObject([
      {
        field: 'answer.text',
        lines: [
          { kind: 'same', text: '十点开门' },
          { kind: 'removed', text: '十点打烊' },
          { kind: 'added', text: '九点半打烊' },
        ],
      },
    ]);
    await reviewer('POST', `${path}/publish`, { version: changed.version });
    expect(await ask('几点开门呀')).toBe('十点开门\n九点半打烊');
    const back = await reviewer<Rule>('POST', `${path}/rollback`, { version: live.version });
    expect(await ask('几点开门呀')).toBe('十点开门\n十点打烊');
    expect(back.liveVersion).toBe(changed.version + 1);
    expect((await owner<Rule>('GET', `/reply-rules/${shop.id}`)).status).toBe('published');
  }, 120_000);
});
