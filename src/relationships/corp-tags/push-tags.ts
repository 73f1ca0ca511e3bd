import type { AccountBook } from '../../accounts';
import type { OfficialAccountClient } from '../../channels/official-account';
import {
  triesAfterChange,
  WeChatError,
  weComLimits,
  type WeComAgent,
  type WeComClient,
} from '../../channels/wecom';
import {
  execute,
  insertRows,
  marksFor,
  select,
  type Db,
  type Raw,
  type Tx,
} from '../../kernel/database';
import type { NewId } from '../../kernel/ids';
import type { Kit } from '../../kernel/kit';
import { concludeJob, enqueue } from '../../kernel/work';
import { pushFans } from './push-fan-tags';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;
type World = { newId: NewId; systemNow: number };

const kind = 'push-corp-tags';
const contactsAtOnce = 50;
/** Two who have just become friends may not be known as such yet. */
const settledMs = 60_000;

/** Notes that tags of these were changed here; followers only where their account has tags that are followed. */
export async function queueTagPush(
  at: Raw | Tx,
  world: World,
  identityIds: readonly string[],
): Promise<void> {
  if (identityIds.length === 0) return;
  const contacts = await select<{ id: string; accountId: string }>(
    at,
    `SELECT id, accountId FROM identity
     WHERE id IN (${marksFor(identityIds)}) AND (kind = 'external-contact' OR EXISTS
       (SELECT 1 FROM corp_tag c WHERE c.accountId = identity.accountId AND c.tagId IS NOT NULL))`,
    identityIds,
  );
  const rows = contacts.map(({ id: identityId, accountId }) => ({
    ...{ identityId, accountId, at: world.systemNow, state: 'waiting', reason: null },
  }));
  await insertRows(at, 'corp_tag_push', rows, {
    ...{ onConflict: ['identityId'], update: ['at', 'state', 'reason'] },
  });
  for (const accountId of new Set(contacts.map((contact) => contact.accountId))) {
    await enqueuePush(at, world, accountId);
  }
}

/** One job an account: it keeps to the number of calls that WeCom takes at once. */
export async function enqueuePush(at: Raw | Tx, world: World, accountId: string): Promise<void> {
  const job = { kind, dedupeKey: accountId, accountId, payload: { accountId }, priority: 6 };
  await enqueue(at, [{ ...job, id: world.newId(), dueAt: 0, createdAt: world.systemNow }]);
}

export function registerTagPush(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  officialAccounts: OfficialAccountClient,
): void {
  kit.work.on(kind, async ({ id, payload }) => {
    const { accountId } = payload as { accountId: string };
    if (book.getOrThrow(accountId).kind === 'wecom') await pushContacts(accountId);
    else await pushFans(kit, officialAccounts, book.channelOrThrow(accountId));
    await kit.db.transact(async (tx) => {
      if (!(await concludeJob(tx, id))) return;
      const [more] = await select<{ identityId: string }>(
        tx,
        `SELECT identityId FROM corp_tag_push WHERE accountId = ? AND state = 'waiting' LIMIT 1`,
        [accountId],
      );
      const world = { newId: kit.newId, systemNow: kit.clock.system() };
      if (more) await enqueuePush(tx, world, accountId);
    });
    kit.work.ring();
  });

  async function pushContacts(accountId: string): Promise<void> {
    const agent = book.weComOrThrow(accountId);
    const waiting = await kit.db.read.all<Waiting>(
      `SELECT p.identityId, p.at, i.externalId FROM corp_tag_push p
       JOIN identity i ON i.id = p.identityId
       WHERE p.accountId = ? AND p.state = 'waiting' ORDER BY p.at, p.identityId
       LIMIT ${String(contactsAtOnce)}`,
      [accountId],
    );
    const { inFlight } = weComLimits.tags;
    for (let from = 0; from < waiting.length; from += inFlight) {
      const some = waiting.slice(from, from + inFlight);
      const ended = await Promise.allSettled(
        some.map((contact) => pushOne(kit, wecom, agent, accountId, contact)),
      );
      const failed = ended.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason as Error;
    }
  }
}

type Waiting = { identityId: string; at: number; externalId: string };
type Row = { id: string; corpTagId: string };
type Held = Row & { userId: string; isCarried: number };

async function pushOne(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  accountId: string,
  { identityId, at, externalId }: Waiting,
): Promise<void> {
  const orders = await ordersFor(kit.db, accountId, identityId);
  let refusal: string | undefined;
  for (const { userId, add, remove } of orders) {
    const ids = (rows: readonly Row[]) => rows.map(({ corpTagId }) => corpTagId);
    try {
      await wecom.markContact(agent, userId, externalId, { add: ids(add), remove: ids(remove) });
    } catch (error) {
      if (!(error instanceof WeChatError) || error.outcome.kind !== 'request') throw error;
      const isYoung = kit.clock.system() - at < settledMs;
      if (isYoung && triesAfterChange(error.errcode) > 0) throw error;
      refusal = error.outcome.name;
      continue;
    }
    await kit.db.transact(async (tx) => {
      const rows = add.map(({ id: corpTag }) => ({
        identityId,
        userId,
        corpTag,
        followedAt: null,
      }));
      await insertRows(tx, 'link_corp_tag', rows, {
        onConflict: ['identityId', 'userId', 'corpTag'],
      });
      for (const { id } of remove) {
        const sql = `DELETE FROM link_corp_tag WHERE identityId = ? AND userId = ? AND corpTag = ?`;
        await execute(tx, sql, [identityId, userId, id]);
      }
    });
  }
  // Changed once more meanwhile: it waits for the next round.
  const where = `WHERE identityId = ? AND at = ? AND state = 'waiting'`;
  await kit.db.transact((tx) =>
    refusal === undefined
      ? execute(tx, `DELETE FROM corp_tag_push ${where}`, [identityId, at])
      : execute(tx, `UPDATE corp_tag_push SET state = 'refused', reason = ? ${where}`, [
          ...[refusal.slice(0, 64), identityId, at],
        ]),
  );
}

type Order = { userId: string; add: Row[]; remove: Row[] };

/**
 * Tags that no rep has on the contact go to every rep who is a friend; tags the contact does not carry any
 * more are taken from whoever has them. What one rep alone noted is not spread to the others.
 */
async function ordersFor(db: Db, accountId: string, identityId: string): Promise<Order[]> {
  const [reps, carried, held] = await Promise.all([
    db.read.all<{ userId: string }>(
      `SELECT userId FROM staff_link WHERE identityId = ? AND state = 'friend' ORDER BY userId`,
      [identityId],
    ),
    db.read.all<Row>(
      `SELECT c.id, c.corpTagId FROM identity_tag t
       JOIN corp_tag c ON c.tagId = t.tagId AND c.accountId = ? AND c.isGone = 0
       WHERE t.identityId = ?`,
      [accountId, identityId],
    ),
    db.read.all<Held>(
      `SELECT l.userId, c.id, c.corpTagId, CASE WHEN t.tagId IS NULL THEN 0 ELSE 1 END AS isCarried
       FROM link_corp_tag l JOIN corp_tag c ON c.id = l.corpTag AND c.tagId IS NOT NULL
       LEFT JOIN identity_tag t ON t.identityId = l.identityId AND t.tagId = c.tagId
       WHERE l.identityId = ?`,
      [identityId],
    ),
  ]);
  const add = carried.filter(({ id }) => !held.some((one) => one.id === id));
  return reps
    .map(({ userId }) => ({
      userId,
      add,
      remove: held.filter((one) => one.userId === userId && one.isCarried === 0),
    }))
    .filter((order) => order.add.length + order.remove.length > 0);
}
