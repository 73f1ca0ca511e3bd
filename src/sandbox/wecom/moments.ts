import type { Fields } from '../wire/body';
import type { World } from '../world';
import { tagIdsOf, type Relation } from './contacts';
import { bytesOf, nums, obj, str, strs, type Call } from './endpoint';
import { mediaInCall } from './media';
import { refuse } from './refusal';
import { departmentTree, departmentsOf, listStaff, repsOf } from './staff';
import { tagOf } from './tags';

export interface MomentRow {
  seq: number;
  momentId: string;
  jobId: string;
  corpId: string;
  body: string;
  createdAt: number;
  readyAt: number;
  cancelledAt: number | null;
}

export interface MomentCustomerRow {
  seq: number;
  momentId: string;
  userId: string;
  externalUserId: string;
  deliveredAt: number | null;
  likedAt: number | null;
  commentedAt: number | null;
}

export function momentOf(world: World, momentId: string): MomentRow | undefined {
  return world.store.sql<MomentRow>('SELECT * FROM wecom_moment WHERE momentId = ?').get(momentId);
}

/** Nine pictures, or one video, or one link, of media uploaded for moments. */
export function checkAttachments(world: World, call: Call, attachments: Fields[]): void {
  const kinds = attachments.map((one) => str(one, 'msgtype'));
  const isMix = new Set(kinds).size > 1;
  const most = kinds[0] === 'image' ? 9 : 1;
  if (isMix || attachments.length > most) refuse(41064);
  attachments.forEach((attachment, at) => {
    const kind = kinds[at] ?? '';
    const part = obj(attachment, kind);
    if (!['image', 'video', 'link'].includes(kind) || !part) return refuse(41065);
    if (kind === 'link' && (str(part, 'url') === '' || bytesOf(str(part, 'title')) > 64))
      refuse(40058);
    mediaInCall(world, call, str(part, 'media_id'), 'moment');
  });
}

/** Only senders: all their customers. Only tags: everybody in range. Both: what they have in common. */
export function rangeOf(world: World, call: Call): { senders: string[]; tags: string[] } {
  const range = obj(call.body, 'visible_range') ?? {};
  const senderList = obj(range, 'sender_list');
  const contactList = obj(range, 'external_contact_list');
  const tags = contactList ? strs(contactList, 'tag_list') : [];
  if (tags.some((id) => tagOf(world, id)?.corpId !== call.corp.corpId)) refuse(40068);
  const users = senderList ? strs(senderList, 'user_list') : [];
  const trees = (senderList ? nums(senderList, 'department_list') : []).map((id) =>
    departmentTree(world, call.corp.corpId, id),
  );
  const reps = repsOf(world, call.agent).map((staff) => staff.userId);
  if (users.length === 0 && trees.length === 0) return { senders: reps, tags };
  const inTrees = listStaff(world, call.corp.corpId)
    .filter((staff) => trees.some((tree) => departmentsOf(staff).some((id) => tree.has(id))))
    .map((staff) => staff.userId);
  const wanted = new Set([...users, ...inTrees]);
  return { senders: reps.filter((userId) => wanted.has(userId)), tags };
}

/** A customer is brought so many moments of a corp in a calendar month, counted in China. */
const perMonth = 4;
const china = 8 * 3_600_000;

export function isFull(
  world: World,
  { corpId }: MomentRow,
  externalUserId: string,
  now: number,
): boolean {
  const local = new Date(now + china);
  const month = Date.UTC(local.getUTCFullYear(), local.getUTCMonth()) - china;
  const row = world.store
    .sql<{ n: number }>(
      `SELECT COUNT(DISTINCT c.momentId) AS n FROM wecom_moment_customer c
       JOIN wecom_moment m ON m.momentId = c.momentId
       WHERE m.corpId = ? AND c.externalUserId = ? AND c.deliveredAt >= ?`,
    )
    .get(corpId, externalUserId, month);
  return (row?.n ?? 0) >= perMonth;
}

/** Inside a work: one rep's part of it, with the customers who may see it. */
export function addTask(
  world: World,
  call: Call,
  momentId: string,
  userId: string,
  tags: string[],
): void {
  world.store
    .sql('INSERT INTO wecom_moment_task (momentId, userId) VALUES (?, ?)')
    .run(momentId, userId);
  const relations = world.store
    .sql<Relation>(
      `SELECT * FROM wecom_relation WHERE corpId = ? AND userId = ? AND status = 'friends' ORDER BY seq`,
    )
    .all(call.corp.corpId, userId)
    .filter(
      (relation) =>
        tags.length === 0 || tagIdsOf(world, relation).some((tagId) => tags.includes(tagId)),
    );
  for (const { externalUserId } of relations)
    world.store
      .sql('INSERT INTO wecom_moment_customer (momentId, userId, externalUserId) VALUES (?, ?, ?)')
      .run(momentId, userId, externalUserId);
}
