import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { openSandbox } from '../../src/sandbox';
import { makeDatabase, type SandboxAccount } from '../support/cluster';
import { eventually, jsonClient } from '../support/json-client';
import { startApp } from '../support/start-app';

const mariadb = process.env['TEST_MARIADB_URL'];
const engines = mariadb === undefined ? ['sqlite'] : ['sqlite', 'mysql'];
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

type Heard = { via: string; direction: string; text: string };
type Message = { by: string; kind: string; text: string; state: string | null; mediaUrl: string };

describe.each(engines)('a follower who wants a person, on %s', (engine) => {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const openWeChat = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'guanxi-inbox-'));
    closing.push(() => rmSync(folder, { recursive: true, force: true }));
    const sandbox = await openSandbox({
      dataFile: join(folder, 'sandbox.db'),
      tlsDir: join(folder, 'tls'),
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
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  const openWorld = async () => {
    const url = await openWeChat();
    const drive = jsonClient(() => `${url}/sandbox/api`);
    const account = await drive<SandboxAccount>('POST', '/accounts', {
      ...{ kind: 'official-account', name: '山茶花' },
    });
    const { appId, token, encodingAesKey } = account;
    const app = await startApp({
      SANDBOX_URL: url,
      OFFICIAL_ACCOUNT_API_BASE: `${url}/sandbox/wechat`,
      OA_APP_ID: appId,
      OA_APP_SECRET: account.appSecret,
      OA_TOKEN: token,
      OA_ENCODING_AES_KEY: encodingAesKey,
      OA_ORIGINAL_ID: account.originalId,
      ...(engine === 'mysql' ? { DATABASE_URL: await makeDatabase(mariadb ?? '') } : {}),
    });
    closing.push(() => app.stop());
    const callback = `${app.base}/callback/official-account/${appId}`;
    await drive('POST', `/accounts/${appId}/callback`, {
      ...{ url: callback, token, encodingAesKey, mode: 'secure' },
    });
    const { openid } = await drive<{ openid: string }>('POST', '/people', { appId });
    await drive('POST', `/people/${openid}/follow`, {});
    const rule = (keywords: string[], answer: object) =>
      app.api('POST', '/api/v1/reply-rules', {
        ...{ match: 'words', keywords, answer, publish: true },
      });
    await rule(['人工'], { type: 'transfer-to-agent' });
    await rule(['开门'], { type: 'text', text: '十点开门' });
    return { url, app, drive, account, openid };
  };

  test('waits, is answered by an operator on their phone, and has the bot back afterwards; a second account is one call', async () => {
    const { url, app, drive, account, openid } = await openWorld();
    const say = (said: object) => drive('POST', `/people/${openid}/say`, said);
    /** What the phone got, oldest first. */
    const heard = async () =>
      (await drive<{ items: Heard[] }>('GET', `/people/${openid}/phone?peek=1`)).items
        .filter(({ via }) => via !== 'person')
        .map(({ via, text }) => `${via}: ${text}`)
        .reverse();
    const hears = (what: string) =>
      eventually(what, async () => (await heard()).includes(what), 15_000, 100);
    const waiting = async () =>
      (await app.api<{ items: { id: string }[] }>('GET', '/api/v1/conversations?view=waiting')).body
        .items;

    await say({ text: '几点开门' });
    await hears('passive: 十点开门');
    await say({ text: '人工' });
    await eventually('somebody waits', async () => (await waiting()).length === 1, 15_000, 100);
    const [{ id } = { id: '' }] = await waiting();
    const path = `/api/v1/conversations/${id}`;
    const todo = await app.api<{ todo: { text: string }[] }>('GET', '/api/v1/overview');

    await say({ text: '开门吗' });
    await app.api('POST', `${path}/take`, {});
    await app.api('POST', `${path}/typing`, {});
    const sent = await app.api('POST', `${path}/messages`, {
      ...{ text: '您好，我是林芳', clientKey: 'k1' },
    });
    await hears('customer-service: 您好，我是林芳');

    const given = await fetch(`${app.base}${path}/pictures`, {
      ...{ method: 'POST', body: pixel },
      headers: {
        authorization: 'Bearer test-api-token-000000000000000000',
        'content-type': 'application/octet-stream',
      },
    });
    const { mediaId: ours } = (await given.json()) as { mediaId: string };
    await app.api('POST', `${path}/messages`, { mediaId: ours, clientKey: 'k2' });
    await hears('customer-service: [图片]');

    const mediaId = await uploadPicture(url, account);
    await say({ kind: 'image', mediaId });
    const thread = async () =>
      (await app.api<{ items: Message[] }>('GET', `${path}/messages`)).body.items;
    const picture = async () =>
      (await thread()).find(({ kind, by }) => kind === 'image' && by === 'follower');
    await eventually('a picture', async () => (await picture()) !== undefined, 15_000, 100);
    const shown = await fetch(app.base + ((await picture())?.mediaUrl ?? ''), {
      headers: { authorization: 'Bearer test-api-token-000000000000000000' },
    });
    const bytes = Buffer.from(await shown.arrayBuffer());
    const silent = await heard();

    await app.api('POST', `${path}/hand-back`, {});
    await say({ text: '周日开门吗' });
    await eventually(
      'the bot is back',
      async () => (await heard()).filter((one) => one === 'passive: 十点开门').length === 2,
      15_000,
      100,
    );

    const second = await app.api<{ id: string; platformId: string; world: string }>(
      ...(['POST', '/api/v1/accounts/sandbox', { name: '第二个号' }] as const),
    );
    const made = `/api/v1/accounts/${second.body.id}`;
    const appOfSecond = second.body.platformId;
    const newcomer = await drive<{ openid: string }>('POST', '/people', { appId: appOfSecond });
    await drive('POST', `/people/${newcomer.openid}/follow`, { appId: appOfSecond });
    const followers = async () =>
      (await app.api<{ health: { followers: number } }>('GET', made)).body.health.followers;
    await eventually('the second has a follower', async () => (await followers()) === 1, 15_000);

    expect(second).toMatchObject({ status: 201, body: { name: '第二个号', world: 'sandbox' } });
    expect(sent.status).toBe(201);
    expect(silent.filter((one) => one === 'passive: 十点开门')).toHaveLength(1);
    expect(silent).toContainEqual(expect.stringContaining('转接人工'));
    expect(todo.body.todo[0]?.text).toBe('1 位顾客在等人工');
    expect(bytes.equals(pixel)).toBe(true);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await thread()).find(({ text }) => text === '您好，我是林芳')?.state).toBe('sent');
  }, 90_000);
});

/** As WeChat keeps what a follower sends: under a media id of the account. */
async function uploadPicture(url: string, { appId, appSecret }: SandboxAccount): Promise<string> {
  const token = await fetch(`${url}/sandbox/wechat/cgi-bin/stable_token`, {
    method: 'POST',
    body: JSON.stringify({ grant_type: 'client_credential', appid: appId, secret: appSecret }),
  });
  const { access_token } = (await token.json()) as { access_token: string };
  const form = new FormData();
  form.append('media', new Blob([new Uint8Array(pixel)], { type: 'image/png' }), 'pixel.png');
  const answer = await fetch(
    `${url}/sandbox/wechat/cgi-bin/media/upload?access_token=${access_token}&type=image`,
    { method: 'POST', body: form },
  );
  return ((await answer.json()) as { media_id: string }).media_id;
}
