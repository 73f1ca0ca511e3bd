/**
 * Throw-away MariaDB and Redis for the tests: given by DATABASE_URL_TEST / REDIS_URL_TEST, else started
 * from PATH on free ports, else installed from Debian when that is possible, else absent (which fails in CI).
 */
const { spawn, spawnSync, execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync, existsSync, chownSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const net = require('node:net');

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const onPath = (name) =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

let installed = false;
/** Root on Debian or Ubuntu may install what is missing; anybody else is told. */
function install(packages) {
  const isDebian = existsSync('/etc/debian_version') && onPath('apt-get');
  if (installed || !isDebian || process.getuid?.() !== 0) return;
  installed = true;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { stdio: 'ignore', env, timeout: 480_000 };
  spawnSync('apt-get', ['update', '-qq'], options);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
}

function findProgram(names, packages) {
  const find = () => names.map(onPath).find(Boolean);
  const found = find();
  if (found) return found;
  install(packages);
  return find();
}

async function waitFor(port, child, ms = 30_000) {
  const until = Date.now() + ms;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`a test server ended with ${child.exitCode}`);
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.once('connect', () => (socket.destroy(), resolve(true)));
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('a test server did not open its port');
}

/** Throw-away servers have nothing to save: no clean shutdown. */
function stopper(child, folder) {
  return async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    rmSync(folder, { recursive: true, force: true });
  };
}

/** @returns {Promise<{url: string, port?: number, pid?: number, stop(): Promise<void>} | undefined>} */
async function startMariaDb(options = {}) {
  if (process.env.DATABASE_URL_TEST && !options.own) {
    return { url: process.env.DATABASE_URL_TEST.replace(/\/[^/]*$/, ''), stop: async () => {} };
  }
  const server = findProgram(['mariadbd', 'mysqld'], ['mariadb-server']);
  if (!server) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-mariadb-'));
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? ['--user=mysql'] : [];
  if (isRoot) {
    const uid = Number(execFileSync('id', ['-u', 'mysql']));
    chownSync(folder, uid, uid);
  }
  const data = join(folder, 'data');
  const installer = findProgram(['mariadb-install-db', 'mysql_install_db'], []);
  execFileSync(
    installer,
    [
      '--no-defaults',
      ...user,
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { stdio: 'ignore' },
  );
  const port = options.port ?? (await freePort());
  const args = [
    '--no-defaults',
    ...user,
    `--datadir=${data}`,
    `--socket=${join(folder, 's.sock')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-log-bin',
    `--innodb-flush-log-at-trx-commit=${options.durable ? 1 : 0}`,
    '--innodb-buffer-pool-size=256M',
    '--max-connections=300',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
  ];
  const launch = () => spawn(server, args, { stdio: 'ignore' });
  let child = launch();
  await waitFor(port, child);
  return {
    url: `mysql://root@127.0.0.1:${port}`,
    port,
    kill: async () => {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    },
    restart: async () => {
      child = launch();
      await waitFor(port, child);
    },
    stop: () => stopper(child, folder)(),
  };
}

async function startRedis(options = {}) {
  if (process.env.REDIS_URL_TEST && !options.own) {
    return { url: process.env.REDIS_URL_TEST, stop: async () => {} };
  }
  const server = findProgram(['redis-server'], ['redis-server']);
  if (!server) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-redis-'));
  const port = options.port ?? (await freePort());
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const launch = () => spawn(server, args, { stdio: 'ignore' });
  let child = launch();
  await waitFor(port, child);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: async () => {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    },
    restart: async () => {
      child = launch();
      await waitFor(port, child);
    },
    stop: () => stopper(child, folder)(),
  };
}

/** CHROMIUM_PATH, PATH, or the Debian package. */
function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  return findProgram(
    ['chromium', 'chromium-browser', 'google-chrome'],
    ['chromium', 'fonts-noto-cjk'],
  );
}

module.exports = { startMariaDb, startRedis, findChromium, freePort };
