/**
 * Kills the product at every named point, and its servers at random, while it sends, pays and takes
 * callbacks; then compares three books: the sandbox's, our ledger's, and the console's numbers.
 *   npm run test:faults -- [--recipients 500] [--seed 1] [--engine sqlite|mariadb|both] [--only name]
 *                          [--at-once 4] [--rounds 2]
 * Ends with 1 when a promise was broken. Logs and figures of each scenario are kept in artefacts/faults.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hashFile, sourceHash } from '../../bin/source-hash';
import { seeded } from '../support/seeded';
import { allPoints } from './points';
import { Scene, type Report } from './scene';
import { scenarios } from './scenarios';

const root = join(__dirname, '../..');
const folder = join(root, 'artefacts/faults');
const { values } = parseArgs({
  options: {
    recipients: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(1 + (Date.now() % 100_000)) },
    rounds: { type: 'string', default: '2' },
    engine: { type: 'string', default: 'both' },
    only: { type: 'string', default: '' },
    'at-once': { type: 'string', default: '4' },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

function build(): void {
  if (process.env['TEST_ENTRY']) return;
  const isFresh = existsSync(hashFile) && readFileSync(hashFile, 'utf8') === sourceHash();
  if (isFresh) return;
  const done = spawnSync(process.execPath, [join(root, 'bin/build.js')], { stdio: 'inherit' });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** A point that somebody added to the source must be killed at, too. */
function pointsInSource(): string[] {
  const found = new Set<string>();
  const walk = (path: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) walk(child);
      else if (child.endsWith('.ts') && !child.endsWith('.test.ts')) {
        for (const [, name] of readFileSync(child, 'utf8').matchAll(/faultPoint\('([^']+)'\)/g)) {
          found.add(name ?? '');
        }
      }
    }
  };
  walk(join(root, 'src'));
  return [...found].sort();
}

const stops: (() => Promise<void>)[] = [];
async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop().catch(() => undefined);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`stopped by ${signal}`);
    void stopAll().finally(() => process.exit(1));
  });
}

async function runOne(one: (typeof scenarios)[number]): Promise<Report> {
  const seed = Number(values.seed);
  const began = Date.now();
  const path = join(folder, one.name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  const tell = (line: string) => {
    const at = ((Date.now() - began) / 1_000).toFixed(1).padStart(6);
    say(`${at} s  ${one.name.padEnd(18)} ${line}`);
  };
  const scene = new Scene(one.name, {
    seed,
    random: seeded(seed),
    recipients: Number(values.recipients),
    rounds: Number(values.rounds),
    say: tell,
  });
  const own: (() => Promise<void>)[] = [];
  try {
    await one.run(scene, path, (stop) => {
      own.push(stop);
      stops.push(stop);
    });
  } catch (error) {
    scene.promise(false, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  await scene.endBackground();
  for (const stop of own.reverse()) await stop().catch(() => undefined);
  const report: Report = {
    name: one.name,
    seed,
    seconds: Math.round((Date.now() - began) / 1_000),
    kills: scene.kills,
    figures: scene.figures,
    notes: scene.notes,
    violations: scene.violations,
  };
  writeFileSync(join(path, 'report.json'), JSON.stringify(report, null, 2));
  return report;
}

async function main(): Promise<void> {
  build();
  mkdirSync(folder, { recursive: true });
  const wanted = scenarios.filter(
    (one) =>
      (values.engine === 'both' || one.engine === values.engine) && one.name.includes(values.only),
  );
  say(`faults: ${wanted.length} scenarios, ${values.recipients} recipients, seed ${values.seed}`);
  const reports: Report[] = [];
  const waiting = [...wanted];
  const lane = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) reports.push(await runOne(one));
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, lane));

  reports.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const report of reports) print(report);
  const untested = pointsInSource().filter((point) => !allPoints.includes(point));
  if (untested.length > 0)
    say(`\nfault points in the source that no scenario kills at: ${untested.join(', ')}`);
  const failed = reports.filter((report) => report.violations.length > 0).length;
  const kills = reports.reduce((sum, report) => sum + report.kills, 0);
  say(
    `\nseed ${values.seed}, ${values.recipients} recipients, ${kills} kills; logs in artefacts/faults`,
  );
  say(`${reports.length - failed} passed, ${failed + (untested.length > 0 ? 1 : 0)} failed`);
  process.exit(failed > 0 || untested.length > 0 ? 1 : 0);
}

function print(report: Report): void {
  const verdict = report.violations.length === 0 ? 'kept' : 'BROKEN';
  say(
    `\n${report.name}: ${verdict}  (seed ${report.seed}, ${report.seconds} s, ${report.kills} kills)`,
  );
  for (const [name, value] of Object.entries(report.figures)) say(`  ${name.padEnd(26)} ${value}`);
  for (const text of report.violations) say(`  ! ${text}`);
}

void main();
