import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { ConversationState } from './conversation.entity';

type Asked = { id: string; state: ConversationState | null; since: number | null };
type Part = Pick<Kit, 'db'>;

/** WeChat tells the second of a message, we know the millisecond of a state. */
const leadMs = 1_000;

const newer = `e.kind = 'message-in' AND e.at >= COALESCE(c.waitingSince, c.since - ${leadMs})
  AND e.id > COALESCE((SELECT r.entryId FROM conversation_read r
    WHERE r.identityId = c.identityId AND r.operatorId = ?), '')`;

/** What followers wrote that this operator has not seen; only where a person is asked for. */
export async function unreadOf(
  { db }: Part,
  operatorId: string,
  rows: readonly Asked[],
): Promise<ReadonlyMap<string, number>> {
  const ids = rows.filter(({ state }) => state === 'waiting' || state === 'taken').map((r) => r.id);
  if (ids.length === 0) return new Map();
  const counted = await db.read.all<{ id: string; n: number }>(
    `SELECT c.identityId AS id, COUNT(*) AS n FROM conversation c
     JOIN timeline_entry e ON e.identityId = c.identityId
     WHERE c.identityId IN (${marksFor(ids)}) AND ${newer} GROUP BY c.identityId`,
    [...ids, operatorId],
  );
  return new Map(counted.map(({ id, n }) => [id, n]));
}

/** How many conversations that wait, or are this operator's, have something unread. */
export async function countUnread(
  { db }: Part,
  operatorId: string,
  scope: { sql: string; params: readonly (string | number | boolean | null)[] },
): Promise<number> {
  const [row] = await db.read.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM conversation c WHERE (c.state = 'waiting' OR (c.state = 'taken' AND c.operatorId = ?))
     ${scope.sql} AND EXISTS (SELECT 1 FROM timeline_entry e WHERE e.identityId = c.identityId AND ${newer})`,
    [operatorId, ...scope.params, operatorId],
  );
  return row?.n ?? 0;
}
