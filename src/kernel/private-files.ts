import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A folder that only our user may enter; one that is there stays as somebody made it. Made step by step: the
 * runtime's own recursion never ends where the system answers ENOENT to a folder that it refuses, as in /proc.
 */
export function makePrivateFolder(folder: string): void {
  if (existsSync(folder)) return;
  makePrivateFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/**
 * Before a database is opened: its file belongs to our user's eyes only, also one that an earlier version made.
 * What the engine puts beside it takes the rights of the file.
 */
export function keepDatabasePrivate(file: string): void {
  if (file === ':memory:') return;
  closeSync(openSync(file, 'a', 0o600));
  for (const one of [file, `${file}-wal`, `${file}-shm`]) {
    if (existsSync(one) && (statSync(one).mode & 0o077) !== 0) chmodSync(one, 0o600);
  }
}
