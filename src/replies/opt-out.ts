import { text } from '../kernel/text';
import { fold } from './matching';

/** Followers write Chinese: the words that stop and resume sending stand in that catalogue. */
const wordsOf = (code: string): ReadonlySet<string> =>
  new Set(text('zh-CN', code).split('|').map(fold));

const out = wordsOf('reply.opt-out.words');
const back = wordsOf('reply.opt-in.words');

/** True: wants no more messages; false: wants them again; undefined: says something else. */
export function readOptOut(said: string): boolean | undefined {
  const folded = fold(said);
  if (out.has(folded)) return true;
  return back.has(folded) ? false : undefined;
}

export const optOutAnswer = (optOut: boolean): string =>
  text('zh-CN', optOut ? 'reply.opt-out.answer' : 'reply.opt-in.answer');
