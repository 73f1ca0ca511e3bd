import { createHash } from 'node:crypto';
import { randomText } from '../../random';
import type { Fields } from '../../wire/body';
import type { World } from '../../world';
import {
  bytesOf,
  json,
  lengthOf,
  num,
  obj,
  objs,
  str,
  strs,
  type Call,
  type Endpoints,
} from '../endpoint';
import { isInRange } from '../corps';
import { mediaInCall } from '../media';
import { putMessage } from '../messages';
import { refuse } from '../refusal';
import { listStaff, staffOf } from '../staff';

const shared = { where: 'wecom-message', method: 'POST' } as const;
const MINUTE = 60_000;
const DAY = 86_400_000;

export const appCalls: Endpoints = {
  '/cgi-bin/message/send': {
    ...shared,
    run: (world, call) => {
      const { body, agent, corp, now } = call;
      if (String(num(body, 'agentid')) !== agent.agentId) refuse(301002);
      const named = str(body, 'touser')
        .split('|')
        .filter((userId) => userId !== '');
      if (named.length === 0) refuse(82001);
      if (named.length > 1_000) refuse(40032);
      const everybody = named[0] === '@all';
      const reachable = listStaff(world, corp.corpId).filter(
        (staff) => staff.leftAt === null && staff.status === 1 && isInRange(agent, staff.userId),
      );
      const receivers = everybody
        ? reachable
        : reachable.filter((staff) =>
            named.some((userId) => userId.toLowerCase() === staff.userId.toLowerCase()),
          );
      const invalid = everybody
        ? []
        : named
            .map((userId) => userId.toLowerCase())
            .filter((userId) => !receivers.some((one) => one.userId.toLowerCase() === userId));
      if (receivers.length === 0) refuse(81013);
      const { kind, shown } = contentOf(world, call);
      const messageId = randomText(43);
      const card = kind === 'template_card' ? obj(body, 'template_card') : undefined;
      const responseCode = card && 'task_id' in card ? randomText(43) : undefined;
      if (!isRepeated(world, call)) {
        for (const { userId } of receivers) {
          // Beyond 30 a minute to one member they vanish, and nobody is told.
          if (recentTo(world, call, userId) >= 30) continue;
          putMessage(
            world,
            {
              ...{ corpId: corp.corpId, via: 'app', direction: 'in', agentId: agent.agentId },
              ...{ userId, kind, body: shown, ref: messageId },
            },
            now,
          );
        }
        if (responseCode !== undefined)
          world.store
            .sql(
              'INSERT INTO wecom_card (responseCode, corpId, agentId, taskId, messageId, expiresAt) VALUES (?, ?, ?, ?, ?, ?)',
            )
            .run(
              ...[responseCode, corp.corpId, agent.agentId],
              ...[str(card ?? {}, 'task_id'), messageId, now + DAY],
            );
      }
      return json({
        msgid: messageId,
        ...(invalid.length > 0 ? { invaliduser: invalid.join('|') } : {}),
        ...(responseCode === undefined ? {} : { response_code: responseCode }),
      });
    },
  },
  '/cgi-bin/message/update_template_card': {
    ...shared,
    run: (world, call) => {
      const { body } = call;
      if (String(num(body, 'agentid')) !== call.agent.agentId) refuse(301002);
      const code = str(body, 'response_code');
      const card = world.store
        .sql<{ corpId: string; messageId: string; expiresAt: number; usedAt: number | null }>(
          'SELECT * FROM wecom_card WHERE responseCode = ?',
        )
        .get(code);
      const isGood =
        card?.corpId === call.corp.corpId && card.usedAt === null && call.now < card.expiresAt;
      if (!isGood) return refuse(60140);
      for (const userId of strs(body, 'userids'))
        if (!staffOf(world, call.corp.corpId, userId)) refuse(60111);
      const word = str(obj(body, 'button') ?? {}, 'replace_name');
      world.store
        .sql('UPDATE wecom_card SET usedAt = ? WHERE responseCode = ?')
        .run(call.now, code);
      world.store
        .sql(
          `UPDATE wecom_message SET body = json_set(body, '$.settled', ?) WHERE ref = ? AND via = 'app'`,
        )
        .run(word === '' ? JSON.stringify(body.template_card ?? {}) : word, card.messageId);
      return json();
    },
  },
  '/cgi-bin/message/recall': {
    ...shared,
    run: (world, call) => {
      const messageId = str(call.body, 'msgid');
      const sent = world.store
        .sql<{ at: number }>(
          `SELECT at FROM wecom_message WHERE ref = ? AND corpId = ? AND via = 'app' LIMIT 1`,
        )
        .get(messageId, call.corp.corpId);
      if (!sent) return refuse(40058);
      if (call.now > sent.at + DAY) refuse(42052);
      world.store.sql(`DELETE FROM wecom_message WHERE ref = ? AND via = 'app'`).run(messageId);
      return json();
    },
  },
};

/** What the member sees: the words, and the parts that a page may draw. */
function contentOf(world: World, call: Call): { kind: string; shown: Record<string, unknown> } {
  const kind = str(call.body, 'msgtype');
  const part = obj(call.body, kind);
  if (!part) return refuse(40008);
  if (kind === 'text' || kind === 'markdown') {
    const text = str(part, 'content');
    if (text === '') refuse(44004);
    if (bytesOf(text) > 2_048) refuse(45002);
    return { kind, shown: { text } };
  }
  if (kind === 'textcard') {
    const [title, description, url] = [
      str(part, 'title'),
      str(part, 'description'),
      str(part, 'url'),
    ];
    if (title === '' || description === '' || url === '') refuse(40063);
    if (lengthOf(title) > 128 || lengthOf(description) > 512 || bytesOf(url) > 2_048) refuse(40058);
    return { kind, shown: { text: title, description, url, button: str(part, 'btntxt') } };
  }
  if (kind === 'template_card') return { kind, shown: cardOf(part) };
  if (kind === 'image' || kind === 'file') {
    mediaInCall(world, call, str(part, 'media_id'));
    return { kind, shown: { text: '', mediaId: str(part, 'media_id') } };
  }
  return refuse(40008);
}

function cardOf(card: Fields): Record<string, unknown> {
  const type = str(card, 'card_type');
  const isNotice = type === 'text_notice' || type === 'news_notice';
  const title = str(obj(card, 'main_title') ?? {}, 'title');
  const taskId = str(card, 'task_id');
  if (isNotice && !('card_action' in card)) refuse(42019);
  if (type === 'button_interaction' && objs(card, 'button_list').length === 0) refuse(42016);
  if (!isNotice && !/^[0-9A-Za-z_\-@]{1,128}$/.test(taskId)) refuse(42014);
  return { text: title, card };
}

const hashOf = (call: Call) =>
  createHash('sha256').update(call.raw).update(call.agent.agentId).digest('hex');

/** The same words again within the interval: taken, and not delivered. */
function isRepeated(world: World, call: Call): boolean {
  if (num(call.body, 'enable_duplicate_check') !== 1) return false;
  const intervalMs = num(call.body, 'duplicate_check_interval', 1_800) * 1000;
  const { sentBefore } = world.wecom;
  const key = hashOf(call);
  const before = sentBefore.get(key);
  if (before !== undefined && call.now < before + intervalMs) return true;
  sentBefore.set(key, call.now);
  return false;
}

const recentTo = (world: World, call: Call, userId: string) =>
  world.store
    .sql<{ n: number }>(
      `SELECT count(*) AS n FROM wecom_message WHERE corpId = ? AND userId = ? AND agentId = ? AND via = 'app' AND at > ?`,
    )
    .get(call.corp.corpId, userId, call.agent.agentId, call.now - MINUTE)?.n ?? 0;
