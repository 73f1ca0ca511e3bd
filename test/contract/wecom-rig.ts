import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import type { InboundEvent } from '../../src/channels/inbound-event';
import {
  openWeCom,
  weComCallbackRoutes,
  type WeComAgent,
  type WeComClient,
} from '../../src/channels/wecom';
import { openMemoryCache } from '../../src/kernel/cache/memory';
import { WorldClock } from '../../src/kernel/clock';
import { openHttpClient } from '../../src/kernel/http-client';
import { ulids } from '../../src/kernel/ids';
import { silentLog } from '../../src/kernel/log';
import { openSandbox, type SandboxOptions } from '../../src/sandbox';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
export type Loose = any;

/** Our channel on one side, the sandbox's WeCom on the other, and HTTP between them. */
export interface WeComRig {
  base: string;
  corpId: string;
  agent: WeComAgent;
  /** A second app of the same corp. */
  second: WeComAgent;
  wecom: WeComClient;
  /** Names of the client's calls that were made. */
  called: Set<string>;
  events: InboundEvent[];
  /** What the app does with an event; a rejection is an event not taken. */
  onEvent: (event: InboundEvent) => Promise<void> | void;
  api: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: Loose }>;
  /** Lets somebody do something and answers with what it caused. */
  person: (id: string, action: string, body?: unknown) => Promise<Loose>;
  staff: (userId: string, action: string, body?: unknown) => Promise<Loose>;
  room: (roomId: string, action: string, body?: unknown) => Promise<Loose>;
  newPerson: (more?: object) => Promise<{ personId: string; externalUserId: string }>;
  newFriend: (userId?: string, more?: object) => Promise<string>;
  corp: (change: object) => Promise<void>;
  advance: (ms: number) => Promise<void>;
  fault: (where: string, kind: string, more?: object) => Promise<void>;
  /** Somebody killed or moved the token on the platform's side: ours is asked for anew at the next call. */
  forgetTokens: () => Promise<void>;
  /** The sandbox goes away and comes back with its books. */
  reopen: () => Promise<void>;
  close: () => Promise<void>;
}

const aesKey = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';

export async function openWeComRig(options: Partial<SandboxOptions> = {}): Promise<WeComRig> {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-wecom-'));
  const given: SandboxOptions = {
    dataFile: join(folder, 'sandbox.db'),
    tlsDir: join(tmpdir(), `guanxi-sandbox-tls-${process.pid}`),
    callback: { timeoutMs: 400, gapMs: 20, attempts: 3 },
    settleMs: 0,
    ...options,
  };
  let sandbox = await openSandbox(given);
  const agents: WeComAgent[] = [];
  const events: InboundEvent[] = [];
  const called = new Set<string>();
  let onEvent: WeComRig['onEvent'] = () => undefined;
  const clock = new WorldClock();
  const app = new Koa();
  app.use((ctx, next) => sandbox.routes(ctx, next));
  app.use(
    weComCallbackRoutes({
      agents: (corpId, agentId) =>
        agents.find((one) => one.corpId === corpId && one.agentId === agentId),
      takeEvent: async (event) => {
        events.push(event);
        await onEvent(event);
      },
      clock,
      log: silentLog,
    }).routes(),
  );
  const server = await listen(app);
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = openHttpClient();
  const wecom = recording(
    openWeCom({
      cache: openMemoryCache(clock),
      http,
      clock,
      newId: ulids(),
      log: silentLog,
      apiOf: () => `${base}/sandbox/wecom`,
    }),
    called,
  );

  const api: WeComRig['api'] = async (method, path, body) => {
    const answered = await fetch(`${base}/sandbox/api${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answered.text();
    return { status: answered.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const must = async (method: string, path: string, body?: unknown): Promise<Loose> => {
    const answered = await api(method, path, body);
    if (answered.status > 299) throw new Error(`${path}: ${JSON.stringify(answered.body)}`);
    return answered.body;
  };

  const { corpId } = await must('POST', '/wecom/corps', { name: '山茶花' });
  for (const userId of ['sales01', 'sales02', 'sales03'])
    await must('POST', `/wecom/corps/${corpId}/staff`, { userId, name: userId });
  for (const name of ['顾问', '客服']) {
    const made = await must('POST', `/wecom/corps/${corpId}/agents`, { name });
    const agent: WeComAgent = {
      ...{ id: `account of ${corpId}`, corpId, agentId: made.agentId, secret: made.secret },
      ...{ token: `token${made.agentId}`, encodingAesKey: aesKey },
    };
    agents.push(agent);
  }
  const [agent, second] = agents as [WeComAgent, WeComAgent];
  await must('POST', `/wecom/corps/${corpId}/agents/${agent.agentId}/callback`, {
    url: `${base}/callback/wecom/${corpId}/${agent.agentId}`,
    ...{ token: agent.token, encodingAesKey: aesKey },
  });

  const rig: WeComRig = {
    ...{ base, corpId, agent, second, wecom, called, events, api },
    get onEvent() {
      return onEvent;
    },
    set onEvent(next) {
      onEvent = next;
    },
    person: (id, action, body = {}) => must('POST', `/wecom/people/${id}/${action}`, body),
    staff: (userId, action, body = {}) =>
      must('POST', `/wecom/corps/${corpId}/staff/${userId}/${action}`, body),
    room: (roomId, action, body = {}) => must('POST', `/wecom/rooms/${roomId}/${action}`, body),
    newPerson: (more = {}) => must('POST', '/wecom/people', more),
    newFriend: async (userId = 'sales01', more = {}) => {
      const { personId, externalUserId } = await rig.newPerson(more);
      await rig.person(personId, 'add-rep', { userId });
      return externalUserId;
    },
    corp: (change) => must('PATCH', `/wecom/corps/${corpId}`, change),
    advance: async (advanceMs) => {
      await must('POST', '/clock', { advanceMs });
      // Tokens live in business time; ours would renew by itself, but not twice within ten seconds.
      await rig.forgetTokens();
    },
    fault: (where, kind, more = {}) => must('POST', '/faults', { where, kind, ...more }),
    forgetTokens: async () => {
      for (const one of agents) await wecom.tokens.forget(one);
    },
    reopen: async () => {
      await sandbox.close();
      sandbox = await openSandbox(given);
    },
    close: async () => {
      http.close();
      await sandbox.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

function listen(app: Koa): Promise<Server> {
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function recording(client: WeComClient, called: Set<string>): WeComClient {
  return new Proxy(client, {
    get: (target, name: keyof WeComClient) => {
      called.add(name);
      return target[name];
    },
  });
}

/** The errcode that a call was refused with. */
export async function errcodeOf(call: Promise<unknown>): Promise<number> {
  try {
    const ended = (await call) as Loose;
    return ended?.kind === 'refused' ? ended.error.errcode : 0;
  } catch (error) {
    return (error as Loose).errcode;
  }
}
