import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { apiRoutes, openReplays, problems } from '../../src/kernel/http';
import { peopleOperations, startContactSync } from '../../src/relationships';
import { materialUses, openPageOperations, registerTellingReps } from '../../src/sales';
import { RepSessions, sidebarOperations } from '../../src/sidebar';
import { openFriendsWorld } from './friends-world';
import type { TestKit } from './open-kit';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;
export type SidebarAnswer = { status: number; body: Loose; text: string; headers: Headers };

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The friends' world with our sidebar beside it: reps sign in as WeCom lets them, and call as the page does. */
export async function openSidebarWorld(plain: TestKit) {
  const world = await openFriendsWorld(plain);
  const { book, wecom, corpId, accountId, must, attachments, library } = world;
  const app = new Koa();
  const server = createServer((request, response) => void app.callback()(request, response));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kit = { ...world.kit, settings: { ...world.kit.settings, publicUrl: base } };
  const sessions = new RepSessions(kit, book);
  const people = peopleOperations(kit, { book, receivedFen: () => Promise.resolve(new Map()) });
  registerTellingReps(kit, book, wecom);
  attachments.usedBy(materialUses);
  app.use(problems(kit.log, kit.newId, kit.clock));
  const operations = [
    ...sidebarOperations(kit, { book, wecom, sessions, people, attachments, library }),
    ...openPageOperations(kit),
  ];
  const replays = openReplays(kit.db, kit.clock);
  app.use(apiRoutes(operations, (ctx) => sessions.authenticate(ctx), replays).routes());

  const call = async (
    method: string,
    path: string,
    more: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<SidebarAnswer> => {
    const answer = await fetch(path.startsWith('http') ? path : base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more.headers,
      },
      ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    const body: Loose = isJson && text !== '' ? JSON.parse(text) : {};
    return { status: answer.status, body, text, headers: answer.headers };
  };
  const cookiesOf = (answer: SidebarAnswer) =>
    answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0] ?? '')
      .filter((one) => !one.endsWith('='))
      .join('; ');

  /** As far as WeCom's page: what it was asked, and the browser's cookies. */
  const setOut = async (query = '') => {
    const sent = await call('GET', `/api/v1/sidebar/sign-in?corpId=${corpId}${query}`);
    const location = new URL(sent.headers.get('location') ?? 'http://nowhere.invalid');
    const state = location.searchParams.get('state') ?? '';
    return { sent, location, state, cookies: cookiesOf(sent) };
  };
  const codeFor = async (
    userId: string,
    agentId = world.apps[0]?.agentId ?? '',
  ): Promise<string> => {
    const path = `/wecom/corps/${corpId}/agents/${agentId}/login-code`;
    return (await must('POST', path, { userId })).code as string;
  };
  const comeBack = (code: string, state: string, cookie: string) =>
    call('GET', `/api/v1/sidebar/signed-in?code=${code}&state=${state}`, { headers: { cookie } });

  /** A rep who is in: calls with their cookie and CSRF token. */
  const signIn = async (userId: string) => {
    const { state, cookies } = await setOut();
    const back = await comeBack(await codeFor(userId), state, cookies);
    const cookie = cookiesOf(back);
    const session = await call('GET', '/api/v1/sidebar/session', { headers: { cookie } });
    const headers = { cookie, 'x-csrf-token': String(session.body.csrfToken) };
    return {
      ...{ session, headers, cookie },
      get: (path: string) => call('GET', `/api/v1/sidebar${path}`, { headers }),
      send: (method: string, path: string, body?: unknown) =>
        call(method, `/api/v1/sidebar${path}`, {
          headers,
          ...(body === undefined ? {} : { body }),
        }),
    };
  };

  /** A customer who added this rep by a code, known to us. */
  const befriend = async (userId: string, name: string, state?: string) => {
    const { personId, externalUserId } = await must('POST', '/wecom/people', { name });
    await world.person(personId, 'add-rep', { userId, ...(state ? { state } : {}) });
    for (let tries = 0; tries < 200; tries += 1) {
      const found = await world.findPerson(externalUserId);
      if (found?.contacts[0]?.reps[0]) break;
      await wait(25);
    }
    return { personId, externalUserId: externalUserId as string };
  };

  /** Names of staff and customers, read from WeCom. */
  const readNames = async (): Promise<void> => {
    await kit.db.transact((tx) => startContactSync(kit, tx, accountId, '山茶花'));
    await kit.work.drain();
    await kit.work.drain();
  };
  const toldTo = async (userId: string): Promise<Loose[]> =>
    (await must('GET', `/wecom/books/messages?corpId=${corpId}&userId=${userId}&via=app`)).items;

  return {
    ...{
      ...world,
      kit,
      base,
      call,
      setOut,
      codeFor,
      comeBack,
      signIn,
      befriend,
      readNames,
      toldTo,
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await world.close();
    },
  };
}

export type SidebarWorld = Awaited<ReturnType<typeof openSidebarWorld>>;
