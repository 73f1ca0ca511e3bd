import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { AccountBook, addAccount } from '../../src/accounts';
import { callbackRoutes, openOfficialAccounts } from '../../src/channels/official-account';
import { openAttention } from '../../src/conversations';
import { eventHandlers } from '../../src/answering';
import { Intake } from '../../src/intake';
import { MediaLibrary, mediaOperations, planMediaRenewal, registerMedia } from '../../src/media';
import { menuOperations, planMenuTags, registerMenus } from '../../src/menus';
import { openReplies, replyOperations } from '../../src/replies';
import { openSandbox } from '../../src/sandbox';
import { openSending } from '../../src/sending';
import { openApi } from './api-client';
import type { TestKit } from './open-kit';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;

/** One Official Account of the sandbox, our answers, menus and media behind it, and HTTP between them. */
export async function openChatWorld(plain: TestKit) {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-chat-'));
  const sandbox = await openSandbox({
    dataFile: join(folder, 'sandbox.db'),
    tlsDir: join(tmpdir(), `guanxi-sandbox-tls-${process.pid}`),
    callback: { timeoutMs: 4_000, gapMs: 20, attempts: 3 },
    settleMs: 0,
  });
  const app = new Koa();
  app.use(sandbox.routes);
  // Composed anew at each request, because the callbacks are mounted later.
  const server = createServer((request, response) => void app.callback()(request, response));
  server.listen(0, '127.0.0.1');
  // A slow machine may be quiet for longer than the five seconds after which idle sockets are shut.
  server.keepAliveTimeout = 120_000;
  await new Promise((resolve) => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kit = { ...plain, settings: { ...plain.settings, sandboxUrl: base, publicUrl: base } };
  kit.clock.set(Date.now());

  const must = async (method: string, path: string, body?: unknown): Promise<Loose> => {
    const answered = await fetch(`${base}/sandbox/api${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answered.text();
    if (answered.status > 299) throw new Error(`${path}: ${answered.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };

  const made = await must('POST', '/accounts', { name: '山茶花' });
  const { appId, appSecret, originalId, token, encodingAesKey } = made;
  const book = await AccountBook.open(kit);
  const accountId = await kit.db.transact((tx) =>
    addAccount(kit, tx, {
      ...{ kind: 'official-account', platformId: appId, originalId, name: '山茶花' },
      ...{ world: 'sandbox', secrets: { appSecret, token, encodingAesKey } },
    }),
  );
  await kit.versions.check(true);

  const client = openOfficialAccounts({ ...kit, hostsOf: ({ id }) => book.hostsOf(id) });
  const library = await MediaLibrary.open(kit, book);
  const replies = await openReplies(kit, library);
  const sending = openSending(kit, { client, account: () => undefined });
  const conversations = await openAttention(kit);
  const intake = new Intake(kit, eventHandlers(kit, { replies, sending, conversations }));
  registerMedia(kit, { book, client, library });
  registerMenus(kit, { book, client });
  await kit.db.transact(async (tx) => {
    await planMediaRenewal(kit, tx);
    await planMenuTags(kit, tx);
  });
  app.use(
    callbackRoutes({
      accounts: (id) => book.channelByAppId(id),
      takeEvent: async (event) => (await intake.take(event)).reply,
      ...{ clock: { system: () => Date.now() }, log: kit.log, skewMs: 400 * 86_400_000 },
    }).routes(),
  );
  await must('POST', `/accounts/${appId}/callback`, {
    ...{ url: `${base}/callback/official-account/${appId}`, token, encodingAesKey },
  });
  const api = await openApi(kit, [
    ...replyOperations(kit, { book, replies }),
    ...mediaOperations(kit, {
      ...{ book, library, usesOf: (id) => replies.usesOfMedia(id) },
      attached: () => Promise.resolve(new Map()),
    }),
    ...menuOperations(kit, { book, client, rulesNaming: (id) => replies.rulesNaming(id) }),
  ]);

  return {
    ...{ kit, book, client, library, accountId, appId, api, must },
    /** A follower, and what their phone received for each thing they do. */
    follower: async (name = '小雨') => {
      const { openid } = await must('POST', '/people', { name, appId });
      const act = (action: string, body: unknown = {}): Promise<Loose> =>
        must('POST', `/people/${openid}/${action}`, body);
      await act('follow');
      const [row] = await kit.db.read.all<{ id: string; personId: string }>(
        `SELECT id, personId FROM identity WHERE externalId = ?`,
        [openid],
      );
      const menu = () => must('GET', `/menu?appId=${appId}&openid=${openid}`);
      return { openid, act, menu, identityId: row?.id ?? '', personId: row?.personId ?? '' };
    },
    /** Everything due is done. */
    quiet: async () => {
      await library.close();
      for (let looks = 0; looks < 200; looks += 1) {
        await kit.work.drain();
        const sql = `SELECT COUNT(*) AS n FROM job WHERE state = 'queued' AND dueAt <= ?`;
        const [left] = await kit.db.read.all<{ n: number }>(sql, [kit.clock.business()]);
        if (Number(left?.n) === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error('work is left');
    },
    /** Both clocks: the sandbox's, and ours that follows it. */
    advance: async (advanceMs: number) => {
      await must('POST', '/clock', { advanceMs });
      kit.clock.set(kit.clock.business() + advanceMs);
    },
    upload: async (name: string, bytes: Uint8Array, more = '') => {
      const path = `/api/v1/media?name=${encodeURIComponent(name)}${more}`;
      const headers = { 'content-type': 'application/octet-stream' };
      const answer = await fetch(api.base + path, {
        method: 'POST',
        headers,
        body: new Uint8Array(bytes),
      });
      return { status: answer.status, body: await answer.json() };
    },
    remove: (path: string) => fetch(api.base + path, { method: 'DELETE' }),
    close: async () => {
      await api.close();
      await replies.close();
      await library.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type ChatWorld = Awaited<ReturnType<typeof openChatWorld>>;

/** A picture of this shade, small and whole. */
export function aPicture(shade = 0): Buffer {
  const bytes = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  bytes[45] = shade;
  return bytes;
}
