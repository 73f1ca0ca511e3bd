import type { Cache } from '../../kernel/cache/cache';
import type { Clock } from '../../kernel/clock';
import type { HttpClient } from '../../kernel/http-client';
import type { Log } from '../../kernel/log';
import type { CallingAccount, PlatformHosts } from './account';
import { outcomeOf, WeChatError, WeChatUnclear } from './errors';
import { exchange } from './exchange';
import { isObject, numberFrom, parseJson, textFrom } from './json';
import { limits } from './limits';

export interface TokenParts {
  readonly cache: Cache;
  readonly http: Pick<HttpClient, 'request'>;
  readonly clock: Pick<Clock, 'system' | 'sleep'>;
  readonly newId: () => string;
  readonly log: Log;
  readonly hostsOf: (account: CallingAccount) => PlatformHosts;
}

export interface TokenHealth {
  readonly state: 'ok' | 'failing' | 'unknown';
  /** System milliseconds of the last exchange with the token endpoint. */
  readonly checkedAt?: number;
  readonly expiresAt?: number;
  readonly errorCode?: number;
  readonly errorName?: string;
}

export interface TokenKeeper {
  /** The token to call with; asks WeChat only when none is kept. */
  current(account: CallingAccount): Promise<string>;
  /** A token other than `failed`, which WeChat just refused. Whoever comes late gets what the first one fetched. */
  renew(account: CallingAccount, failed: string): Promise<string>;
  health(account: Pick<CallingAccount, 'id'>): Promise<TokenHealth>;
  /** Forgets token and failures, as after a change of the AppSecret or of WeChat's IP list. */
  forget(account: Pick<CallingAccount, 'id'>): Promise<void>;
}

type Kept = { token: string; checkedAt: number; expiresAt: number };
type Failed = { errcode: number; errmsg: string; endpoint: string; checkedAt: number };

const endpoint = '/cgi-bin/stable_token';
const lockMs = 10_000;
const callMs = 8_000;
const waitMs = 12_000;
const pollMs = 40;
const failureMs = 5_000;

/**
 * One token per account, shared by all processes through the cache. One process asks at a time, and in that
 * process one call; a dead token is replaced by comparing it with the kept one, so a wave of refused calls makes
 * one exchange, and waves closer than ten seconds make none.
 */
export function keepTokens(parts: TokenParts): TokenKeeper {
  const { cache, http, clock, newId, log } = parts;
  const flights = new Map<string, Promise<string>>();
  const key = (id: string, part = '') => `official-account:token:${id}${part}`;

  const kept = async (id: string): Promise<Kept | undefined> => readKept(await cache.get(key(id)));
  const failure = async (id: string): Promise<Failed | undefined> => {
    const text = await cache.get(key(id, ':failed'));
    return text === undefined ? undefined : (JSON.parse(text) as Failed);
  };

  const ask = async (account: CallingAccount, force: boolean): Promise<Kept> => {
    const body = JSON.stringify({
      grant_type: 'client_credential',
      appid: account.appId,
      secret: account.appSecret,
      ...(force && { force_refresh: true }),
    });
    const url = parts.hostsOf(account).api + endpoint;
    const answer = await exchange(http, endpoint, { method: 'POST', url, body, timeoutMs: callMs });
    const found = readAnswer(answer.body.toString('utf8'));
    if (!found) throw new WeChatUnclear(endpoint, 'unreadable', answer.status);
    if (found instanceof WeChatError) throw found;
    const now = clock.system();
    return { token: found.token, checkedAt: now, expiresAt: now + found.lifeMs };
  };

  const keep = async (id: string, fresh: Kept): Promise<string> => {
    const life = fresh.expiresAt - fresh.checkedAt;
    const usable = Math.max(life - limits.token.marginMs, life / 2);
    await cache.set(key(id), JSON.stringify(fresh), Math.max(1, Math.floor(usable)));
    await cache.delete(key(id, ':failed'));
    return fresh.token;
  };

  const remember = async (id: string, error: unknown): Promise<void> => {
    if (!(error instanceof WeChatError) || error.outcome.kind === 'retry') return;
    const { errcode, errmsg } = error;
    log.warn('no access token', { accountId: id, errcode, requestId: error.requestId });
    const failed: Failed = { errcode, errmsg, endpoint, checkedAt: clock.system() };
    await cache.set(key(id, ':failed'), JSON.stringify(failed), failureMs);
    await cache.set(key(id, ':last-failure'), JSON.stringify(failed), 86_400_000);
  };

  /** Runs with the lock held: nobody else asks for this account meanwhile. */
  const replace = async (account: CallingAccount, failed: string | undefined): Promise<string> => {
    const { id } = account;
    if (failed !== undefined) {
      const { renewEveryMs } = limits.token;
      const mayRenew = await cache.setIfAbsent(key(id, ':renewed'), '1', renewEveryMs);
      if (!mayRenew) throw notYet(renewEveryMs);
    }
    const fresh = await ask(account, false).catch(async (error: unknown) => {
      // Nothing was replaced, so the next one need not wait for its turn.
      await cache.delete(key(id, ':renewed'));
      throw error;
    });
    if (fresh.token !== failed) return keep(id, fresh);
    // WeChat still thinks well of the token its other servers refuse: it has to be thrown away by force.
    const { forcedEveryMs } = limits.token;
    const mayForce = await cache.setIfAbsent(key(id, ':forced'), '1', forcedEveryMs);
    if (!mayForce) throw notYet(forcedEveryMs);
    const forced = await ask(account, true);
    if (forced.token === failed) throw notYet(forcedEveryMs);
    return keep(id, forced);
  };

  const usable = async (id: string, failed: string | undefined): Promise<string | undefined> => {
    const found = await kept(id);
    return found && found.token !== failed ? found.token : undefined;
  };

  const obtain = async (account: CallingAccount, failed: string | undefined): Promise<string> => {
    const { id } = account;
    const owner = newId();
    const until = clock.system() + waitMs;
    for (;;) {
      const found = await usable(id, failed);
      if (found !== undefined) return found;
      const refused = await failure(id);
      if (refused) throw tokenError(refused.errcode, refused.errmsg);
      if (await cache.setIfAbsent(key(id, ':lock'), owner, lockMs)) {
        try {
          return (await usable(id, failed)) ?? (await replace(account, failed));
        } catch (error) {
          await remember(id, error);
          throw error;
        } finally {
          await cache.compareAndDelete(key(id, ':lock'), owner);
        }
      }
      if (clock.system() >= until) throw new WeChatUnclear(endpoint, 'connect');
      await clock.sleep(pollMs);
    }
  };

  const inOneFlight = (account: CallingAccount, failed?: string): Promise<string> => {
    const name = `${account.id}:${failed ?? ''}`;
    const flying = flights.get(name);
    if (flying) return flying;
    const flight = obtain(account, failed).finally(() => flights.delete(name));
    flights.set(name, flight);
    return flight;
  };

  return {
    current: async (account) => (await usable(account.id, undefined)) ?? inOneFlight(account),
    renew: (account, failed) => inOneFlight(account, failed),
    health: async ({ id }) => {
      const found = await kept(id);
      const lastText = await cache.get(key(id, ':last-failure'));
      const last = lastText === undefined ? undefined : (JSON.parse(lastText) as Failed);
      if (last && last.checkedAt > (found?.checkedAt ?? 0)) {
        const error = tokenError(last.errcode, last.errmsg);
        const errorName = 'name' in error.outcome ? error.outcome.name : 'unknown-code';
        return { state: 'failing', checkedAt: last.checkedAt, errorCode: last.errcode, errorName };
      }
      if (!found) return { state: 'unknown' };
      return { state: 'ok', checkedAt: found.checkedAt, expiresAt: found.expiresAt };
    },
    forget: async ({ id }) => {
      for (const part of ['', ':failed', ':last-failure', ':renewed'])
        await cache.delete(key(id, part));
    },
  };
}

function readKept(text: string | undefined): Kept | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
}

/** `{ access_token, expires_in }` without an errcode is the good answer. */
function readAnswer(text: string): { token: string; lifeMs: number } | WeChatError | undefined {
  try {
    const answer = parseJson(text);
    if (!isObject(answer)) return undefined;
    const errcode = numberFrom(answer['errcode']);
    if (errcode !== 0) return tokenError(errcode, textFrom(answer['errmsg']));
    const token = textFrom(answer['access_token']);
    const seconds = numberFrom(answer['expires_in']);
    return token === '' || seconds <= 0 ? undefined : { token, lifeMs: seconds * 1000 };
  } catch {
    return undefined;
  }
}

const tokenError = (errcode: number, errmsg: string) =>
  new WeChatError(endpoint, errcode, errmsg, outcomeOf(errcode, 'token'));

/** The caller's own call was refused and is safe to repeat later. */
const notYet = (afterMs: number) =>
  new WeChatError(endpoint, 40001, 'renewed a moment ago', {
    kind: 'retry',
    name: 'token-renewed-recently',
    afterMs,
    tries: 3,
  });
