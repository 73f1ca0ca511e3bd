import { randomText } from '../../random';
import type { Fields } from '../../wire/body';
import type { World } from '../../world';
import { tagIdsOf, type Relation } from '../contacts';
import { textIn } from '../content';
import {
  bytesOf,
  json,
  num,
  nums,
  obj,
  objs,
  seconds,
  str,
  strs,
  type Call,
  type Endpoints,
} from '../endpoint';
import { mediaInCall } from '../media';
import { afterOf, limitOf, pageOfRows } from '../paging';
import { refuse } from '../refusal';
import { departmentTree, departmentsOf, listStaff, repsOf } from '../staff';
import { tagOf } from '../tags';

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

const shared = { where: 'wecom-moments', needs: 'contact', method: 'POST' } as const;

export const momentCalls: Endpoints = {
  '/cgi-bin/externalcontact/add_moment_task': {
    ...shared,
    run: (world, call) => {
      const text = textIn(call.body, 4_000);
      const attachments = objs(call.body, 'attachments');
      if (text === '' && attachments.length === 0) refuse(41089);
      checkAttachments(world, call, attachments);
      const { senders, tags } = rangeOf(world, call);
      if (senders.length === 0) refuse(40003);
      const [momentId, jobId] = [`mom${randomText(29)}`, randomText(32)];
      const { now } = call;
      world.store
        .sql(
          'INSERT INTO wecom_moment (momentId, jobId, corpId, body, createdAt, readyAt) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(
          ...[momentId, jobId, call.corp.corpId, JSON.stringify({ text, attachments })],
          ...[now, now + call.corp.settings.dispatchMs],
        );
      for (const userId of senders) addTask(world, call, momentId, userId, tags);
      return json({ jobid: jobId });
    },
  },
  // Sources disagree about where the jobid stands: either is taken.
  '/cgi-bin/externalcontact/get_moment_task_result': {
    ...shared,
    method: 'both',
    run: (world, call) => {
      const jobId = call.query.get('jobid') ?? str(call.body, 'jobid');
      const moment = world.store
        .sql<MomentRow>('SELECT * FROM wecom_moment WHERE jobId = ?')
        .get(jobId);
      if (moment?.corpId !== call.corp.corpId) return refuse(40088);
      if (call.now < moment.readyAt) return json({ status: 2, type: 'add_moment_task' });
      return json({
        status: 3,
        type: 'add_moment_task',
        result: { errcode: 0, errmsg: 'ok', moment_id: moment.momentId },
      });
    },
  },
  '/cgi-bin/externalcontact/get_moment_list': {
    ...shared,
    run: (world, call) => {
      const [from, to] = [num(call.body, 'start_time') * 1000, num(call.body, 'end_time') * 1000];
      if (from <= 0 || to < from || to - from > 30 * 86_400_000 + 1_000) refuse(40058);
      const { rows, next_cursor } = pageOfRows<MomentRow>(
        world,
        'SELECT * FROM wecom_moment WHERE corpId = ? AND createdAt >= ? AND createdAt <= ?',
        [call.corp.corpId, from, to + 999],
        afterOf(call),
        limitOf(call, 20, 20),
      );
      return json({ moment_list: rows.map(showMoment), next_cursor });
    },
  },
  '/cgi-bin/externalcontact/get_moment_task': {
    ...shared,
    run: (world, call) => {
      const moment = momentInCall(world, call);
      const rows = world.store
        .sql<{ userId: string; publishedAt: number | null }>(
          'SELECT * FROM wecom_moment_task WHERE momentId = ? ORDER BY userId',
        )
        .all(moment.momentId);
      return json({
        task_list: rows.map(({ userId, publishedAt }) => ({
          userid: userId,
          publish_status: publishedAt === null ? 0 : 1,
        })),
        next_cursor: '',
      });
    },
  },
  '/cgi-bin/externalcontact/get_moment_customer_list': {
    ...shared,
    run: (world, call) => customerPage(world, call, false),
  },
  '/cgi-bin/externalcontact/get_moment_send_result': {
    ...shared,
    run: (world, call) => customerPage(world, call, true),
  },
  '/cgi-bin/externalcontact/get_moment_comments': {
    ...shared,
    run: (world, call) => {
      const moment = momentInCall(world, call);
      const userId = publishedBy(world, call, moment);
      const rows = world.store
        .sql<MomentCustomerRow>(
          'SELECT * FROM wecom_moment_customer WHERE momentId = ? AND userId = ?',
        )
        .all(moment.momentId, userId);
      const reactions = (name: 'likedAt' | 'commentedAt') =>
        rows.flatMap((row) => {
          const at = row[name];
          return at === null
            ? []
            : [{ external_userid: row.externalUserId, create_time: seconds(at) }];
        });
      return json({ comment_list: reactions('commentedAt'), like_list: reactions('likedAt') });
    },
  },
  '/cgi-bin/externalcontact/cancel_moment_task': {
    ...shared,
    run: (world, call) => {
      const moment = momentInCall(world, call);
      world.store
        .sql('UPDATE wecom_moment SET cancelledAt = ? WHERE seq = ?')
        .run(call.now, moment.seq);
      return json();
    },
  },
};

export function momentOf(world: World, momentId: string): MomentRow | undefined {
  return world.store.sql<MomentRow>('SELECT * FROM wecom_moment WHERE momentId = ?').get(momentId);
}

function momentInCall(world: World, call: Call): MomentRow {
  const id = str(call.body, 'moment_id');
  if (id === '') refuse(41059);
  const moment = momentOf(world, id);
  if (moment?.corpId !== call.corp.corpId) return refuse(41060);
  return call.now < moment.readyAt ? refuse(41079) : moment;
}

function publishedBy(world: World, call: Call, moment: MomentRow): string {
  const userId = str(call.body, 'userid');
  const task = world.store
    .sql<{ publishedAt: number | null }>(
      'SELECT publishedAt FROM wecom_moment_task WHERE momentId = ? AND userId = ?',
    )
    .get(moment.momentId, userId);
  if (!task) return refuse(41061);
  return task.publishedAt === null ? refuse(41062) : userId;
}

function customerPage(world: World, call: Call, isDelivered: boolean) {
  const moment = momentInCall(world, call);
  const userId = isDelivered ? publishedBy(world, call, moment) : str(call.body, 'userid');
  const { rows, next_cursor } = pageOfRows<MomentCustomerRow>(
    world,
    `SELECT * FROM wecom_moment_customer WHERE momentId = ? AND userId = ?${isDelivered ? ' AND deliveredAt IS NOT NULL' : ''}`,
    [moment.momentId, userId],
    afterOf(call),
    isDelivered ? limitOf(call, 3_000, 5_000) : limitOf(call, 500, 1_000),
  );
  const customers = rows.map((row) => ({
    ...(isDelivered ? {} : { userid: row.userId }),
    external_userid: row.externalUserId,
  }));
  return json({ customer_list: customers, next_cursor });
}

/** Nine pictures, or one video, or one link, of media uploaded for moments. */
function checkAttachments(world: World, call: Call, attachments: Fields[]): void {
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
function rangeOf(world: World, call: Call): { senders: string[]; tags: string[] } {
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

function addTask(world: World, call: Call, momentId: string, userId: string, tags: string[]): void {
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

function showMoment(moment: MomentRow): Record<string, unknown> {
  const { text, attachments } = JSON.parse(moment.body) as {
    text: string;
    attachments: Fields[];
  };
  const parts = (kind: string) =>
    attachments.filter((one) => one.msgtype === kind).map((one) => one[kind]);
  const [video, link] = [parts('video')[0], parts('link')[0]];
  return {
    moment_id: moment.momentId,
    create_time: seconds(moment.createdAt),
    create_type: 0,
    visible_type: 0,
    text: { content: text },
    image: parts('image'),
    ...(video ? { video } : {}),
    ...(link ? { link } : {}),
  };
}
