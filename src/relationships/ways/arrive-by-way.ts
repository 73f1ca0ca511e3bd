import type { AccountBook } from '../../accounts';
import type { WeComClient } from '../../channels/wecom';
import { execute, insertRows, marksFor, select } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import type { NewJob } from '../../kernel/work';
import { tagIdsOf } from '../commit-changes';
import { queueTagPush } from '../corp-tags';
import { namesIn, wayByState, type StoredWay } from './read-way';
import { enqueueSettling } from './settle-way';
import { isSettled } from './standing';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'settings'>;
type Arrival = {
  accountId: string;
  identityId: string;
  externalUserId: string;
  userId: string;
  state: string;
  at: number;
};

const kind = 'arrive-by-way';
const mostRemark = 20;

/** What a code does for a new friend besides the greeting: tags, a remark, and its next rep. */
export function arrivalJob(arrival: Arrival, dueAt: number): Omit<NewJob, 'id' | 'createdAt'> {
  const { accountId, identityId, userId, at } = arrival;
  const dedupeKey = `${identityId}:${userId}:${at}`;
  return { kind, dedupeKey, accountId, priority: 2, dueAt, payload: arrival };
}

/** Every step may be done again: the same tag, the same remark, the same reps. */
export function registerWayArrivals(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(kind, async ({ payload }) => {
    const arrival = payload as Arrival;
    const way = await wayByState(kit.db.read, arrival.accountId, arrival.state);
    if (!way) return;
    await tagArrival(kit, way, arrival);
    if (!(await isSettled(kit, way))) {
      await kit.db.transact((tx) => enqueueSettling(kit, tx, way, String(arrival.at)));
      kit.work.ring();
    }
    if (way.remark !== null) await writeRemark(kit, book, wecom, way.remark, arrival);
  });
}

/** What they carried before is not told again. */
async function tagArrival(
  kit: Part,
  way: StoredWay,
  { accountId, identityId, at }: Arrival,
): Promise<void> {
  const names = namesIn(way.tags);
  if (names.length === 0) return;
  await kit.db.transact(async (tx) => {
    const systemNow = kit.clock.system();
    const world = { newId: kit.newId, systemNow };
    const ids = await tagIdsOf(tx, world, names);
    const carried = await select<{ name: string }>(
      tx,
      `SELECT t.name FROM identity_tag i JOIN tag t ON t.id = i.tagId
       WHERE i.identityId = ? AND i.tagId IN (${marksFor(ids)})`,
      [identityId, ...ids],
    );
    const had = new Set(carried.map(({ name }) => name));
    const lines = names
      .filter((tag) => !had.has(tag))
      .map((tag) => ({
        ...{ id: kit.newId(), identityId, accountId, at, kind: 'tagged' },
        params: JSON.stringify({ tag, by: way.name, isAutomatic: true }),
        ...{ refKind: 'contact-way', refId: way.id },
      }));
    await insertRows(tx, 'timeline_entry', lines);
    const rows = ids.map((tagId) => ({ identityId, tagId, addedBy: 'contact-way', at: systemNow }));
    await insertRows(tx, 'identity_tag', rows, { onConflict: ['identityId', 'tagId'] });
    await queueTagPush(tx, world, [identityId]);
  });
}

/** The contact's own name goes first. Just after the adding WeCom may not know the two yet: tried again. */
async function writeRemark(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  remark: string,
  { accountId, identityId, userId, externalUserId }: Arrival,
): Promise<void> {
  const agent = book.weComOrThrow(accountId);
  const { contact, links } = await wecom.getContact(agent, externalUserId);
  const known = links.find((link) => link.userId === userId);
  // The rep was quicker: their own words stay. Without any, WeCom shows the name as the remark.
  if (known && known.remark !== '' && known.remark !== contact.name) return;
  const room = Math.max(0, mostRemark - remark.length - 1);
  const written = `${contact.name.slice(0, room)} ${remark}`.trim();
  await wecom.remarkContact(agent, userId, externalUserId, { remark: written });
  // What is done by calls is not told by events.
  await kit.db.transact((tx) =>
    execute(tx, `UPDATE staff_link SET remark = ? WHERE identityId = ? AND userId = ?`, [
      ...[written, identityId, userId],
    ]),
  );
}
