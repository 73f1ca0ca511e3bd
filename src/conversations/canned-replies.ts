import type { Kit } from '../kernel/kit';
import type { Replies, ReplyState } from '../replies';
import { scopeOf } from './find-conversations';
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

/** A page by title, of the accounts the reader sees; a search looks into all that is written on one. */
export function findCanned(
  { db }: Part,
  seen: Parameters<typeof scopeOf>[0],
  {
    limit,
    q,
    after,
  }: { limit: number; q: string | undefined; after: (string | number)[] | undefined },
): Promise<CannedReply[]> {
  const scope = scopeOf(seen, 'accountId');
  const own = scope.sql.replace(/^ AND /, '') || '1 = 1';
  const parts = [`(accountId IS NULL OR ${own})`];
  const params = [...scope.params];
  if (q !== undefined) {
    parts.push(`(title LIKE ? ESCAPE '!' OR shortcut LIKE ? ESCAPE '!' OR body LIKE ? ESCAPE '!')`);
    params.push(...Array<string>(3).fill(`%${q.replace(/[!%_]/g, '!$&')}%`));
  }
  if (after) {
    parts.push(`(title > ? OR (title = ? AND id > ?))`);
    params.push(String(after[0]), String(after[0]), String(after[1]));
  }
  return db.read.all<CannedReply>(
    `SELECT * FROM canned_reply WHERE ${parts.join(' AND ')} ORDER BY title, id LIMIT ${limit + 1}`,
    params,
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
