import { Context } from '../context';
import type { Tx } from './db';

export type Mark = (tx: Tx) => Promise<void>;
const marks = new Context<{ mark: Mark | undefined }>();

/**
 * Every transaction of `work` also writes `mark`, so that both are committed or neither. Work that goes on in the
 * background afterwards writes no mark any more.
 */
export async function alongside<T>(mark: Mark, work: () => Promise<T>): Promise<T> {
  const held: { mark: Mark | undefined } = { mark };
  try {
    return await marks.run(held, work);
  } finally {
    held.mark = undefined;
  }
}

export function markOfHere(): Mark | undefined {
  return marks.get()?.mark;
}
