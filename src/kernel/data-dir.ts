import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from './private-files';
import { BadSetting } from './settings';

/**
 * The embedded engine has one writer, so a data directory has one server. Returns how to let go of it;
 * a file left by a killed process is taken over.
 */
export function holdDataDir(dataDir: string): () => void {
  try {
    makePrivateFolder(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadSetting(
      'DATA_DIR',
      `cannot be made (${String(code)}): name a folder we may write`,
    );
  }
  const file = join(dataDir, 'server.pid');
  const holder = readHolder(file);
  if (holder !== undefined && holder !== process.pid && isServerRunning(holder)) {
    throw new BadSetting(
      'DATA_DIR',
      `is in use by process ${holder}; several processes need DATABASE_URL`,
    );
  }
  writeFileSync(file, String(process.pid));
  return () => {
    if (readHolder(file) === process.pid) rmSync(file, { force: true });
  };
}

function readHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A number that another program got after a kill is not a server: where /proc tells, it is asked. */
export function isServerRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return /(main|start)\.(js|ts)|guanxi/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return true;
  }
}
