import { Redis } from 'ioredis';
import type { Cache } from './cache';

const compareAndDelete = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;
const increment = `local n = redis.call('incrby', KEYS[1], ARGV[1]) if n == tonumber(ARGV[1]) then redis.call('pexpire', KEYS[1], ARGV[2]) end return n`;

/** Fails at once when Redis is away: callers decide whether to go on (callbacks) or stop (money). */
export function openRedisCache(url: string, onError: (error: Error) => void): Cache {
  const redis = new Redis(url, {
    keyPrefix: 'guanxi:',
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: 2_000,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
    lazyConnect: true,
  });
  redis.on('error', onError);
  const connected = redis.connect().catch(() => undefined);
  const ready = async (): Promise<Redis> => {
    await connected;
    return redis;
  };
  return {
    kind: 'redis',
    get: async (key) => (await (await ready()).get(key)) ?? undefined,
    set: async (key, value, ttlMs) => {
      await (await ready()).set(key, value, 'PX', ttlMs);
    },
    setIfAbsent: async (key, value, ttlMs) =>
      (await (await ready()).set(key, value, 'PX', ttlMs, 'NX')) === 'OK',
    delete: async (key) => {
      await (await ready()).del(key);
    },
    compareAndDelete: async (key, value) =>
      (await (await ready()).eval(compareAndDelete, 1, key, value)) === 1,
    increment: async (key, ttlMs, by = 1) =>
      Number(await (await ready()).eval(increment, 1, key, by, ttlMs)),
    timeLeft: async (key) => Math.max(0, await (await ready()).pttl(key)),
    ping: async () => {
      await (await ready()).ping();
    },
    close: async () => {
      await connected;
      redis.disconnect();
    },
  };
}
