import type { AccountBook } from '../../accounts';
import {
  WeChatError,
  type ContactDetail,
  type WeComAgent,
  type WeComClient,
} from '../../channels/wecom';
import { marksFor, select, type Db, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import {
  advanceProgress,
  concludeJob,
  enqueue,
  startProgress,
  type NewJob,
} from '../../kernel/work';
import { readContact, relationUnknown } from './fetch-contact';
import { keepContacts } from './keep-contacts';
import { keepLink } from './keep-link';
import { repsAfter } from './keep-staff';
import { addToReport, closeReport, openReport, type Findings } from './sync-report';
import { readDirectory } from './sync-contacts';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'log' | 'seal' | 'work'>;
type Payload = {
  accountId: string;
  progressId: string;
  /** Null: the directory comes first. */
  reps: number | null;
  lastRep: string | null;
  /** The rep under way, from the difference after this one on. */
  rep: string | null;
  after: string;
  done: number;
  /** When the check began. */
  since: number;
};
/** Who is to be told of a rep's friends that were found missing. */
type TellOfGone = (found: { accountId: string; userId: string; since: number }) => NewJob;

const kind = 'repair-contacts';
const differencesAtOnce = 40;
const readsInFlight = 4;
/** What WeCom lists lags behind what it told. */
const settledMs = 10 * 60_000;

/**
 * Compares the friends we know with those WeCom lists, rep by rep: adds who is missing, ends who is gone.
 * Nobody is ended on a list's word alone: WeCom is asked for each. One rep's list is the most that is held.
 */
export function registerContactRepair(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  tellOfGone: TellOfGone,
): void {
  kit.work.on(kind, async ({ id, payload }) => {
    const order = payload as Payload;
    const agent = book.weComOrThrow(order.accountId);
    const { found, after } = await step({ kit, wecom, agent }, order);
    await kit.db.transact(async (tx) => {
      if (!(await concludeJob(tx, id))) return;
      const counted = await write(kit, tx, order.accountId, found);
      await addToReport(tx, order.progressId, { ...found.findings, ...counted });
      if (after.rep === null && after.lastRep !== null) {
        const checked = { accountId: order.accountId, userId: after.lastRep, since: order.since };
        if (await hasGone(tx, checked)) await enqueue(tx, [tellOfGone(checked)]);
      }
      await goOn(kit, tx, after);
    });
    kit.work.ring();
  });
}

export async function startContactRepair(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  accountId: string,
  name: string,
): Promise<string> {
  const progressId = kit.newId();
  await startProgress(tx, {
    ...{ id: progressId, accountId, kind: 'sync', titleCode: 'progress.repair-contacts' },
    ...{ params: { name }, total: 0, at: kit.clock.system() },
  });
  const startedAt = kit.clock.business();
  await openReport(tx, { id: progressId, accountId, kind: 'repair', startedAt });
  await next(kit, tx, {
    ...{ accountId, progressId, reps: null, lastRep: null, rep: null, after: '', done: 0 },
    since: startedAt,
  });
  return progressId;
}

type Repair = { kit: Part; wecom: WeComClient; agent: WeComAgent };
type Found = {
  findings: Findings;
  present: ContactDetail[];
  gone: { identityId: string; userId: string }[];
};
type Step = { found: Found; after: Payload & { isDone?: boolean } };

const nothing = (findings: Findings): Found => ({ findings, present: [], gone: [] });

async function step(repair: Repair, order: Payload): Promise<Step> {
  const { kit, wecom, agent } = repair;
  const { accountId } = order;
  const listed = await wecom.listReps(agent);
  if (order.reps === null) {
    const staff = await readDirectory(kit, wecom, agent, accountId);
    return { found: nothing(staff), after: { ...order, reps: listed.length } };
  }
  const rep = order.rep ?? repsAfter(listed, order.lastRep, 1)[0];
  if (rep === undefined) return { found: nothing({}), after: { ...order, isDone: true } };
  const friends = await wecom.listContacts(agent, rep);
  const isBegin = order.after === '';
  const all = await differencesOf(kit, accountId, rep, friends);
  const rest = all.filter(({ externalId }) => externalId > order.after);
  const now = rest.slice(0, differencesAtOnce);
  const found = await explain(repair, rep, now);
  if (isBegin) Object.assign(found.findings, { reps: 1, listed: friends.length });
  const last = now.at(-1);
  const isMore = rest.length > now.length;
  const after = isMore
    ? { ...order, rep, after: last?.externalId ?? '' }
    : { ...order, lastRep: rep, rep: null, after: '', done: order.done + 1 };
  return { found, after };
}

/** `identityId` is there for those the ledger calls friends and WeCom does not list. */
type Difference = { externalId: string; identityId?: string };
type LinkRow = { externalId: string; identityId: string; state: string; addedAt: number | null };

async function differencesOf(
  kit: Pick<Kit, 'db' | 'clock'>,
  accountId: string,
  userId: string,
  friends: readonly string[],
): Promise<Difference[]> {
  const missing = new Set(friends);
  const gone: Difference[] = [];
  const settled = kit.clock.business() - settledMs;
  for await (const link of linksOf(kit.db, accountId, userId)) {
    const isListed = missing.has(link.externalId);
    // Who left the rep is listed all the same; a half friend is not until they agree.
    const isEnded = ['dropped', 'parted', 'transferred', 'gone'].includes(link.state);
    if (isListed && !isEnded) missing.delete(link.externalId);
    const isOld = (link.addedAt ?? 0) < settled;
    if (!isListed && link.state === 'friend' && isOld) {
      gone.push({ externalId: link.externalId, identityId: link.identityId });
    }
  }
  return [...[...missing].map((externalId) => ({ externalId })), ...gone].sort((a, b) =>
    a.externalId < b.externalId ? -1 : 1,
  );
}

async function* linksOf(db: Db, accountId: string, userId: string): AsyncGenerator<LinkRow> {
  const size = 2_000;
  for (let after = ''; ;) {
    const rows = await db.read.all<LinkRow>(
      `SELECT i.externalId, l.identityId, l.state, l.addedAt FROM staff_link l
       JOIN identity i ON i.id = l.identityId
       WHERE l.accountId = ? AND l.userId = ? AND l.identityId > ?
       ORDER BY l.identityId LIMIT ${String(size)}`,
      [accountId, userId, after],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < size) return;
    after = last.identityId;
  }
}

/** Asks WeCom for each of them. */
async function explain(
  { kit, wecom, agent }: Repair,
  userId: string,
  differences: readonly Difference[],
): Promise<Found> {
  const found: Found = nothing({});
  for (let from = 0; from < differences.length; from += readsInFlight) {
    await Promise.all(
      differences.slice(from, from + readsInFlight).map(async ({ externalId, identityId }) => {
        const detail = await readOrNone(wecom, agent, externalId);
        const isThere = detail?.links.some((link) => link.userId === userId) ?? false;
        if (detail && isThere) found.present.push(detail);
        else if (identityId !== undefined) found.gone.push({ identityId, userId });
        else {
          kit.log.warn('repair.unread', { externalId });
          found.findings.unread = (found.findings.unread ?? 0) + 1;
        }
      }),
    );
  }
  return found;
}

async function readOrNone(
  wecom: WeComClient,
  agent: WeComAgent,
  externalId: string,
): Promise<ContactDetail | undefined> {
  try {
    return await readContact(wecom, agent, externalId);
  } catch (error) {
    if (error instanceof WeChatError && error.errcode === relationUnknown) return undefined;
    throw error;
  }
}

async function write(
  kit: Part,
  tx: Tx,
  accountId: string,
  { present, gone }: Found,
): Promise<Findings> {
  const kept = await keepContacts(kit, tx, accountId, present);
  const at = kit.clock.business();
  let goneLinks = 0;
  for (const key of await stillFriends(tx, gone)) {
    const link = { ...key, accountId };
    await keepLink(tx, kit.newId, link, [{ kind: 'gone', at, learnedBy: 'sync' }]);
    goneLinks += 1;
  }
  return { newContacts: kept.contacts, newLinks: kept.links, goneLinks };
}

async function hasGone(
  tx: Tx,
  { accountId, userId, since }: Parameters<TellOfGone>[0],
): Promise<boolean> {
  const sql = `SELECT id FROM link_episode
    WHERE accountId = ? AND kind = 'gone' AND at >= ? AND userId = ? LIMIT 1`;
  return (await select<{ id: string }>(tx, sql, [accountId, since, userId])).length > 0;
}

/** An event may have told meanwhile how it ended. */
async function stillFriends(tx: Tx, gone: Found['gone']): Promise<Found['gone']> {
  const [first] = gone;
  if (!first) return [];
  const ids = gone.map(({ identityId }) => identityId);
  return select<{ identityId: string; userId: string }>(
    tx,
    `SELECT identityId, userId FROM staff_link
     WHERE userId = ? AND state = 'friend' AND identityId IN (${marksFor(ids)})
     ORDER BY identityId`,
    [first.userId, ...ids],
  );
}

async function goOn(kit: Part, tx: Tx, { isDone, ...order }: Step['after']): Promise<void> {
  const { progressId, done } = order;
  const total = Math.max(order.reps ?? 0, done);
  const at = kit.clock.system();
  if (isDone === true) {
    await closeReport(tx, progressId, kit.clock.business());
    await advanceProgress(tx, progressId, { done, total: done, at, state: 'done' });
    return;
  }
  await advanceProgress(tx, progressId, { done, total, at });
  await next(kit, tx, order);
}

async function next(kit: Pick<Kit, 'clock' | 'newId'>, tx: Tx, payload: Payload): Promise<void> {
  const id = kit.newId();
  const { accountId } = payload;
  await enqueue(tx, [
    {
      ...{ id, kind, dedupeKey: id, accountId, payload, priority: 8 },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    },
  ]);
}
