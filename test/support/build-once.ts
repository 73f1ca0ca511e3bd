import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const artefacts = join(root, 'artefacts');
const lock = join(artefacts, 'building');

/** Makes dist/ what the sources say. Suites run side by side; the one that comes second waits and finds it made. */
export async function buildOnce(): Promise<void> {
  // Somebody who runs the sources by hand keeps the build that is there.
  if (process.env['TEST_ENTRY'] && existsSync(join(root, 'dist/src/main.js'))) return;
  mkdirSync(artefacts, { recursive: true });
  while (!takeLock()) await new Promise((resolve) => setTimeout(resolve, 250));
  try {
    const made = spawnSync(process.execPath, [join(root, 'bin/build-if-changed.js')], {
      cwd: root,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`the build failed\n${made.stdout}${made.stderr}`);
  } finally {
    rmdirSync(lock);
  }
}

function takeLock(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const isForgotten =
      Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 240_000;
    if (isForgotten) rmdirSync(lock);
    return false;
  }
}
