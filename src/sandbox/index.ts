import { dirname } from 'node:path';
import type { Middleware } from 'koa';
import { keepDatabasePrivate, makePrivateFolder } from '../kernel/private-files';
import { Courier } from './callbacks/courier';
import { SandboxClock } from './clock';
import { Faults } from './faults';
import { Accounts } from './official-account/accounts';
import { Templates } from './official-account/templates';
import { Tokens } from './official-account/tokens';
import { openAuthority } from './pay/authority';
import { settleDuePackets } from './pay/due';
import { PayServer } from './pay/server';
import { Bus } from './phone/bus';
import { sandboxRoutes } from './routes';
import { Store } from './store/database';
import { Quotas } from './store/quotas';
import { Tally } from './store/tally';
import { WeComCourier } from './wecom/courier';
import { openWeComParts, type WeComParts } from './wecom/parts';
import { settleTransfers } from './wecom/transfers';
import { HeldConnections } from './wire/answer';
import type { CallbackRules, SandboxLog, World } from './world';

export type { SandboxLog } from './world';

export interface SandboxOptions {
  /** The sandbox's own SQLite file; one process at a time. */
  dataFile: string;
  /** Where the certificate authority and the TLS server's certificate live; made at first start. */
  tlsDir: string;
  /** Where the routes can be reached; stands before the addresses of posters. Default: nothing, so they are relative. */
  baseUrl?: string;
  /** The wanted TLS port of Pay; else the one used last time while it is free, else any. */
  payPort?: number;
  log?: SandboxLog;
  /** Hosts besides loopback under which the sandbox may be reached. */
  allowHosts?: readonly string[];
  callback?: Partial<CallbackRules>;
  settleMs?: number;
  receiptDelayMs?: readonly [number, number];
}

export interface Sandbox {
  /** Answers /sandbox/api, /sandbox/wechat and /sandbox/wecom. To be mounted before anything that reads bodies. */
  routes: Middleware;
  /** WeChat Pay on 127.0.0.1; calling it twice is calling it once. */
  startPay: () => Promise<{ port: number; url: string }>;
  /** The authority to trust when calling Pay. */
  caPem: string;
  close: () => Promise<void>;
}

const quiet: SandboxLog = { info: () => undefined, warn: () => undefined };

/** Opens WeChat's stand-in on its own books. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  makePrivateFolder(dirname(options.dataFile));
  keepDatabasePrivate(options.dataFile);
  const authority = await openAuthority(options.tlsDir);
  const store = new Store(options.dataFile);
  const wecom = openWeComParts(store) as WeComParts;
  // The couriers and the pay server need the finished world, so these are put in last.
  const world = {
    options: {
      baseUrl: options.baseUrl ?? '',
      allowHosts: options.allowHosts ?? [],
      callback: { timeoutMs: 5_000, gapMs: 5_000, attempts: 3, ...options.callback },
      settleMs: options.settleMs ?? 300,
      receiptDelayMs: options.receiptDelayMs ?? [0, 60],
    },
    log: options.log ?? quiet,
    ...{ store, authority },
    clock: new SandboxClock(store),
    faults: new Faults(store),
    tally: new Tally(store),
    quotas: new Quotas(store),
    bus: new Bus(),
    held: new HeldConnections(),
    accounts: new Accounts(store),
    tokens: new Tokens(store),
    templates: new Templates(store),
    wecom,
    payUrl: () => `https://127.0.0.1:${pay.port ?? 0}`,
  } as Omit<World, 'courier'> as World;
  world.courier = new Courier(world);
  wecom.courier = new WeComCourier(world);
  const pay = new PayServer(world);
  const heart = setInterval(() => {
    settleDuePackets(world).catch((error: unknown) =>
      world.log.warn('refunds wait', { error: String(error) }),
    );
    settleTransfers(world).catch((error: unknown) =>
      world.log.warn('hand-overs wait', { error: String(error) }),
    );
  }, 1_000);
  heart.unref();

  return {
    routes: sandboxRoutes(world),
    startPay: async () => {
      const port = await pay.start(options.payPort);
      return { port, url: `https://127.0.0.1:${port}` };
    },
    caPem: authority.caPem,
    close: async () => {
      clearInterval(heart);
      world.held.close();
      await pay.close();
      await world.courier.close();
      await wecom.courier.close();
      store.close();
    },
  };
}
