import type { Clock } from '../clock';
import type { Cache } from './cache';

type Kept = { value: string; until: number };

/** One process only; settings refuse it with more than one. */
export function openMemoryCache(clock: Clock): Cache {
  const kept = new Map<string, Kept>();
  const live = (key: string): Kept | undefined => {
    const found = kept.get(key);
    if (found && found.until <= clock.system()) {
      kept.delete(key);
      return undefined;
    }
    return found;
  };
  const dropExpired = () => {
    if (kept.size < 10_000) return;
    for (const key of kept.keys()) live(key);
  };
  return {
    kind: 'memory',
    get: (key) => Promise.resolve(live(key)?.value),
    set: (key, value, ttlMs) => {
      dropExpired();
      kept.set(key, { value, until: clock.system() + ttlMs });
      return Promise.resolve();
    },
    setIfAbsent: (key, value, ttlMs) => {
      if (live(key)) return Promise.resolve(false);
      kept.set(key, { value, until: clock.system() + ttlMs });
      return Promise.resolve(true);
    },
    delete: (key) => {
      kept.delete(key);
      return Promise.resolve();
    },
    compareAndDelete: (key, value) => {
      if (live(key)?.value !== value) return Promise.resolve(false);
      kept.delete(key);
      return Promise.resolve(true);
    },
    increment: (key, ttlMs, by = 1) => {
      const found = live(key);
      const count = Number(found?.value ?? 0) + by;
      kept.set(key, { value: String(count), until: found?.until ?? clock.system() + ttlMs });
      return Promise.resolve(count);
    },
    timeLeft: (key) => Promise.resolve((live(key)?.until ?? clock.system()) - clock.system()),
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
