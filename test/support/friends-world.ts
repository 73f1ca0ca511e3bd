import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { AccountBook, addAccount, type WeComApp } from '../../src/accounts';
import { openAttachments } from '../../src/attachments';
import { callbackRoutes, openOfficialAccounts } from '../../src/channels/official-account';
import { openWeCom, weComCallbackRoutes } from '../../src/channels/wecom';
import { eventHandlers } from '../../src/answering';
import { Intake } from '../../src/intake';
import {
  peopleOperations,
  registerContactFetch,
  corpOperations,
  followerSyncOperation,
  registerCorp,
  registerWelcome,
  noticeOperations,
  registerFriendNotices,
  registerRoomGreetings,
  roomGreetingOperations,
  registerWayArrivals,
  registerWaySettling,
  wayOperations,
  welcomeOperations,
  registerFollowerSync,
  registerUnionidLookup,
} from '../../src/relationships';
import { openConversations } from '../../src/conversations';
import { kfOperations, registerKf } from '../../src/kf';
import { MediaLibrary, mediaOperations, noLibrary, takeUpload } from '../../src/media';
import { openReplies, replyOperations } from '../../src/replies';
import { outreachOperations, registerOutreach } from '../../src/outreach';
import { openSandbox } from '../../src/sandbox';
import { openSending } from '../../src/sending';
import { openApi } from './api-client';
import { aPdf } from './a-pdf';
import { aPicture } from './chat-world';
import type { TestKit } from './open-kit';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;

const aesKey = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';

/** Our intake and books on one side, the sandbox's WeCom and WeChat on the other, and HTTP between them. */
export async function openFriendsWorld(plain: TestKit) {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-friends-'));
  const sandbox = await openSandbox({
    dataFile: join(folder, 'sandbox.db'),
    tlsDir: join(tmpdir(), `guanxi-sandbox-tls-${process.pid}`),
    callback: { timeoutMs: 2_000, gapMs: 20, attempts: 3 },
    settleMs: 0,
  });
  const app = new Koa();
  app.use(sandbox.routes);
  // Composed anew at each request, because the callbacks are mounted later.
  const server = createServer((request, response) => void app.callback()(request, response));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kit = { ...plain, settings: { ...plain.settings, sandboxUrl: base, publicUrl: base } };
  kit.clock.set(Date.now());

  const book = await AccountBook.open(kit);
  const officialAccounts = openOfficialAccounts({ ...kit, hostsOf: ({ id }) => book.hostsOf(id) });
  const wecom = openWeCom({ ...kit, apiOf: ({ id }) => book.weComApiOf(id) });
  const library = await MediaLibrary.open(kit, book);
  const attachments = openAttachments(kit, { book, wecom, library });
  const replies = await openReplies(kit);
  const sending = openSending(kit, {
    ...{ client: officialAccounts, account: () => undefined },
    kf: {
      client: wecom,
      app: (id, agentId) => book.weComApps(id).find((app) => app.agentId === agentId),
    },
  });
  const conversations = await openConversations(kit, {
    ...{ book, client: officialAccounts, wecom, replies, sending, library: noLibrary },
    stillHere: () => Promise.resolve(undefined),
  });
  const followed: string[] = [];
  const handlers = eventHandlers(kit, {
    ...{ conversations, replies, sending, onFollowed: ({ openid }) => void followed.push(openid) },
  });
  const intake = new Intake(kit, handlers);
  registerContactFetch(kit, book, wecom);
  registerCorp(kit, book, wecom, officialAccounts);
  registerFollowerSync(kit, book, officialAccounts);
  registerWelcome(kit, book, wecom, attachments);
  registerRoomGreetings(kit, book, wecom, attachments);
  registerWaySettling(kit, book, wecom);
  registerWayArrivals(kit, book, wecom);
  registerFriendNotices(kit, book, wecom);
  registerUnionidLookup(kit, book, officialAccounts);
  registerKf(kit, { book, wecom, take: (event) => intake.take(event) });
  registerOutreach(kit, { book, wecom, attachments });
  const clock = { system: () => Date.now() };
  app.use(
    weComCallbackRoutes({
      agents: (corpId, agentId) => book.weComAgent(corpId, agentId),
      takeEvent: (event) => intake.take(event),
      ...{ clock, log: kit.log, skewMs: 400 * 86_400_000 },
    }).routes(),
  );
  app.use(
    callbackRoutes({
      accounts: (appId) => book.channelByAppId(appId),
      takeEvent: async (event) => (await intake.take(event)).reply,
      ...{ clock, log: kit.log, skewMs: 400 * 86_400_000 },
    }).routes(),
  );

  const must = async (method: string, path: string, body?: unknown): Promise<Loose> => {
    const answered = await fetch(`${base}/sandbox/api${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answered.text();
    if (answered.status > 299) throw new Error(`${path}: ${answered.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };

  const { corpId } = await must('POST', '/wecom/corps', { name: '山茶花' });
  for (const [userId, name] of [
    ['linlan', '林岚'],
    ['zhouning', '周宁'],
  ])
    await must('POST', `/wecom/corps/${corpId}/staff`, { userId, name });
  const apps: WeComApp[] = [];
  for (const name of ['顾问', '客服']) {
    const made = await must('POST', `/wecom/corps/${corpId}/agents`, { name });
    const { agentId, secret: appSecret } = made;
    apps.push({ agentId, appSecret, token: `token${agentId}`, encodingAesKey: aesKey });
  }
  const accountId = await kit.db.transact((tx) =>
    addAccount(kit, tx, {
      ...{ kind: 'wecom', platformId: corpId, name: '山茶花', world: 'sandbox', secrets: { apps } },
    }),
  );
  await kit.versions.check(true);
  for (const { agentId, token } of apps) {
    await must('POST', `/wecom/corps/${corpId}/agents/${agentId}/callback`, {
      url: `${base}/callback/wecom/${corpId}/${agentId}`,
      ...{ token, encodingAesKey: aesKey },
    });
  }
  const api = await openApi(kit, [
    ...peopleOperations(kit, { book, receivedFen: () => Promise.resolve(new Map()) }),
    ...welcomeOperations(kit, book, attachments),
    ...roomGreetingOperations(kit, book, attachments),
    ...wayOperations(kit, book, attachments),
    ...noticeOperations(kit, book),
    ...corpOperations(kit, book, wecom, officialAccounts),
    ...outreachOperations(kit, { book, wecom, attachments }),
    followerSyncOperation(kit, book),
    ...kfOperations(kit, book, wecom),
    ...conversations.operations(),
    ...replyOperations(kit, { book, replies }),
    ...mediaOperations(kit, { book, library, usesOf: () => [], attached: attachments.uses }),
  ]);

  return {
    ...{
      kit,
      book,
      wecom,
      officialAccounts,
      sending,
      attachments,
      library,
      intake,
      corpId,
      accountId,
      apps,
      api,
      followed,
      must,
    },
    person: (id: string, action: string, body: unknown = {}): Promise<Loose> =>
      must('POST', `/wecom/people/${id}/${action}`, body),
    staff: (userId: string, action: string, body: unknown = {}): Promise<Loose> =>
      must('POST', `/wecom/corps/${corpId}/staff/${userId}/${action}`, body),
    /** A piece of the library, by what messages call it. */
    picture: (name: string) => keepPiece(kit, `${name}.png`, aPicture(name.length)),
    file: (name: string) => keepPiece(kit, `${name}.pdf`, aPdf()),
    /** Both clocks: the sandbox's, and ours that follows it. */
    advance: async (advanceMs: number) => {
      await must('POST', '/clock', { advanceMs });
      kit.clock.set(kit.clock.business() + advanceMs);
    },
    findPerson: async (externalUserId: string): Promise<Loose> =>
      (await api.get(`/api/v1/people?externalUserId=${externalUserId}`)).body.items[0],
    timeline: async (personId: string): Promise<Loose[]> =>
      (await api.get(`/api/v1/people/${personId}/timeline`)).body.items,
    close: async () => {
      conversations.close();
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

async function keepPiece(kit: TestKit, name: string, bytes: Buffer): Promise<string> {
  const owner = { kind: 'operator', id: 'owner', name: '店长' } as const;
  const actor = { ...owner, permissions: new Set<never>(), accountIds: 'all' } as const;
  const { id } = await takeUpload(kit, actor, { bytes, name, scope: 'all' });
  return `lib-${id}`;
}

export type FriendsWorld = Awaited<ReturnType<typeof openFriendsWorld>>;
