import { AppError } from './kernel/errors';
import { BadSetting } from './kernel/settings';
import { text } from './kernel/text';

/** What the system calls failures that an operator can do something about. */
const ofSystem: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EEXIST: 'exists already',
  EACCES: 'may not be read or written by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'is not a folder',
  ENOSPC: 'does not fit: the disk is full',
};

/** One sentence for the terminal where we know what is wrong, the whole story where we do not. */
export function sayFailure(error: unknown): string {
  if (error instanceof BadSetting) return error.message;
  if (error instanceof AppError)
    return `${text('en', `error.${error.code}`, error.params)} (${error.code})`;
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : ofSystem[code];
  if (known !== undefined && path !== undefined) return `${path} ${known} (${String(code)})`;
  return error.stack ?? error.message;
}
