import type { Answer } from '../wire/answer';
import type { Fields } from '../wire/body';
import type { World } from '../world';
import type { Account } from './accounts';
import { refuse } from './refusal';

/** One call of the platform's API, checked for its token. */
export interface Call {
  account: Account;
  query: URLSearchParams;
  /** The JSON body; empty for GET. */
  body: Fields;
  raw: Buffer;
  contentType: string;
  now: number;
  /** A fault that bends the work itself (receipts), not only the answer. */
  bend: { name: string; argument: string } | undefined;
}

export interface Endpoint {
  /** The name under which faults, quotas and the books know the call. */
  where: string;
  quota?: string;
  method: 'GET' | 'POST' | 'both';
  /** Raw means: the body is not JSON. */
  raw?: true;
  run: (world: World, call: Call) => Answer;
}

export type Endpoints = Record<string, Endpoint>;

export const json = (value: unknown): Answer => ({ body: JSON.stringify(value) });
export const ok = (): Answer => json({ errcode: 0, errmsg: 'ok' });

/** Daily limits of a new verified service account; an account's settings may say otherwise. */
const dailyLimits: Record<string, number> = {
  token: 2_000,
  'stable-token': 500_000,
  'stable-token-force': 20,
  'user-get': 500,
  'user-info': 5_000_000,
  remark: 10_000,
  'custom-send': 500_000,
  'template-send': 100_000,
  qrcode: 100_000,
  'menu-create': 1_000,
  'menu-get': 10_000,
  'menu-delete': 1_000,
  'menu-add-personal': 2_000,
  'menu-delete-personal': 2_000,
  'menu-match': 20_000,
  'media-upload': 100_000,
  'media-get': 200_000,
};

/** Counts the call against the account's day; 45009 when the day is used up. */
export function spendQuota(world: World, account: Account, name: string, now: number): void {
  const limit = account.settings.quotas?.[name] ?? dailyLimits[name];
  if (limit !== undefined && world.quotas.usedToday(account.appId, name, now) >= limit)
    refuse(45009);
  world.quotas.add(account.appId, name, now);
}

export function quotaLeft(world: World, account: Account, name: string, now: number): number {
  const limit = account.settings.quotas?.[name] ?? dailyLimits[name] ?? Infinity;
  return limit - world.quotas.usedToday(account.appId, name, now);
}
