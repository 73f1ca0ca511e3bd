/**
 * From `node dist/src/main.js` on an empty folder to a migrated, seeded and ready demo; then the second start
 * of the same folder, and the memory of an idle server.
 *   npm run build && npx tsx test/bench/cold-start.ts [rounds]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a plain script shared with the jest setup
const { freePort } = require('../support/servers') as { freePort(): Promise<number> };

const rounds = Number(process.argv[2] ?? 3);
const idleMs = 20_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Started = { child: ChildProcess; seconds: number };

/** Ready is `/readyz` with 200 and, on the demo, a console that knows its people. */
async function start(folder: string): Promise<Started> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [join(__dirname, '../../dist/src/main.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      PORT: String(port),
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
    },
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return { child, seconds: (performance.now() - began) / 1_000 };
    await pause(25);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** Resident memory in MB, by Linux. */
function residentMegabytes(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}

async function main(): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'guanxi-cold-'));
    try {
      const first = await start(folder);
      await stop(first.child);
      const second = await start(folder);
      await pause(round === rounds ? idleMs : 0);
      const megabytes = residentMegabytes(second.child);
      await stop(second.child);
      const idle = round === rounds ? `, idle ${megabytes.toFixed(0)} MB` : '';
      process.stdout.write(
        `first start ${first.seconds.toFixed(2)} s, second ${second.seconds.toFixed(2)} s${idle}\n`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
