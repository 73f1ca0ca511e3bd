import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

export type RepositoryFile = { path: string; text: string };

const unreadable = /\.(png|jpe?g|ico|woff2?|gz|db)$/;

/** Files of the repository as they would be committed: tracked ones and new ones that are not ignored. */
export function repositoryFiles(): RepositoryFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return listed
    .split('\n')
    .filter((path) => path !== '' && !unreadable.test(path))
    .filter((path) => existsSync(path) && statSync(path).isFile())
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}
