import type { Cache } from '../../kernel/cache/cache';
import type { Clock } from '../../kernel/clock';
import type { Log } from '../../kernel/log';
import { WeChatError, WeChatUnclear, type Outcome } from './errors';

export interface KeeperParts {
  readonly cache: Cache;
  readonly clock: Pick<Clock, 'system' | 'sleep'>;
  readonly newId: () => string;
  readonly log: Log;
}

export interface Granted {
  readonly token: string;
  readonly lifeMs: number;
}

/** One kind of perishable secret that a platform hands out: an access token, a ticket. */
export interface Perishable<Caller> {
  /** Where in the cache; `official-account:token`. */
  readonly space: string;
  /** Stands in errors; not called from here. */
  readonly endpoint: string;
  /** Whose it is, unique within the space. */
  readonly keyOf: (caller: Caller) => string;
  /** Asks the platform. Throws `WeChatError` for a no, `WeChatUnclear` when nobody knows. */
  readonly ask: (caller: Caller, force: boolean) => Promise<Granted>;
  readonly outcomeOf: (errcode: number) => Outcome;
  /** Given up this long before its end; of a short life half is still used. */
  readonly marginMs: number;
  /** After one was found dead and replaced, the next replacement waits this long. */
  readonly renewEveryMs: number;
  /** Least distance of two forced replacements; absent where the platform knows no force. */
  readonly forcedEveryMs?: number;
}

export interface TokenHealth {
  readonly state: 'ok' | 'failing' | 'unknown';
  /** System milliseconds of the last exchange with the token endpoint. */
  readonly checkedAt?: number;
  readonly expiresAt?: number;
  readonly errorCode?: number;
  readonly errorName?: string;
}

export interface TokenKeeper<Caller, Named = Caller> {
  /** The token to call with; asks the platform only when none is kept. */
  current(caller: Caller): Promise<string>;
  /** A token other than `failed`, which the platform just refused. Whoever comes late gets what the first one fetched. */
  renew(caller: Caller, failed: string): Promise<string>;
  health(caller: Named): Promise<TokenHealth>;
  /** Forgets token and failures, as after a change of the secret or of the platform's IP list. */
  forget(caller: Named): Promise<void>;
}

type Kept = { token: string; checkedAt: number; expiresAt: number };
type Failed = { errcode: number; errmsg: string; checkedAt: number };

const lockMs = 10_000;
const waitMs = 12_000;
const pollMs = 40;
const failureMs = 5_000;

/**
 * One token per caller, shared by all processes through the cache. One process asks at a time, and in that
 * process one call; a dead token is replaced by comparing it with the kept one, so a wave of refused calls makes
 * one exchange, and waves closer than `renewEveryMs` make none.
 */
export function openTokenKeeper<Caller extends Named, Named>(
  parts: KeeperParts,
  kind: Omit<Perishable<Caller>, 'keyOf'> & { readonly keyOf: (caller: Named) => string },
): TokenKeeper<Caller, Named> {
  const { cache, clock, newId, log } = parts;
  const { endpoint, keyOf } = kind;
  const flights = new Map<string, Promise<string>>();
  const key = (id: string, part = '') => `${kind.space}:${id}${part}`;

  const kept = async (id: string): Promise<Kept | undefined> => {
    const text = await cache.get(key(id));
    return text === undefined ? undefined : (JSON.parse(text) as Kept);
  };
  const failure = async (id: string, part: string): Promise<Failed | undefined> => {
    const text = await cache.get(key(id, part));
    return text === undefined ? undefined : (JSON.parse(text) as Failed);
  };
  const refusal = ({ errcode, errmsg }: Failed) =>
    new WeChatError(endpoint, errcode, errmsg, kind.outcomeOf(errcode));
  /** The caller's own call was refused and is safe to repeat later. */
  const notYet = (afterMs: number) =>
    new WeChatError(endpoint, 40001, 'renewed a moment ago', {
      kind: 'retry',
      name: 'token-renewed-recently',
      afterMs,
      tries: 3,
    });

  const ask = async (caller: Caller, force: boolean): Promise<Kept> => {
    const { token, lifeMs } = await kind.ask(caller, force);
    const now = clock.system();
    return { token, checkedAt: now, expiresAt: now + lifeMs };
  };

  const keep = async (id: string, fresh: Kept): Promise<string> => {
    const life = fresh.expiresAt - fresh.checkedAt;
    const usable = Math.max(life - kind.marginMs, life / 2);
    await cache.set(key(id), JSON.stringify(fresh), Math.max(1, Math.floor(usable)));
    await cache.delete(key(id, ':failed'));
    return fresh.token;
  };

  const remember = async (id: string, error: unknown): Promise<void> => {
    if (!(error instanceof WeChatError) || error.outcome.kind === 'retry') return;
    const { errcode, errmsg } = error;
    log.warn('no access token', { accountId: id, errcode, requestId: error.requestId });
    const failed: Failed = { errcode, errmsg, checkedAt: clock.system() };
    await cache.set(key(id, ':failed'), JSON.stringify(failed), failureMs);
    await cache.set(key(id, ':last-failure'), JSON.stringify(failed), 86_400_000);
  };

  /** Runs with the lock held: nobody else asks for this caller meanwhile. */
  const replace = async (caller: Caller, failed: string | undefined): Promise<string> => {
    const id = keyOf(caller);
    if (failed !== undefined) {
      const mayRenew = await cache.setIfAbsent(key(id, ':renewed'), '1', kind.renewEveryMs);
      if (!mayRenew) throw notYet(kind.renewEveryMs);
    }
    const fresh = await ask(caller, false).catch(async (error: unknown) => {
      // Nothing was replaced, so the next one need not wait for its turn.
      await cache.delete(key(id, ':renewed'));
      throw error;
    });
    if (fresh.token !== failed) return keep(id, fresh);
    // The token endpoint still thinks well of what its other servers refuse: by force, where there is one.
    const { forcedEveryMs } = kind;
    if (forcedEveryMs === undefined) throw notYet(kind.renewEveryMs);
    const mayForce = await cache.setIfAbsent(key(id, ':forced'), '1', forcedEveryMs);
    if (!mayForce) throw notYet(forcedEveryMs);
    const forced = await ask(caller, true);
    if (forced.token === failed) throw notYet(forcedEveryMs);
    return keep(id, forced);
  };

  const usable = async (id: string, failed: string | undefined): Promise<string | undefined> => {
    const found = await kept(id);
    return found && found.token !== failed ? found.token : undefined;
  };

  const obtain = async (caller: Caller, failed: string | undefined): Promise<string> => {
    const id = keyOf(caller);
    const owner = newId();
    const until = clock.system() + waitMs;
    for (;;) {
      const found = await usable(id, failed);
      if (found !== undefined) return found;
      const refused = await failure(id, ':failed');
      if (refused) throw refusal(refused);
      if (await cache.setIfAbsent(key(id, ':lock'), owner, lockMs)) {
        try {
          return (await usable(id, failed)) ?? (await replace(caller, failed));
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

  const inOneFlight = (caller: Caller, failed?: string): Promise<string> => {
    const name = `${keyOf(caller)}:${failed ?? ''}`;
    const flying = flights.get(name);
    if (flying) return flying;
    const flight = obtain(caller, failed).finally(() => flights.delete(name));
    flights.set(name, flight);
    return flight;
  };

  return {
    current: async (caller) => (await usable(keyOf(caller), undefined)) ?? inOneFlight(caller),
    renew: (caller, failed) => inOneFlight(caller, failed),
    health: async (caller) => {
      const found = await kept(keyOf(caller));
      const last = await failure(keyOf(caller), ':last-failure');
      if (last && last.checkedAt > (found?.checkedAt ?? 0)) {
        const { outcome } = refusal(last);
        const errorName = 'name' in outcome ? outcome.name : 'unknown-code';
        return { state: 'failing', checkedAt: last.checkedAt, errorCode: last.errcode, errorName };
      }
      if (!found) return { state: 'unknown' };
      return { state: 'ok', checkedAt: found.checkedAt, expiresAt: found.expiresAt };
    },
    forget: async (caller) => {
      for (const part of ['', ':failed', ':last-failure', ':renewed'])
        await cache.delete(key(keyOf(caller), part));
    },
  };
}
