import { randomText } from '../../random';
import type { Fields } from '../../wire/body';
import type { World } from '../../world';
import { isInRange } from '../corps';
import { contactOf, isReadable, relationsOf, tagIdsOf, type Relation } from '../contacts';
import { contentInCall } from '../content';
import { json, num, obj, objs, seconds, str, strs, type Call, type Endpoints } from '../endpoint';
import { isCapped, massOf, type MassRow, type MassTargetRow } from '../mass';
import { afterOf, limitOf, pageOfRows } from '../paging';
import { refuse } from '../refusal';
import { membersOf, roomInCall, type RoomRow } from '../rooms';
import { repInCall, repsOf } from '../staff';

const shared = { where: 'wecom-mass', needs: 'contact', method: 'POST' } as const;
const DAY = 86_400_000;

type Targets = Map<string, string[]>;

export const massCalls: Endpoints = {
  '/cgi-bin/externalcontact/add_msg_template': {
    ...shared,
    run: (world, call) => {
      const kind = str(call.body, 'chat_type') || 'single';
      if (kind !== 'single' && kind !== 'group') refuse(40058);
      const content = contentInCall(world, call);
      const failed: string[] = [];
      const targets =
        kind === 'group' ? roomTargets(world, call) : customerTargets(world, call, failed);
      if (targets.size === 0) refuse(41048);
      const msgId = `msg${randomText(29)}`;
      world.store
        .sql(
          'INSERT INTO wecom_mass (msgId, corpId, agentId, kind, body, createdAt, readyAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          ...[msgId, call.corp.corpId, call.agent.agentId, kind as string, JSON.stringify(content)],
          ...[call.now, call.now + call.corp.settings.dispatchMs],
        );
      for (const [userId, receivers] of targets) {
        world.store
          .sql('INSERT INTO wecom_mass_task (msgId, userId) VALUES (?, ?)')
          .run(msgId, userId);
        for (const target of receivers)
          world.store
            .sql('INSERT OR IGNORE INTO wecom_mass_target (msgId, userId, target) VALUES (?, ?, ?)')
            .run(msgId, userId, target);
      }
      return json({ fail_list: failed, msgid: msgId });
    },
  },
  '/cgi-bin/externalcontact/get_groupmsg_list_v2': {
    ...shared,
    run: (world, call) => {
      const { body } = call;
      const kind = str(body, 'chat_type');
      const [from, to] = [num(body, 'start_time') * 1000, num(body, 'end_time') * 1000];
      if (!['single', 'group'].includes(kind) || from <= 0 || to < from) refuse(40058);
      if (to - from > 31 * DAY) refuse(40058);
      const filter = num(body, 'filter_type', 2);
      const { rows, next_cursor } = pageOfRows<MassRow>(
        world,
        `SELECT * FROM wecom_mass WHERE corpId = ? AND kind = ? AND createdAt >= ? AND createdAt <= ? AND (? = 2 OR (agentId IS NULL) = ?)`,
        [call.corp.corpId, kind, from, to + 999, filter, filter],
        afterOf(call),
        limitOf(call, 50, 100),
      );
      return json({ group_msg_list: rows.map(showMass), next_cursor });
    },
  },
  '/cgi-bin/externalcontact/get_groupmsg_task': {
    ...shared,
    run: (world, call) => {
      const mass = massInCall(world, call);
      const rows = world.store
        .sql<{ userId: string; status: number; sentAt: number | null }>(
          'SELECT * FROM wecom_mass_task WHERE msgId = ? ORDER BY userId',
        )
        .all(mass.msgId);
      const from = afterOf(call);
      const limit = limitOf(call, 500, 1_000);
      const page = rows.slice(from, from + limit);
      const next = from + page.length < rows.length ? from + page.length : 0;
      return json({
        task_list: page.map(({ userId, status, sentAt }) => ({
          userid: userId,
          status,
          ...(sentAt === null ? {} : { send_time: seconds(sentAt) }),
        })),
        next_cursor: next === 0 ? '' : Buffer.from(`c:${next}`).toString('base64url'),
      });
    },
  },
  '/cgi-bin/externalcontact/get_groupmsg_send_result': {
    ...shared,
    run: (world, call) => {
      const mass = massInCall(world, call);
      const userId = str(call.body, 'userid');
      const { rows, next_cursor } = pageOfRows<MassTargetRow>(
        world,
        'SELECT * FROM wecom_mass_target WHERE msgId = ? AND userId = ?',
        [mass.msgId, userId],
        afterOf(call),
        limitOf(call, 500, 1_000),
      );
      const id = mass.kind === 'group' ? 'chat_id' : 'external_userid';
      return json({
        send_list: rows.map((row) => ({
          [id]: row.target,
          userid: row.userId,
          status: row.status,
          ...(row.sentAt === null ? {} : { send_time: seconds(row.sentAt) }),
        })),
        next_cursor,
      });
    },
  },
  '/cgi-bin/externalcontact/remind_groupmsg_send': {
    ...shared,
    run: (world, call) => {
      const mass = massInCall(world, call);
      if (mass.cancelledAt !== null) refuse(41093);
      const reminders = (JSON.parse(mass.reminders) as number[]).filter(
        (at) => at > call.now - DAY,
      );
      if (reminders.length >= 3) refuse(41094);
      world.store
        .sql('UPDATE wecom_mass SET reminders = ? WHERE seq = ?')
        .run(JSON.stringify([...reminders, call.now]), mass.seq);
      return json();
    },
  },
  '/cgi-bin/externalcontact/cancel_groupmsg_send': {
    ...shared,
    run: (world, call) => {
      const mass = massInCall(world, call);
      if (mass.cancelledAt !== null) refuse(41093);
      world.store
        .sql('UPDATE wecom_mass SET cancelledAt = ? WHERE seq = ?')
        .run(call.now, mass.seq);
      return json();
    },
  },
};

/** An order of this corp; 41063 while it is still being dispatched. */
function massInCall(world: World, call: Call): MassRow {
  const msgId = str(call.body, 'msgid');
  if (msgId === '') refuse(41046);
  const mass = massOf(world, msgId);
  if (mass?.corpId !== call.corp.corpId) return refuse(41047);
  return call.now < mass.readyAt ? refuse(41063) : mass;
}

/** By sender. Without a sender each customer goes to the rep who last dealt with them. */
function customerTargets(world: World, call: Call, failed: string[]): Targets {
  const { body, corp } = call;
  const named = strs(body, 'external_userid');
  const sender = str(body, 'sender');
  if (named.length > 10_000) refuse(40058);
  if (named.length === 0 && sender === '' && !('tag_filter' in body)) refuse(40063);
  if (sender !== '') repInCall(call, world, sender);
  const wanted = named.length > 0 ? named : customersOf(world, call, sender);
  const fits = tagFilter(world, body);
  const targets: Targets = new Map();
  for (const id of new Set(wanted)) {
    const relation =
      contactOf(world, id)?.corpId === corp.corpId ? senderFor(world, call, id, sender) : undefined;
    if (relation && !fits(id)) continue;
    if (!relation || isCapped(world, corp.settings.massCap, id, call.now)) {
      failed.push(id);
      continue;
    }
    targets.set(relation.userId, [...(targets.get(relation.userId) ?? []), id]);
  }
  return targets;
}

function senderFor(world: World, call: Call, id: string, sender: string): Relation | undefined {
  const able = relationsOf(world, id)
    .filter((relation) => isReadable(call, relation) && isInRange(call.agent, relation.userId))
    .filter((relation) => sender === '' || relation.userId === sender);
  const lastOf = (relation: Relation) =>
    Math.max(relation.addedAt, relation.chattedAt ?? 0, relation.repliedAt ?? 0);
  return able.sort((a, b) => lastOf(b) - lastOf(a))[0];
}

function customersOf(world: World, call: Call, sender: string): string[] {
  const reps = sender === '' ? repsOf(world, call.agent).map((one) => one.userId) : [sender];
  return world.store
    .sql<{ externalUserId: string }>(
      `SELECT externalUserId FROM wecom_relation WHERE corpId = ? AND status = 'friends' AND userId IN (SELECT value FROM json_each(?)) ORDER BY seq`,
    )
    .all(call.corp.corpId, JSON.stringify(reps))
    .map((row) => row.externalUserId);
}

/** One of each inner list, and all lists. */
function tagFilter(world: World, body: Fields): (id: string) => boolean {
  const filter = obj(body, 'tag_filter');
  if (!filter) return () => true;
  const lists = objs(filter, 'group_list').map((group) => strs(group, 'tag_list'));
  if (lists.some((tags) => tags.length > 100)) refuse(40058);
  return (id) => {
    const tags = new Set(relationsOf(world, id).flatMap((relation) => tagIdsOf(world, relation)));
    return lists.every((wanted) => wanted.some((tag) => tags.has(tag)));
  };
}

function roomTargets(world: World, call: Call): Targets {
  const sender = str(call.body, 'sender');
  if (sender === '') refuse(40063);
  const { userId } = repInCall(call, world, sender);
  const named = strs(call.body, 'chat_id_list');
  if (named.length > 2_000) refuse(40058);
  const rooms =
    named.length > 0 ? named.map((id) => roomInCall(call, world, id)) : own(world, call, userId);
  const theirs = rooms.filter((room) =>
    membersOf(world, room.roomId).some((member) => member.memberId === userId),
  );
  const targets: Targets = new Map();
  if (theirs.length > 0)
    targets.set(
      userId,
      theirs.map((room) => room.roomId),
    );
  return targets;
}

const own = (world: World, call: Call, userId: string): RoomRow[] =>
  world.store
    .sql<RoomRow>('SELECT * FROM wecom_room WHERE corpId = ? AND owner = ? AND dismissedAt IS NULL')
    .all(call.corp.corpId, userId);

function showMass(mass: MassRow): Record<string, unknown> {
  const content = JSON.parse(mass.body) as { text: string; attachments: Fields[] };
  return {
    msgid: mass.msgId,
    create_time: seconds(mass.createdAt),
    create_type: mass.agentId === null ? 1 : 0,
    ...(content.text === '' ? {} : { text: { content: content.text } }),
    attachments: content.attachments,
  };
}
