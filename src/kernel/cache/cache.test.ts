import { randomUUID } from 'node:crypto';
import { StillClock } from '../clock';
import type { Cache } from './cache';
import { openMemoryCache } from './memory';
import { openRedisCache } from './redis';

const redis = process.env['TEST_REDIS_URL'];
const caches: [string, () => Cache][] = [
  ['memory', () => openMemoryCache(new StillClock(0))],
  ...(redis
    ? ([['Redis', () => openRedisCache(redis, () => undefined)]] as [string, () => Cache][])
    : []),
];

describe.each(caches)('the cache in %s', (_, open) => {
  const key = randomUUID();
  let cache: Cache;
  beforeAll(() => {
    cache = open();
  });
  afterAll(() => cache.close());

  test('tells how long a window still lasts, and nothing of what is not there', async () => {
    const before = await cache.timeLeft(key);
    await cache.increment(key, 60_000);
    const counted = await cache.increment(key, 120_000);
    const left = await cache.timeLeft(key);

    expect([before, counted]).toEqual([0, 2]);
    // The second count does not start the window anew.
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
  });
});
