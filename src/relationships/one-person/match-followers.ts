import type { AccountBook } from '../../accounts';
import { WeChatError, type WeComAgent, type WeComClient } from '../../channels/wecom';
import { insertRows, lockRows, marksFor, select, type Db, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { concludeJob, enqueue, type NewJob } from '../../kernel/work';
import { joinIdentities } from '../join-people';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'log' | 'work'>;
type Asking = { accountId: string; after: string };
type Arriving = { accountId: string; identityIds: string[] };

const asking = 'match-followers';
const arriving = 'match-contacts';
const followersAtOnce = 40;
const inFlight = 4;
/** A pending id lives for 90 days. */
const askAgainMs = 80 * 86_400_000;

/**
 * A corp that is not bound to an open-platform account tells no unionids; it can be asked who a follower is.
 * Whoever is no customer yet gets a pending id, and is known by it on the day they become one.
 */
export function registerFollowerMatch(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(asking, async ({ id, payload }) => {
    const { accountId, after } = payload as Asking;
    const agent = book.weComOrThrow(accountId);
    const followers = await followersToAsk(kit, accountId, after);
    const told: Told[] = [];
    try {
      for (let from = 0; from < followers.length; from += inFlight) {
        const some = followers.slice(from, from + inFlight);
        told.push(...(await Promise.all(some.map((one) => ask(wecom, agent, one)))));
      }
    } catch (error) {
      const isOurs = error instanceof WeChatError && error.outcome.kind === 'account';
      if (!isOurs) throw error;
      // Not granted to this app, or another company's followers: then nobody can be asked about.
      kit.log.warn('match-followers.refused', { accountId, errcode: error.errcode });
      return;
    }
    const last = followers.at(-1);
    await kit.db.transact(async (tx) => {
      if (!(await concludeJob(tx, id))) return;
      await keep(kit, tx, accountId, told);
      if (last) await enqueue(tx, [jobOf(kit, asking, { accountId, after: last.id })]);
    });
    kit.work.ring();
  });
  kit.work.on(arriving, async ({ payload }) => {
    const { accountId, identityIds } = payload as Arriving;
    const contacts = await kit.db.read.all<{ id: string; externalId: string }>(
      `SELECT id, externalId FROM identity WHERE id IN (${marksFor(identityIds)})`,
      identityIds,
    );
    const externalIds = contacts.map(({ externalId }) => externalId);
    const pending = await wecom.pendingIdsOf(book.weComOrThrow(accountId), externalIds);
    await kit.db.transact(async (tx) => {
      for (const { id, externalId } of contacts) {
        const names = pending.filter((one) => one.externalUserId === externalId);
        const keys = [externalId, ...names.map(({ pendingId }) => pendingId)];
        const waiting = await select<{ identityId: string }>(
          tx,
          `SELECT identityId FROM follower_match
           WHERE accountId = ? AND pendingId IN (${marksFor(keys)})`,
          [accountId, ...keys],
        );
        const ids = waiting.map(({ identityId }) => identityId);
        await joinIdentities(kit, tx, 'wecom-id', [...ids, id]);
      }
    });
  });
}

/** Nothing where unionids are told, or nobody is there to be matched. */
export async function startFollowerMatch(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  accountId: string,
): Promise<void> {
  const [nameless] = await select<{ id: string }>(
    tx,
    `SELECT i.id FROM identity i JOIN contact_profile c ON c.identityId = i.id AND c.kind = 'wechat'
     WHERE i.accountId = ? AND i.kind = 'external-contact' AND i.unionid IS NULL LIMIT 1`,
    [accountId],
  );
  if (nameless) await enqueue(tx, [jobOf(kit, asking, { accountId, after: '' })]);
}

/** Contacts that are read for the first time may be followers whom we asked about. */
export async function matchArrivals(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  accountId: string,
  identityIds: readonly string[],
): Promise<void> {
  if (identityIds.length === 0) return;
  const [waiting] = await select<{ identityId: string }>(
    tx,
    `SELECT identityId FROM follower_match WHERE accountId = ? AND pendingId IS NOT NULL LIMIT 1`,
    [accountId],
  );
  if (!waiting) return;
  const read = await select<{ identityId: string }>(
    tx,
    `SELECT identityId FROM contact_profile WHERE identityId IN (${marksFor(identityIds)})`,
    identityIds,
  );
  const known = new Set(read.map(({ identityId }) => identityId));
  const fresh = identityIds.filter((id) => !known.has(id));
  if (fresh.length === 0) return;
  await enqueue(tx, [jobOf(kit, arriving, { accountId, identityIds: fresh })]);
}

const jobOf = (
  kit: Pick<Kit, 'clock' | 'newId'>,
  kind: string,
  payload: Asking | Arriving,
): NewJob => ({
  ...{ id: kit.newId(), kind, accountId: payload.accountId, payload, priority: 8 },
  ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
});

type Follower = { id: string; externalId: string; unionid: string };
type Told = { identityId: string; name: string | null; isCustomer: boolean };

function followersToAsk(
  kit: { db: Db } & Pick<Kit, 'clock'>,
  accountId: string,
  after: string,
): Promise<Follower[]> {
  return kit.db.read.all<Follower>(
    `SELECT i.id, i.externalId, i.unionid FROM identity i
     WHERE i.id > ? AND i.kind = 'follower' AND i.unionid IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM follower_match m
         WHERE m.identityId = i.id AND m.accountId = ? AND m.askedAt > ?)
       AND NOT EXISTS (SELECT 1 FROM identity c
         WHERE c.personId = i.personId AND c.accountId = ?)
     ORDER BY i.id LIMIT ${String(followersAtOnce)}`,
    [after, accountId, kit.clock.business() - askAgainMs, accountId],
  );
}

async function ask(wecom: WeComClient, agent: WeComAgent, follower: Follower): Promise<Told> {
  const { id: identityId, unionid, externalId: openid } = follower;
  try {
    const { externalUserId, pendingId } = await wecom.externalIdOfUnionid(agent, unionid, openid);
    const name = externalUserId ?? pendingId ?? null;
    return { identityId, name, isCustomer: externalUserId !== undefined };
  } catch (error) {
    if (!(error instanceof WeChatError) || error.outcome.kind !== 'request') throw error;
    return { identityId, name: null, isCustomer: false };
  }
}

async function keep(kit: Part, tx: Tx, accountId: string, asked: readonly Told[]): Promise<void> {
  const told = await stillKnown(tx, asked);
  const askedAt = kit.clock.business();
  await insertRows(
    tx,
    'follower_match',
    told.map(({ identityId, name }) => ({ identityId, accountId, pendingId: name, askedAt })),
    { onConflict: ['identityId', 'accountId'], update: ['pendingId', 'askedAt'] },
  );
  const names = told.flatMap(({ name, isCustomer }) => (isCustomer && name ? [name] : []));
  if (names.length === 0) return;
  const contacts = await select<{ id: string; externalId: string }>(
    tx,
    `SELECT id, externalId FROM identity
     WHERE accountId = ? AND externalId IN (${marksFor(names)})`,
    [accountId, ...names],
  );
  for (const { identityId, name } of told) {
    const contact = contacts.find(({ externalId }) => externalId === name);
    if (contact) await joinIdentities(kit, tx, 'wecom-id', [identityId, contact.id]);
  }
}

/** Without those who were erased while WeCom was asked. */
async function stillKnown(tx: Tx, asked: readonly Told[]): Promise<readonly Told[]> {
  if (asked.length === 0) return asked;
  const ids = asked.map(({ identityId }) => identityId);
  const rows = await select<{ id: string; unionid: string | null }>(
    tx,
    `SELECT id, unionid FROM identity WHERE id IN (${marksFor(ids)})
     ORDER BY accountId, externalId${lockRows(tx, 'wait')}`,
    ids,
  );
  const known = new Set(rows.filter(({ unionid }) => unionid !== null).map(({ id }) => id));
  return asked.filter(({ identityId }) => known.has(identityId));
}
