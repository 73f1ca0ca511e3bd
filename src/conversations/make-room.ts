import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How many bytes lie in a folder of ours. */
export const bytesIn = (folder: string): number =>
  filesOf(folder).reduce((sum, { size }) => sum + size, 0);

/** Removes the oldest files until a tenth is free; answers what is left. */
export function makeRoom(folder: string, mostBytes: number): number {
  const files = filesOf(folder).sort((one, other) => one.at - other.at);
  let left = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files) {
    if (left <= mostBytes * 0.9) break;
    rmSync(path, { force: true });
    left -= size;
  }
  return left;
}

function filesOf(folder: string): { path: string; size: number; at: number }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? [{ path, size: found.size, at: found.mtimeMs }] : [];
  });
}
