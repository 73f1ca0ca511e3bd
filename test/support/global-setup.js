const { startMariaDb, startRedis, findChromium } = require('./servers');

/** Once for the whole run: the addresses reach the tests by the environment. */
module.exports = async () => {
  const [mariaDb, redis] = await Promise.all([startMariaDb(), startRedis()]);
  const chromium = findChromium();
  if (mariaDb) process.env.TEST_MARIADB_URL = mariaDb.url;
  if (redis) process.env.TEST_REDIS_URL = redis.url;
  if (chromium) process.env.TEST_CHROMIUM = chromium;
  const missing = [!mariaDb && 'MariaDB', !redis && 'Redis', !chromium && 'Chromium'].filter(
    Boolean,
  );
  if (missing.length > 0 && process.env.CI === 'true') {
    throw new Error(`missing here, and CI=true: ${missing.join(', ')}`);
  }
  if (missing.length > 0) console.warn(`skipping the suites that need ${missing.join(', ')}`);
  globalThis.__stopServers = async () => {
    await mariaDb?.stop();
    await redis?.stop();
  };
};
