import { randomText } from '../../random';
import type { Fields } from '../../wire/body';
import type { World } from '../../world';
import { textIn } from '../content';
import { json, num, objs, seconds, str, type Call, type Endpoints } from '../endpoint';
import {
  addTask,
  checkAttachments,
  momentOf,
  rangeOf,
  type MomentCustomerRow,
  type MomentRow,
} from '../moments';
import { afterOf, limitOf, pageOfRows } from '../paging';
import { refuse } from '../refusal';

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
