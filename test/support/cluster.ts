import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { eventually, jsonClient, patiently, pause, type JsonClient } from './json-client';
import { ServerProcess, type Environment } from './processes';
import { freePort } from './servers';
import { probeFile, probeServer, type SqlProbe } from './sql-probe';

export type SandboxAccount = {
  appId: string;
  appSecret: string;
  originalId: string;
  token: string;
  encodingAesKey: string;
};
type SandboxMerchant = {
  mchId: string;
  apiV2Key: string;
  apiV3Key: string;
  certPem: string;
  keyPem: string;
  caPem: string;
  payBaseUrl: string;
};

export type ClusterOptions = {
  /** For databases, keys and logs. */
  folder: string;
  roles: readonly ('all' | 'web' | 'worker')[];
  followers: number;
  seed: number;
  /** Needed for web and worker: where the test reads, and what the processes are told (by role). */
  mariadb?: { url: string; urlFor?: (role: string) => string };
  redisUrl?: string;
  env?: Environment;
};

/** One WeChat of the sandbox in a process of its own, and the product beside it as it runs in life. */
export type Cluster = {
  sandbox: ServerProcess;
  members: ServerProcess[];
  account: SandboxAccount;
  /** Our own id of the account. */
  accountId: string;
  mchId: string;
  templateId: string;
  driver: JsonClient;
  /** The API of the first web process that answers. */
  api: JsonClient;
  apiOf(member: ServerProcess): JsonClient;
  sql: SqlProbe;
  /** Opens a stream of server-sent events and keeps it open until the signal. */
  listen(path: string, signal: AbortSignal): Promise<void>;
  advance(ms: number): Promise<void>;
  syncFollowers(): Promise<void>;
  everybody(): Promise<string>;
  stop(): Promise<void>;
};

export const template = {
  title: '会员积分到期提醒',
  content: '会员：{{thing1.DATA}}\n积分：{{number2.DATA}}\n到期：{{date3.DATA}}',
  data: {
    thing1: "{{ person.name | default: '会员' }}",
    number2: '120',
    date3: '{{ today }}',
  },
};

const apiToken = 'fault-run-token-0123456789abcdef';

export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  mkdirSync(options.folder, { recursive: true });
  const sandbox = await startSandbox(options.folder);
  const driver = jsonClient(() => `${sandbox.url}/sandbox/api`);
  const account = await driver<SandboxAccount>('POST', '/accounts', {
    kind: 'official-account',
    name: '山茶花',
  });
  const { appId } = account;
  await driver('PATCH', `/accounts/${appId}`, {
    quotas: { 'template-send': 10_000_000, 'user-get': 100_000, 'stable-token': 1_000_000 },
  });
  const { templateId } = await driver<{ templateId: string }>('POST', '/templates', {
    appId,
    title: template.title,
    content: template.content,
  });
  const merchant = await driver<SandboxMerchant>('POST', '/merchants', {
    name: '山茶花',
    appIds: [appId],
    balanceFen: 10_000_000_000,
    limits: {
      ratePerSecond: 0,
      userPacketsPerDay: 10_000,
      userFenPerDay: 1_000_000_000,
      dayFen: 1_000_000_000,
    },
  });
  await driver('POST', '/crowd', { appId, followers: options.followers, seed: options.seed });

  const env = environment(options, sandbox, account, merchant);
  const members: ServerProcess[] = [];
  for (const [place, role] of options.roles.entries()) {
    const port = await freePort();
    const name = options.roles.length === 1 ? role : `${role}${place + 1}`;
    const dataDir = join(options.folder, options.roles.length === 1 ? 'data' : name);
    const own = {
      ROLE: role,
      DATA_DIR: dataDir,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      ...(options.mariadb
        ? { DATABASE_URL: options.mariadb.urlFor?.(role) ?? options.mariadb.url }
        : {}),
    };
    members.push(
      new ServerProcess(name, port, { ...env, ...own }, join(options.folder, `${name}.log`)),
    );
  }
  const webs = members.filter((_, place) => options.roles[place] !== 'worker');
  const [first] = webs;
  if (!first) throw new Error('nobody serves the API');
  await first.start();
  for (const member of members) if (member !== first) member.launch();
  for (const member of members) await member.ready();

  const authorization = { authorization: `Bearer ${apiToken}` };
  const apiOf = (member: ServerProcess) => jsonClient(() => member.url, authorization);
  const api: JsonClient = (...call) => {
    const web = webs.find((member) => member.isRunning) ?? first;
    return apiOf(web)(...call);
  };
  const sql = options.mariadb
    ? probeServer(options.mariadb.url)
    : probeFile(join(options.folder, 'data', 'guanxi.db'));
  await driver('POST', `/accounts/${appId}/callback`, {
    url: `${first.url}/callback/official-account/${appId}`,
    token: account.token,
    encodingAesKey: account.encodingAesKey,
    mode: 'secure',
  });
  const [row] = await sql.all<{ id: string }>(`SELECT id FROM account WHERE platformId = ?`, [
    appId,
  ]);
  const accountId = row?.id ?? '';

  return {
    sandbox,
    members,
    account,
    accountId,
    mchId: merchant.mchId,
    templateId,
    driver,
    api,
    apiOf,
    sql,
    listen: async (path, signal) => {
      const web = webs.find((member) => member.isRunning) ?? first;
      await fetch(`${web.url}${path}`, { headers: authorization, signal });
    },
    advance: (ms) => advance(driver, members, ms),
    syncFollowers: async () => {
      await patiently(() => api('POST', `/api/v1/accounts/${accountId}/sync`));
      await eventually(
        'all followers read',
        async () => {
          const [found] = await sql.all<{ n: number }>(`SELECT COUNT(*) AS n FROM identity`);
          return Number(found?.n) >= options.followers;
        },
        120_000,
      );
    },
    everybody: async () => {
      const made = await patiently(() =>
        api<{ id: string }>('POST', '/api/v1/segments', {
          name: `everybody ${randomBytes(3).toString('hex')}`,
          rule: { all: [] },
        }),
      );
      return made.id;
    },
    stop: async () => {
      await Promise.all(members.map((member) => member.kill()));
      await sandbox.kill();
    },
  };
}

async function startSandbox(folder: string): Promise<ServerProcess> {
  const env = {
    NODE_ENV: 'development',
    ROLE: 'sandbox',
    DATA_DIR: join(folder, 'sandbox'),
    LOG_LEVEL: 'warn',
  };
  const sandbox = new ServerProcess('sandbox', await freePort(), env, join(folder, 'sandbox.log'));
  await sandbox.start();
  return sandbox;
}

function environment(
  options: ClusterOptions,
  sandbox: ServerProcess,
  account: SandboxAccount,
  merchant: SandboxMerchant,
): Environment {
  const file = (name: string, text: string) => {
    const path = join(options.folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    NODE_ENV: 'development',
    DEMO: 'off',
    SANDBOX: 'on',
    SANDBOX_URL: sandbox.url,
    LOG_LEVEL: 'warn',
    GUANXI_API_TOKEN: apiToken,
    GUANXI_MASTER_KEY: Buffer.alloc(32, 9).toString('base64'),
    OFFICIAL_ACCOUNT_API_BASE: `${sandbox.url}/sandbox/wechat`,
    OA_APP_ID: account.appId,
    OA_APP_SECRET: account.appSecret,
    OA_TOKEN: account.token,
    OA_ENCODING_AES_KEY: account.encodingAesKey,
    OA_ORIGINAL_ID: account.originalId,
    WECHAT_PAY_API_BASE: merchant.payBaseUrl,
    WECHAT_PAY_CA_FILE: file('ca.pem', merchant.caPem),
    WECHAT_PAY_MCH_ID: merchant.mchId,
    WECHAT_PAY_API_V2_KEY: merchant.apiV2Key,
    WECHAT_PAY_API_V3_KEY: merchant.apiV3Key,
    WECHAT_PAY_CERT_FILE: file('merchant.pem', merchant.certPem),
    WECHAT_PAY_KEY_FILE: file('merchant.key', merchant.keyPem),
    ...(options.redisUrl ? { REDIS_URL: options.redisUrl } : {}),
    ...options.env,
  };
}

/** Tries again: the row that keeps the time may meet a database that is being taken away. */
async function tellTheTime(member: ServerProcess): Promise<void> {
  for (let tries = 0; tries < 10 && member.isRunning; tries += 1) {
    const isTold = await fetch(`${member.url}/sandbox-clock`, { method: 'POST' }).then(
      (answer) => answer.ok || answer.status === 404,
      () => false,
    );
    if (isTold) return;
    await pause(300);
  }
}

/** Moves business time; the sandbox tells one web process, the others follow the database within a second. */
async function advance(
  driver: JsonClient,
  members: readonly ServerProcess[],
  ms: number,
): Promise<void> {
  await driver('POST', '/clock', { advanceMs: Math.ceil(ms) });
  const running = members.filter((member) => member.isRunning);
  await Promise.all(running.map((member) => tellTheTime(member)));
  if (running.length > 1) await pause(1_200);
}

/** A database of its own on a running server. */
export async function makeDatabase(serverUrl: string): Promise<string> {
  const name = `f_${randomBytes(6).toString('hex')}`;
  // Its timer runs while the worlds beside this one are made, which may hold everything up.
  const connection = await createConnection({ uri: serverUrl, connectTimeout: 60_000 });
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await connection.end();
  return `${serverUrl}/${name}`;
}
