import { createHash } from 'node:crypto';
import type { AccountBook } from '../../accounts';
import type { WeComClient } from '../../channels/wecom';
import { insertRows, type Tx } from '../../kernel/database';
import { faultPoint } from '../../kernel/faults';
import type { Kit } from '../../kernel/kit';
import { advanceProgress, enqueue, startProgress } from '../../kernel/work';
import { keepContact } from './keep-contact';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;
type Payload = {
  accountId: string;
  progressId: string;
  /** Groups of reps still to be read, the first one from its cursor on. */
  groups: string[][] | null;
  cursor: string | null;
  done: number;
};

const kind = 'sync-contacts';
const repsAtOnce = 100;
const rootDepartment = 1;

/**
 * Reads a corp's staff, then all contacts of its reps: one page a job, its rows and the next page's job in
 * one transaction, so that a killed sync goes on where it was.
 */
export function registerContactSync(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(kind, async ({ payload }) => {
    const order = payload as Payload;
    if (order.groups === null) await readStaff(kit, book, wecom, order);
    else await readPage(kit, book, wecom, order, order.groups);
    kit.work.ring();
  });
}

export async function startContactSync(
  kit: Part,
  tx: Tx,
  accountId: string,
  name: string,
): Promise<string> {
  const progressId = kit.newId();
  await startProgress(tx, {
    ...{
      id: progressId,
      accountId,
      kind: 'sync',
      titleCode: 'progress.sync-contacts',
      params: { name },
    },
    ...{ total: 0, at: kit.clock.system() },
  });
  await next(kit, tx, { accountId, progressId, groups: null, cursor: null, done: 0 });
  return progressId;
}

async function readStaff(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  order: Payload,
): Promise<void> {
  const { accountId } = order;
  const agent = book.weComOrThrow(accountId);
  const [members, reps] = await Promise.all([
    wecom.listStaff(agent, rootDepartment, true),
    wecom.listReps(agent),
  ]);
  const seenAt = kit.clock.business();
  const rows = members.map(({ userId, name, position, status }) => ({
    ...{ id: kit.newId(), accountId, userId, name: name.slice(0, 64) },
    ...{ position: position === '' ? null : position.slice(0, 64), status, seenAt },
  }));
  const groups: string[][] = [];
  for (let from = 0; from < reps.length; from += repsAtOnce) {
    groups.push(reps.slice(from, from + repsAtOnce));
  }
  await kit.db.transact(async (tx) => {
    await insertRows(tx, 'staff', rows, {
      onConflict: ['accountId', 'userId'],
      update: ['name', 'position', 'status', 'seenAt'],
    });
    await goOn(kit, tx, { ...order, groups });
  });
}

async function readPage(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  order: Payload,
  groups: string[][],
): Promise<void> {
  const [reps = [], ...rest] = groups;
  const agent = book.weComOrThrow(order.accountId);
  const page = await wecom.listContactsOf(agent, reps, order.cursor ?? undefined);
  const done = order.done + page.items.length;
  await kit.db.transact(async (tx) => {
    for (const { contact, link } of page.items) {
      await keepContact(kit, tx, order.accountId, { contact, links: [link] });
    }
    const isMore = page.next !== undefined;
    const left = isMore ? groups : rest;
    await goOn(kit, tx, { ...order, groups: left, cursor: page.next ?? null, done });
  });
  faultPoint('sync.after-batch');
}

/** Cursors are long, and an empty page may have a next one: the cursor tells the two jobs apart. */
const markOf = (cursor: string | null): string =>
  createHash('sha256')
    .update(cursor ?? '')
    .digest('hex')
    .slice(0, 16);

/** The next page's job, or the end. */
async function goOn(kit: Part, tx: Tx, order: Payload): Promise<void> {
  const isDone = order.groups?.length === 0;
  await advanceProgress(tx, order.progressId, {
    ...{ done: order.done, total: order.done, at: kit.clock.system() },
    state: isDone ? 'done' : 'running',
  });
  if (!isDone) await next(kit, tx, order);
}

async function next(kit: Part, tx: Tx, payload: Payload): Promise<void> {
  const { accountId, progressId, groups, cursor, done } = payload;
  const step = groups === null ? 'start' : `${groups.length}:${done}:${markOf(cursor)}`;
  await enqueue(tx, [
    {
      ...{ id: kit.newId(), kind, dedupeKey: `${progressId}:${step}`, accountId, payload },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system(), priority: 7 },
    },
  ]);
}
