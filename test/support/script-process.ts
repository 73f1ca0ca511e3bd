import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import { hashFile, sourceHash } from '../../bin/source-hash';

const root = join(__dirname, '../..');

/** A build that is of this source. Without it processes run the source itself and start far more slowly. */
export function isBuildFresh(): boolean {
  const isThere = existsSync(join(root, 'dist/src/main.js')) && existsSync(hashFile);
  return isThere && readFileSync(hashFile, 'utf8') === sourceHash();
}

const ready = new Map<string, string[]>();

/** What node is told to run a script of the tests, `test/support/some-script.ts`, in a process of its own. */
export function scriptProcess(script: string): string[] {
  const known = ready.get(script) ?? (isBuildFresh() ? [besideBuild(script)] : fromSource(script));
  ready.set(script, known);
  return known;
}

const fromSource = (script: string) => ['--import', 'tsx', join(root, script)];

/** Beside the build, so that `../../src` in a script is the built one; with its neighbours, which it may import. */
function besideBuild(script: string): string {
  const folder = join(script, '..');
  mkdirSync(join(root, 'dist', folder), { recursive: true });
  for (const name of readdirSync(join(root, folder))) {
    if (!name.endsWith('.ts') || /\.(test|d)\.ts$/.test(name)) continue;
    const { code } = transformSync(readFileSync(join(root, folder, name), 'utf8'), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    const made = join(root, 'dist', folder, name.replace(/\.ts$/, '.js'));
    // Another worker may be making the same file, and a process may be reading it.
    const draft = `${made}.${String(process.pid)}`;
    writeFileSync(draft, code);
    renameSync(draft, made);
  }
  return join(root, 'dist', script.replace(/\.ts$/, '.js'));
}
