import type { Kit } from '../kernel/kit';
import type { Replies, ReplyState } from '../replies';
import type { CannedReply } from './inbox.entity';

type Part = Pick<Kit, 'db'>;

/** A brand has tens of them. */
const mostRead = 500;

/** Those of one account and those of all, by title. */
export function cannedOf({ db }: Part, accountId: string): Promise<CannedReply[]> {
  return db.read.all<CannedReply>(
    `SELECT * FROM canned_reply WHERE accountId IS NULL OR accountId = ? ORDER BY title, id LIMIT ${mostRead}`,
    [accountId],
  );
}

const pairs = (words: string): Set<string> => {
  const letters = Array.from(words.toLowerCase().replace(/[\s\p{P}]/gu, ''));
  return new Set(letters.slice(1).map((letter, at) => `${letters[at] ?? ''}${letter}`));
};

/** Those that share words with what was asked, the nearest first, filled in for this follower. */
export async function cannedFor(
  kit: Part,
  replies: Replies,
  accountId: string,
  asked: string,
  state: ReplyState,
): Promise<string[]> {
  const wanted = pairs(asked);
  const near = (await cannedOf(kit, accountId))
    .map((reply) => {
      const own = pairs(`${reply.title}${reply.body}`);
      const shared = [...wanted].filter((pair) => own.has(pair)).length;
      return { reply, shared };
    })
    .filter(({ shared }) => shared > 0)
    .sort((one, other) => other.shared - one.shared);
  return near.slice(0, 3).flatMap(({ reply }) => replies.fillIn(reply.body, state) ?? []);
}
