import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';
import type { ConversationState } from './conversation.entity';
import { scopeOf } from './find-conversations';
import { countUnread } from './unread';

type Part = Pick<Kit, 'db' | 'clock'>;

export type Counts = {
  waiting: number;
  unanswered: number;
  mine: number;
  all: number;
  unread: number;
};

/** More than this is told as this. */
const mostCounted = 1_000;
/** Who wrote in the last thirty days; looked at again after ten seconds, because it may be many rows. */
const countedDays = 30;
const keptMs = 10_000;
const kept = new WeakMap<Kit['db'], Map<string, { at: number; n: Promise<number> }>>();

function countAll(kit: Part, actor: Actor): Promise<number> {
  const known = kept.get(kit.db) ?? new Map<string, { at: number; n: Promise<number> }>();
  kept.set(kit.db, known);
  const key = JSON.stringify(actor.accountIds);
  const now = kit.clock.system();
  const last = known.get(key);
  if (last && now - last.at < keptMs) return last.n;
  const scope = scopeOf(actor, 'i.accountId');
  const n = kit.db
    .longRead<{ n: number }>(
      `SELECT COUNT(*) AS n FROM (SELECT 1 FROM identity i LEFT JOIN conversation c ON c.identityId = i.id
         WHERE i.lastActiveAt >= ? AND i.lastInboundAt IS NOT NULL
         AND (c.state IS NULL OR c.state <> 'closed' OR i.lastInboundAt > c.since)${scope.sql}
         LIMIT ${mostCounted}) some`,
      [kit.clock.business() - countedDays * 86_400_000, ...scope.params],
    )
    .then(([row]) => row?.n ?? 0);
  known.set(key, { at: now, n });
  n.catch(() => known.delete(key));
  return n;
}

export async function countConversations(kit: Part, actor: Actor): Promise<Counts> {
  const ofConversation = scopeOf(actor, 'c.accountId');
  const one = async (sql: string, params: readonly (string | number | boolean | null)[]) => {
    const [row] = await kit.db.read.all<{ n: number }>(sql, params);
    return row?.n ?? 0;
  };
  const ofState = (state: ConversationState) =>
    one(
      `SELECT COUNT(*) AS n FROM conversation c WHERE c.state = '${state}'${ofConversation.sql}`,
      ofConversation.params,
    );
  const [waiting, unanswered, mine, all, unread] = await Promise.all([
    ofState('waiting'),
    ofState('lapsed'),
    one(
      `SELECT COUNT(*) AS n FROM conversation c WHERE c.operatorId = ? AND c.state IN ('waiting', 'taken')
       ${ofConversation.sql}`,
      [actor.id, ...ofConversation.params],
    ),
    countAll(kit, actor),
    countUnread(kit, actor.id, ofConversation),
  ]);
  return { waiting, unanswered, mine, all, unread };
}

/** For the overview: how many wait for a person, and since when the first of them. */
export async function whoWaits(
  kit: Part,
  accountIds: Actor['accountIds'],
): Promise<{ count: number; since: number | null }> {
  const scope = scopeOf({ accountIds }, 'c.accountId');
  const [row] = await kit.db.read.all<{ n: number; since: number | null }>(
    `SELECT COUNT(*) AS n, MIN(c.waitingSince) AS since FROM conversation c
     WHERE c.state = 'waiting'${scope.sql}`,
    scope.params,
  );
  return { count: row?.n ?? 0, since: row?.since ?? null };
}
