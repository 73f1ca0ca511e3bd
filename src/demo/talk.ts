import type { Random } from '../kernel/random';
import type { Answered, Replies } from '../replies';
import { demoNames } from './words';

const day = 86_400_000;
const hour = 3_600_000;

export type Write = (identityId: string, at: number, kind: string, params: object) => void;
/** One question and the answer the brand's own rules and FAQ give to it. */
export type Said = { answered: Answered; at: number };
type Talker = { id: string; accountId: string; followedAt: number; name: string | null };

/** A few sentences in the last weeks, answered as the product would have answered them. */
export function talk(
  random: Random,
  replies: Pick<Replies, 'answerMessage'>,
  talker: Talker,
  now: number,
  write: Write,
): Said[] {
  const said: Said[] = [];
  const talks = random(1, 100) <= 45 ? random(1, 3) : 0;
  for (let turn = 0; turn < talks; turn += 1) {
    const at = now - random(5, 20 * 24 * 60) * 60_000;
    if (at < talker.followedAt) continue;
    const text = oneOf(random, random(1, 100) <= 94 ? demoNames.questions : demoNames.unanswered);
    write(talker.id, at, 'message-in', { messageKind: 'text', text });
    const { accountId, name } = talker;
    const state = { accountId, now: at, personName: name };
    const answered = replies.answerMessage({ kind: 'text', text }, state);
    if (!answered) continue;
    write(talker.id, at + 200, 'message-out', answered.params);
    said.push({ answered, at });
  }
  if (random(1, 100) <= 4) {
    write(talker.id, Math.max(talker.followedAt + hour, now - random(1, 10) * day), 'note', {
      text: oneOf(random, demoNames.notes),
      by: demoNames.operators[0],
    });
  }
  return said;
}

const oneOf = (random: Random, list: readonly string[]): string =>
  list[random(0, list.length - 1)] ?? '';
