import { join } from 'node:path';
import { makeDatabase, openCluster, type Cluster } from '../../support/cluster';
import { openCommitCutter, type CommitCutter } from '../../support/commit-cutter';
import { pause } from '../../support/json-client';
import { startMariaDb, startRedis, type TestServer } from '../../support/servers';
import type { Scene } from '../scene';
import { callbacks } from './callbacks';
import { messages } from './messages';
import { money } from './money';
import { syncAndWindow } from './sync-and-window';
import { tokens } from './tokens';

type AtEnd = (stop: () => Promise<void>) => void;
export type Scenario = {
  name: string;
  engine: 'sqlite' | 'mariadb';
  run(scene: Scene, folder: string, atEnd: AtEnd): Promise<void>;
};

/** Slow enough that a kill always meets work that is under way. */
const pace = {
  SENDS_PER_SECOND: '120',
  PAYOUTS_PER_SECOND: '60',
  PAUSE_PERCENT: '100',
  DAILY_PAYOUT_CAP_FEN: '100000000000',
};

async function alone(scene: Scene, folder: string, atEnd: AtEnd): Promise<Cluster> {
  const { recipients: followers, seed } = scene;
  const cluster = await openCluster({ folder, roles: ['all'], followers, seed, env: pace });
  atEnd(() => cluster.stop());
  return cluster;
}

type Several = { cluster: Cluster; mariadb: Killable; redis: Killable; cutter: CommitCutter };
type Killable = Required<Pick<TestServer, 'url' | 'kill' | 'restart' | 'stop' | 'port'>>;

type Roles = readonly ('web' | 'worker')[];
const twoAndTwo: Roles = ['web', 'web', 'worker', 'worker'];
const fourSenders: Roles = ['web', 'worker', 'worker', 'worker', 'worker'];

/** Web and worker processes on a MariaDB and a Redis of their own. */
async function several(
  scene: Scene,
  folder: string,
  atEnd: AtEnd,
  roles = twoAndTwo,
): Promise<Several> {
  const mariadb = killable(await startMariaDb({ own: true, durable: true }), 'MariaDB');
  atEnd(() => mariadb.stop());
  const redis = killable(await startRedis({ own: true }), 'Redis');
  atEnd(() => redis.stop());
  const url = await makeDatabase(mariadb.url);
  const cutter = await openCommitCutter(() => mariadb.port, scene.random);
  atEnd(() => cutter.close());
  const through = url.replace(`:${mariadb.port}/`, `:${cutter.port}/`);
  const cluster = await openCluster({
    folder: join(folder, 'several'),
    roles,
    followers: scene.recipients,
    seed: scene.seed,
    mariadb: { url, urlFor: () => through },
    redisUrl: redis.url,
    env: pace,
  });
  atEnd(() => cluster.stop());
  return { cluster, mariadb, redis, cutter };
}

function killable(server: TestServer | undefined, name: string): Killable {
  if (!server?.kill || !server.restart || server.port === undefined) {
    throw new Error(`${name} is needed here and cannot be started`);
  }
  const { url, kill, restart, port, stop } = server;
  return { url, kill, restart, port, stop };
}

const more = (scene: Scene, name: string) => {
  scene.figures[name] = Number(scene.figures[name] ?? 0) + 1;
};

async function loseDatabase(scene: Scene, { mariadb }: Several, awayMs: number): Promise<void> {
  await mariadb.kill();
  more(scene, 'MariaDB kills');
  scene.say('MariaDB killed');
  await pause(awayMs);
  await mariadb.restart();
}

async function loseRedis(scene: Scene, { redis }: Several, awayMs: number): Promise<void> {
  await redis.kill();
  more(scene, 'Redis losses');
  scene.say('Redis killed');
  await pause(awayMs);
  await redis.restart();
}

/** The longest first, so that none of them is left to the end. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'mariadb-money',
    engine: 'mariadb',
    run: async (scene, folder, atEnd) => {
      const world = await several(scene, folder, atEnd);
      await money(scene, world.cluster, {
        randomKills: 3,
        beside: () => world.cutter.rate(20),
        before: async () => {
          await loseDatabase(scene, world, 1_000);
          await pause(2_000);
          await loseDatabase(scene, world, 4_000);
          await loseRedis(scene, world, 3_000);
        },
      });
      countCuts(scene, world);
    },
  },
  {
    name: 'mariadb-messages',
    engine: 'mariadb',
    run: async (scene, folder, atEnd) => {
      const world = await several(scene, folder, atEnd);
      await messages(scene, world.cluster, {
        randomKills: 4,
        beside: () => {
          world.cutter.rate(10);
          scene.beside(4_000, async () => {
            await flush(world.redis.port);
            more(scene, 'Redis losses');
          });
        },
      });
      countCuts(scene, world);
    },
  },
  {
    name: 'mariadb-tokens',
    engine: 'mariadb',
    run: async (scene, folder, atEnd) =>
      tokens(scene, (await several(scene, folder, atEnd, fourSenders)).cluster),
  },
  {
    name: 'mariadb-callbacks',
    engine: 'mariadb',
    run: async (scene, folder, atEnd) => {
      const world = await several(scene, folder, atEnd);
      world.cutter.rate(10);
      await callbacks(scene, world.cluster, {
        perSecond: 25,
        randomKills: 3,
        gracefulStops: 2,
        beside: async () => {
          await loseDatabase(scene, world, 2_000);
          await pause(2_000);
          await loseRedis(scene, world, 2_000);
          await pause(1_000);
        },
      });
      countCuts(scene, world);
    },
  },
  {
    name: 'sqlite-money',
    engine: 'sqlite',
    run: async (scene, folder, atEnd) =>
      money(scene, await alone(scene, folder, atEnd), { randomKills: 4 }),
  },
  {
    name: 'sqlite-messages',
    engine: 'sqlite',
    run: async (scene, folder, atEnd) =>
      messages(scene, await alone(scene, folder, atEnd), { randomKills: 4 }),
  },
  {
    name: 'sqlite-callbacks',
    engine: 'sqlite',
    run: async (scene, folder, atEnd) =>
      callbacks(scene, await alone(scene, folder, atEnd), {
        perSecond: 25,
        randomKills: 3,
        gracefulStops: 2,
      }),
  },
  {
    name: 'sqlite-sync-window',
    engine: 'sqlite',
    run: async (scene, folder, atEnd) => syncAndWindow(scene, await alone(scene, folder, atEnd)),
  },
];

function countCuts(scene: Scene, { cluster, cutter }: Several): void {
  scene.figures['failed starts'] = cluster.members.reduce((sum, one) => sum + one.failedStarts, 0);
  scene.figures['commits'] = cutter.commits;
  scene.figures['commits cut'] = cutter.cuts;
  scene.promise(cutter.cuts > 0, 'no COMMIT lost its answer, so that was not tried');
}

/** FLUSHALL by hand: four words on a socket. */
async function flush(port: number): Promise<void> {
  const { connect } = await import('node:net');
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('FLUSHALL\r\n'));
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
