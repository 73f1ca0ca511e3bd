import { createHash } from 'node:crypto';
import type { AccountBook } from '../../accounts';
import { weComLimits, type WeComAgent, type WeComClient } from '../../channels/wecom';
import type { Tx } from '../../kernel/database';
import { faultPoint } from '../../kernel/faults';
import type { Kit } from '../../kernel/kit';
import { advanceProgress, concludeJob, enqueue, startProgress } from '../../kernel/work';
import { readCorpTags } from '../corp-tags';
import { startFollowerMatch } from '../one-person';
import { keepContacts } from './keep-contacts';
import { keepDirectory, repsAfter } from './keep-staff';
import { staffLook } from './staff-look';
import { addToReport, closeReport, openReport, type Findings } from './sync-report';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'seal' | 'work'>;
type Payload = {
  accountId: string;
  progressId: string;
  /** Staff and departments; then how many friends there are; then the friends themselves. */
  stage: 'staff' | 'count' | 'read';
  /** Reps of the group under way; after the group `lastRep` is its last one. */
  reps: string[];
  lastRep: string | null;
  cursor: string | null;
  done: number;
  total: number;
};

const kind = 'sync-contacts';
const countedAtOnce = 20;
const listsInFlight = 5;
const rootDepartment = 1;

/**
 * Reads a corp's staff, then all contacts of its reps: one page a job. The page's rows, the next page's job
 * and the end of this one are one transaction, so that a sync that was killed goes on where it was and
 * counts nothing twice. No job holds more than one page, whatever the size of the corp.
 */
export function registerContactSync(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(kind, async ({ id, payload }) => {
    const order = payload as Payload;
    const agent = book.weComOrThrow(order.accountId);
    const world: Sync = { kit, wecom, agent, jobId: id };
    if (order.stage === 'staff') await readStaff(world, order);
    else if (order.stage === 'count') await countFriends(world, order);
    else await readPage(world, order);
    kit.work.ring();
  });
}

type Sync = { kit: Part; wecom: WeComClient; agent: WeComAgent; jobId: string };

export async function startContactSync(
  kit: Part,
  tx: Tx,
  accountId: string,
  name: string,
): Promise<string> {
  const progressId = kit.newId();
  await startProgress(tx, {
    ...{ id: progressId, accountId, kind: 'sync', titleCode: 'progress.sync-contacts' },
    ...{ params: { name }, total: 0, at: kit.clock.system() },
  });
  const startedAt = kit.clock.business();
  await openReport(tx, { id: progressId, accountId, kind: 'sync', startedAt });
  await next(kit, tx, {
    ...{ accountId, progressId, stage: 'staff', reps: [], lastRep: null, cursor: null },
    ...{ done: 0, total: 0 },
  });
  return progressId;
}

async function readStaff(sync: Sync, order: Payload): Promise<void> {
  const found = await readDirectory(sync.kit, sync.wecom, sync.agent, order.accountId);
  await goOn(sync, { ...order, stage: 'count' }, found);
}

/** Staff, departments, and the corp's own tags. */
export async function readDirectory(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  accountId: string,
): Promise<{ newStaff: number; goneStaff: number }> {
  await readCorpTags(kit, wecom, agent, accountId);
  const departments = await wecom.listDepartments(agent);
  const members = await wecom.listStaff(agent, rootDepartment, true);
  const found = await keepDirectory(kit, accountId, departments, members);
  await kit.db.transact((tx) => enqueue(tx, [staffLook(kit, { accountId }, kit.newId())]));
  return found;
}

/** The platform has no count: the lists of ids are counted and forgotten. */
async function countFriends(sync: Sync, order: Payload): Promise<void> {
  const { wecom, agent } = sync;
  const reps = repsAfter(await wecom.listReps(agent), order.lastRep, countedAtOnce);
  let total = order.total;
  for (let from = 0; from < reps.length; from += listsInFlight) {
    const counts = await Promise.all(
      reps
        .slice(from, from + listsInFlight)
        .map(async (userId) => (await wecom.listContacts(agent, userId)).length),
    );
    total += counts.reduce((sum, count) => sum + count, 0);
  }
  const lastRep = reps.at(-1) ?? null;
  const isLast = lastRep === null;
  await goOn(
    sync,
    { ...order, total, lastRep, stage: isLast ? 'read' : 'count' },
    {
      reps: reps.length,
    },
  );
}

async function readPage(sync: Sync, order: Payload): Promise<void> {
  const { kit, wecom, agent } = sync;
  const reps =
    order.reps.length > 0
      ? order.reps
      : repsAfter(await wecom.listReps(agent), order.lastRep, weComLimits.contacts.batchUsers);
  if (reps.length === 0) {
    await finish(sync, order);
    return;
  }
  const page = await wecom.listContactsOf(agent, reps, order.cursor ?? undefined);
  const done = order.done + page.items.length;
  const after: Payload =
    page.next === undefined
      ? { ...order, reps: [], lastRep: reps.at(-1) ?? null, cursor: null, done }
      : { ...order, reps, cursor: page.next, done };
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, sync.jobId))) return;
    const details = page.items.map(({ contact, link }) => ({ contact, links: [link] }));
    const kept = await keepContacts(kit, tx, order.accountId, details);
    await writeNext(kit, tx, after, {
      ...{ listed: page.items.length, newContacts: kept.contacts, newLinks: kept.links },
    });
  });
  faultPoint('sync.after-batch');
}

async function goOn({ kit, jobId }: Sync, order: Payload, found: Findings): Promise<void> {
  await kit.db.transact(async (tx) => {
    if (await concludeJob(tx, jobId)) await writeNext(kit, tx, order, found);
  });
}

async function writeNext(kit: Part, tx: Tx, order: Payload, found: Findings): Promise<void> {
  const { progressId, done } = order;
  await addToReport(tx, progressId, found);
  // Friends may be won while we read: the total is never less than what was read.
  const total = Math.max(order.total, done);
  await advanceProgress(tx, progressId, { done, total, at: kit.clock.system() });
  await next(kit, tx, { ...order, total });
}

async function finish({ kit, jobId }: Sync, order: Payload): Promise<void> {
  const { accountId, progressId, done } = order;
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    await closeReport(tx, progressId, kit.clock.business());
    await startFollowerMatch(kit, tx, accountId);
    const at = kit.clock.system();
    await advanceProgress(tx, progressId, { done, total: done, at, state: 'done' });
  });
}

/** Cursors are long, and an empty page may have a next one: the mark tells two jobs apart. */
async function next(kit: Part, tx: Tx, payload: Payload): Promise<void> {
  const { accountId, progressId, stage, lastRep, cursor, done } = payload;
  const mark = createHash('sha256')
    .update([stage, lastRep ?? '', cursor ?? '', String(done)].join('\n'))
    .digest('hex')
    .slice(0, 24);
  await enqueue(tx, [
    {
      ...{ id: kit.newId(), kind, dedupeKey: `${progressId}:${mark}`, accountId, payload },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system(), priority: 7 },
    },
  ]);
}
