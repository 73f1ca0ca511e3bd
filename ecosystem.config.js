/**
 * For PM2: `pm2 start ecosystem.config.js`. PM2 is licensed under the AGPL and is yours to install; nothing of it is
 * in our manifest. DATABASE_URL, REDIS_URL, GUANXI_MASTER_KEY and PUBLIC_URL come from the environment PM2 is started in.
 */
const webProcesses = 2;
const workerProcesses = 1;

const everyProcess = {
  script: 'dist/src/main.js',
  cwd: __dirname,
  // Young memory has room for a burst of callbacks: less of it is carried over, and collecting takes less time.
  node_args: '--max-semi-space-size=32',
  // A stop answers what is in hand first: up to 8 seconds for open requests, then the work that was begun.
  kill_timeout: 20_000,
};

module.exports = {
  apps: [
    {
      ...everyProcess,
      name: 'guanxi-web',
      exec_mode: 'cluster',
      instances: webProcesses,
      env: { NODE_ENV: 'production', ROLE: 'web', PORT: '3000' },
    },
    {
      ...everyProcess,
      name: 'guanxi-worker',
      exec_mode: 'fork',
      instances: workerProcesses,
      // A worker listens too, for its own health and metrics, on a port of its own and on this machine only.
      increment_var: 'PORT',
      env: { NODE_ENV: 'production', ROLE: 'worker', PORT: '3100', HOST: '127.0.0.1' },
    },
  ],
};
