/**
 * Durable, de-duplicated, keyword-routed, encrypted replies against the bare npm library that stores nothing.
 *   npm run build && npx tsx test/bench/callbacks.ts [rounds] [calls a round]
 * Alternating rounds on the same machine; medians; every answer is decrypted and compared.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account, fire, makeCalls, textOf } from './support/wechat-calls';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a plain script shared with the jest setup
const { freePort, startMariaDb } = require('../support/servers') as {
  freePort(): Promise<number>;
  startMariaDb(options: object): Promise<{ url: string; stop(): Promise<void> } | undefined>;
};

const rounds = Number(process.argv[2] ?? 5);
const perRound = Number(process.argv[3] ?? 12_000);
const connections = 64;
const answer = '今天 10:00–22:00 营业';
const apiToken = 'bench-api-token-0000000000000000';

type Target = {
  name: string;
  port: number;
  path: string;
  child: ChildProcess;
};

function waitForLine(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (part: Buffer) => {
      seen += part.toString();
      const found = pattern.exec(seen);
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`a server ended with ${String(code)}: ${seen}`)));
  });
}

async function startReference(): Promise<Target> {
  const script = join(__dirname, 'support/co-wechat-server.js');
  const child = spawn(
    process.execPath,
    [script, account.token, account.appId, account.encodingAesKey, answer],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const found = await waitForLine(child, /listening (\d+)/);
  return { name: 'co-wechat (stores nothing)', port: Number(found[1]), path: '/', child };
}

async function startGuanxi(
  name: string,
  databaseUrl: string | undefined,
  folder: string,
): Promise<Target> {
  const port = await freePort();
  // As `npm start` starts it.
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=32', join(__dirname, '../../dist/src/main.js')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'development',
        PORT: String(port),
        DATA_DIR: folder,
        SANDBOX: 'off',
        DEMO: 'off',
        LOG_LEVEL: 'warn',
        GUANXI_API_TOKEN: apiToken,
        OA_APP_ID: account.appId,
        OA_APP_SECRET: account.secret,
        OA_TOKEN: account.token,
        OA_ENCODING_AES_KEY: account.encodingAesKey,
        OA_ORIGINAL_ID: account.originalId,
        ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
      },
    },
  );
  await waitForLine(child, /API\s+http/);
  const made = await fetch(`http://127.0.0.1:${port}/api/v1/reply-rules`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      match: 'exact',
      keywords: ['几点开门'],
      priority: 0,
      appId: null,
      answer: { type: 'text', text: answer },
      publish: true,
    }),
  });
  if (made.status !== 201) throw new Error(`rule refused: ${made.status} ${await made.text()}`);
  return { name, port, path: `/callback/official-account/${account.appId}`, child };
}

/** User and system time of a process so far, by Linux's count of 10 ms ticks; its database server is not in it. */
function cpuMicroseconds(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid ?? 0}/stat`, 'utf8')
    .split(') ')[1]
    ?.split(' ');
  return (Number(fields?.[11]) + Number(fields?.[12])) * 10_000;
}

const median = (values: number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-bench-'));
  const maria = await startMariaDb({ own: true, durable: true });
  if (maria) {
    const { createConnection } = await import('mysql2/promise');
    const admin = await createConnection(maria.url);
    await admin.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
    await admin.end();
  }
  const reference = await startReference();
  const engines = [
    { name: 'Guanxi on SQLite', url: undefined, folder: 'sqlite' },
    ...(maria ? [{ name: 'Guanxi on MariaDB', url: `${maria.url}/bench`, folder: 'maria' }] : []),
  ];
  try {
    for (const engine of engines) {
      // One at a time beside the reference: an idle server keeps looking for work, and would cost both.
      const ours = await startGuanxi(engine.name, engine.url, join(folder, engine.folder));
      try {
        report(await compare(reference, ours));
      } finally {
        ours.child.kill('SIGKILL');
      }
    }
  } finally {
    reference.child.kill('SIGKILL');
    await maria?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Round = { rate: number; p99: number; cpu: number };

/** Alternating rounds of two servers, the first one to warm up. */
async function compare(...targets: readonly Target[]): Promise<Map<Target, Round[]>> {
  const found = new Map<Target, Round[]>(targets.map((target) => [target, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const target of targets) {
      const measured = await measure(target, round === 0 ? 2_000 : perRound);
      if (round > 0) found.get(target)?.push(measured);
    }
  }
  return found;
}

async function measure(target: Target, count: number): Promise<Round> {
  const calls = makeCalls(target.path, count, 2_000, '几点开门');
  const cpuBefore = cpuMicroseconds(target.child);
  const { seconds, answers } = await fire(target.port, calls, connections);
  const wrong = answers.filter((one) => one.status !== 200 || textOf(one.body) !== answer);
  if (wrong.length > 0 || answers.length !== count) {
    throw new Error(
      `${target.name}: ${wrong.length} wrong answers, first ${JSON.stringify(wrong[0])}`,
    );
  }
  const sorted = answers.map((one) => one.ms).sort((a, b) => a - b);
  return {
    rate: count / seconds,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    cpu: (cpuMicroseconds(target.child) - cpuBefore) / count,
  };
}

function report(found: ReadonlyMap<Target, readonly Round[]>): void {
  let reference: number | undefined;
  for (const [{ name }, all] of found) {
    const middle = (of: keyof Round) => median(all.map((round) => round[of]));
    const rate = middle('rate');
    reference ??= rate;
    process.stdout.write(
      `${name.padEnd(28)} ${rate.toFixed(0).padStart(6)} callbacks/s  ${(rate / reference).toFixed(2)} ×  p99 ${middle('p99').toFixed(0)} ms  ${middle('cpu').toFixed(0)} µs CPU a call\n`,
    );
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
