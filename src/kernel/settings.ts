import { readFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { faultPoints } from './faults';
import { isHostIpv4 } from './own-address';

/** Every setting: where it stands in config/*.json, the variable that overrides it, and what is allowed. */
const flagText = z.enum(['on', 'off']);
const port = z.coerce.number().int().min(0).max(65_535);
const positive = z.coerce.number().int().positive();
const hostUrl = z.url({ protocol: /^https?$/ });

const shape = {
  role: { env: 'ROLE', type: z.enum(['all', 'web', 'worker', 'sandbox']) },
  port: { env: 'PORT', type: port },
  host: { env: 'HOST', type: z.string().min(1).optional() },
  publicUrl: { env: 'PUBLIC_URL', type: hostUrl.optional() },
  dataDir: { env: 'DATA_DIR', type: z.string().min(1) },
  orgZone: { env: 'ORG_ZONE', type: z.string().refine(isZone, 'not an IANA time zone') },
  databaseUrl: {
    env: 'DATABASE_URL',
    type: z
      .string()
      .regex(/^(mysql|mariadb):\/\//, 'mysql://… or mariadb://…')
      .optional(),
  },
  redisUrl: {
    env: 'REDIS_URL',
    type: z
      .string()
      .regex(/^rediss?:\/\//, 'redis://… or rediss://…')
      .optional(),
  },
  sandbox: { env: 'SANDBOX', type: flagText.optional() },
  sandboxUrl: { env: 'SANDBOX_URL', type: hostUrl.optional() },
  sandboxExpose: { env: 'SANDBOX_EXPOSE', type: flagText },
  demo: { env: 'DEMO', type: flagText.optional() },
  logLevel: { env: 'LOG_LEVEL', type: z.enum(['silent', 'error', 'warn', 'info', 'debug']) },
  callbackMaxSkewSeconds: { env: 'CALLBACK_MAX_SKEW_SECONDS', type: positive },
  sendsPerSecond: { env: 'SENDS_PER_SECOND', type: positive },
  payoutsPerSecond: { env: 'PAYOUTS_PER_SECOND', type: positive },
  payoutApprovalFen: { env: 'PAYOUT_APPROVAL_FEN', type: positive.optional() },
  dailyPayoutCapFen: { env: 'DAILY_PAYOUT_CAP_FEN', type: positive },
  pausePercent: { env: 'PAUSE_PERCENT', type: z.coerce.number().int().min(1).max(100) },
  repliesReview: { env: 'REPLIES_REVIEW', type: z.enum(['optional', 'required']) },
  officialAccountApiBase: { env: 'OFFICIAL_ACCOUNT_API_BASE', type: hostUrl.refine(isSafeBase) },
  wecomApiBase: { env: 'WECOM_API_BASE', type: hostUrl.refine(isSafeBase) },
  wechatPayApiBase: { env: 'WECHAT_PAY_API_BASE', type: hostUrl.refine(isSafeBase) },
  wechatPayCaFile: { env: 'WECHAT_PAY_CA_FILE', type: z.string().min(1).optional() },
  wechatPayClientIp: {
    env: 'WECHAT_PAY_CLIENT_IP',
    type: z.string().refine(isHostIpv4, 'an IPv4 address that is not loopback').optional(),
  },
  mediaMbPerAccount: { env: 'MEDIA_MB_PER_ACCOUNT', type: positive.max(1_000_000) },
  mediaKeptMb: { env: 'MEDIA_KEPT_MB', type: positive.max(1_000_000) },
  modelApiBase: { env: 'MODEL_API_BASE', type: hostUrl.refine(isSafeBase).optional() },
  modelChat: { env: 'MODEL_CHAT', type: z.string().min(1).max(100).optional() },
  modelEmbedding: { env: 'MODEL_EMBEDDING', type: z.string().min(1).max(100).optional() },
  modelStyle: { env: 'MODEL_STYLE', type: z.enum(['choose', 'write']) },
  modelTimeoutMs: {
    env: 'MODEL_TIMEOUT_MS',
    type: z.coerce.number().int().min(500).max(4_000),
  },
  modelDailyCalls: { env: 'MODEL_DAILY_CALLS', type: positive },
  modelDailyTokens: { env: 'MODEL_DAILY_TOKENS', type: positive.max(1_000_000_000) },
  modelPersonDailyCalls: { env: 'MODEL_PERSON_DAILY_CALLS', type: positive },
  modelSpeech: { env: 'MODEL_SPEECH', type: z.string().min(1).max(100).optional() },
  modelSpeechBase: { env: 'MODEL_SPEECH_BASE', type: hostUrl.refine(isSafeBase).optional() },
  modelSpeechTimeoutMs: {
    env: 'MODEL_SPEECH_TIMEOUT_MS',
    type: z.coerce.number().int().min(1_000).max(120_000),
  },
  modelLogDays: { env: 'MODEL_LOG_DAYS', type: positive.max(3_650) },
  retentionUnfollowedDays: {
    env: 'RETENTION_UNFOLLOWED_DAYS',
    type: positive.max(3_650),
  },
  trustedProxies: { env: 'TRUSTED_PROXIES', type: z.coerce.number().int().min(0).max(5) },
} as const;

/** Only from the environment: they never stand in a file of ours. */
const secretShape = {
  masterKey: {
    env: 'GUANXI_MASTER_KEY',
    type: z.string().refine(is32Bytes, '32 bytes in base64').optional(),
  },
  apiToken: {
    env: 'GUANXI_API_TOKEN',
    type: z.string().min(24, 'at least 24 characters').optional(),
  },
  modelApiKey: {
    env: 'MODEL_API_KEY',
    type: z
      .string()
      .regex(/^[\x21-\x7e]{1,500}$/)
      .optional(),
  },
  modelSpeechKey: {
    env: 'MODEL_SPEECH_KEY',
    type: z
      .string()
      .regex(/^[\x21-\x7e]{1,500}$/)
      .optional(),
  },
  fault: {
    env: 'FAULT',
    type: z
      .string()
      .regex(new RegExp(`^(${faultPoints.join('|')})(:[1-9]\\d{0,5})?$`))
      .optional(),
  },
  oaAppId: {
    env: 'OA_APP_ID',
    type: z
      .string()
      .regex(/^wx[0-9a-zA-Z]{4,30}$/)
      .optional(),
  },
  oaAppSecret: { env: 'OA_APP_SECRET', type: z.string().min(8).optional() },
  oaToken: { env: 'OA_TOKEN', type: z.string().min(3).max(32).optional() },
  oaEncodingAesKey: { env: 'OA_ENCODING_AES_KEY', type: z.string().length(43).optional() },
  oaOriginalId: { env: 'OA_ORIGINAL_ID', type: z.string().min(3).optional() },
  weComCorpId: {
    env: 'WECOM_CORP_ID',
    type: z
      .string()
      .regex(/^(?:ww|wx)[0-9a-zA-Z]{8,32}$/)
      .optional(),
  },
  weComAgentId: {
    env: 'WECOM_AGENT_ID',
    type: z
      .string()
      .regex(/^\d{1,10}$/)
      .optional(),
  },
  weComSecret: { env: 'WECOM_SECRET', type: z.string().min(8).optional() },
  weComToken: { env: 'WECOM_TOKEN', type: z.string().min(3).max(32).optional() },
  weComEncodingAesKey: { env: 'WECOM_ENCODING_AES_KEY', type: z.string().length(43).optional() },
  payMchId: {
    env: 'WECHAT_PAY_MCH_ID',
    type: z
      .string()
      .regex(/^\d{8,12}$/)
      .optional(),
  },
  payApiV2Key: { env: 'WECHAT_PAY_API_V2_KEY', type: z.string().length(32).optional() },
  payApiV3Key: { env: 'WECHAT_PAY_API_V3_KEY', type: z.string().length(32).optional() },
  payCertFile: { env: 'WECHAT_PAY_CERT_FILE', type: z.string().optional() },
  payKeyFile: { env: 'WECHAT_PAY_KEY_FILE', type: z.string().optional() },
  payPublicKeyFile: { env: 'WECHAT_PAY_PUBLIC_KEY_FILE', type: z.string().optional() },
  payPublicKeyId: { env: 'WECHAT_PAY_PUBLIC_KEY_ID', type: z.string().optional() },
} as const;

type Read<S extends Record<string, { type: z.ZodType }>> = {
  [K in keyof S]: z.output<S[K]['type']>;
};
export type Settings = Read<typeof shape> &
  Read<typeof secretShape> & {
    readonly isProduction: boolean;
    readonly isSandboxOn: boolean;
    readonly host: string;
    readonly publicUrl: string;
    readonly sandboxUrl: string;
  };

export class BadSetting extends Error {
  constructor(
    readonly setting: string,
    allowed: string,
  ) {
    super(`setting ${setting}: ${allowed}`);
    this.name = 'BadSetting';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

export const settingNames: readonly { name: string; env: string; isSecret: boolean }[] = [
  ...Object.entries(shape).map(([name, { env }]) => ({ name, env, isSecret: false })),
  ...Object.entries(secretShape).map(([name, { env }]) => ({ name, env, isSecret: true })),
];

/**
 * Reads config/default.json, then config/<NODE_ENV>.json, then the environment.
 * An unknown or bad setting throws `BadSetting` with the setting's name and what is allowed.
 */
export function readSettings(
  env: Environment = process.env,
  configDir = findConfigDir(),
): Settings {
  const mode = env['NODE_ENV'] ?? 'development';
  const values = { ...readFile(configDir, 'default'), ...readFile(configDir, mode) };
  for (const name of Object.keys(values)) {
    if (!(name in shape)) throw new BadSetting(name, 'is not a setting; see config/README.md');
  }
  const read: Record<string, unknown> = {};
  for (const [name, { env: variable, type }] of Object.entries({ ...shape, ...secretShape })) {
    const fromEnv = env[variable];
    const value = fromEnv === undefined || fromEnv === '' ? values[name] : fromEnv;
    const parsed = type.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new BadSetting(`${variable} (${name})`, issue?.message ?? 'is not allowed');
    }
    read[name] = parsed.data;
  }
  return complete(read as Read<typeof shape> & Read<typeof secretShape>, mode === 'production');
}

function complete(
  read: Read<typeof shape> & Read<typeof secretShape>,
  isProduction: boolean,
): Settings {
  const host = read.host ?? (isProduction ? '0.0.0.0' : '127.0.0.1');
  const isSandboxOn = (read.sandbox ?? (isProduction ? 'off' : 'on')) === 'on';
  const local = `http://127.0.0.1:${read.port}`;
  const settings: Settings = {
    ...read,
    host,
    isProduction,
    isSandboxOn,
    publicUrl: (read.publicUrl ?? local).replace(/\/$/, ''),
    sandboxUrl: (read.sandboxUrl ?? local).replace(/\/$/, ''),
  };
  if (isProduction && read.role === 'sandbox') {
    throw new BadSetting('ROLE', 'must not be sandbox in production');
  }
  if (read.demo === 'on' && !isSandboxOn && read.role !== 'sandbox') {
    throw new BadSetting('DEMO', 'lives in the sandbox, and that is off');
  }
  if (isProduction && isSandboxOn) throw new BadSetting('SANDBOX', 'must be off in production');
  if (isProduction && !read.masterKey) {
    throw new BadSetting('GUANXI_MASTER_KEY', 'is required in production: 32 bytes in base64');
  }
  const servesSandbox = isSandboxOn || read.role === 'sandbox';
  if (servesSandbox && !isLoopback(host) && read.sandboxExpose !== 'on') {
    throw new BadSetting(
      'HOST',
      'must be a loopback address while the sandbox is on (or set SANDBOX_EXPOSE=on)',
    );
  }
  if ((read.role === 'web' || read.role === 'worker') && !(read.databaseUrl && read.redisUrl)) {
    throw new BadSetting(
      'ROLE',
      `${read.role} needs DATABASE_URL and REDIS_URL: several processes share them`,
    );
  }
  if (read.modelApiBase && !read.modelChat) {
    throw new BadSetting('MODEL_CHAT', 'is needed with MODEL_API_BASE: the model that answers');
  }
  if (!read.modelApiBase && (read.modelChat ?? read.modelEmbedding ?? read.modelApiKey)) {
    throw new BadSetting('MODEL_API_BASE', 'is needed with the other MODEL settings');
  }
  if (read.modelSpeech && !(read.modelSpeechBase ?? read.modelApiBase)) {
    throw new BadSetting('MODEL_SPEECH_BASE', 'is needed with MODEL_SPEECH: where voices go');
  }
  if (!read.modelSpeech && (read.modelSpeechBase ?? read.modelSpeechKey)) {
    throw new BadSetting('MODEL_SPEECH', 'is needed with the other MODEL_SPEECH settings');
  }
  return settings;
}

function findConfigDir(): string {
  const beside = [
    resolve('config'),
    join(__dirname, '../../config'),
    join(__dirname, '../../../config'),
  ];
  return beside.find((folder) => existsSync(join(folder, 'default.json'))) ?? resolve('config');
}

function readFile(folder: string, name: string): Record<string, unknown> {
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    throw new BadSetting(`config/${name}.json`, 'is not JSON');
  }
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function is32Bytes(text: string): boolean {
  return Buffer.from(text, 'base64').length === 32;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\./.test(host);
}

/** Plain http would carry secrets in the open, so it is for this machine only. */
function isSafeBase(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopback(hostname);
}
