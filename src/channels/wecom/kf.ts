import type { Ended } from '../wire/call';
import { listFrom, numberFrom, objectFrom, textFrom, type JsonObject } from '../wire/json';
import type { CallingAgent } from './account';
import { get, post, type Calls } from './calls';
import { readKfMessage, type KfMessage } from './kf-message';
import { limits } from './limits';

export interface KfAccount {
  readonly kfId: string;
  readonly name: string;
  readonly avatar: string;
}

/** Customer-service accounts this app may speak for. `next` is the offset of the next page. */
export async function listKfAccounts(
  calls: Calls,
  agent: CallingAgent,
  offset = 0,
): Promise<{ readonly items: readonly KfAccount[]; readonly next?: number }> {
  const answer = await post(calls, agent, '/cgi-bin/kf/account/list', { offset, limit: 100 });
  const items = listFrom(answer['account_list']).map((one) => {
    const body = objectFrom(one);
    return {
      kfId: textFrom(body['open_kfid']),
      name: textFrom(body['name']),
      avatar: textFrom(body['avatar']),
    };
  });
  return { items, ...(items.length === 100 && { next: offset + 100 }) };
}

/** An address that opens a chat with the account; `scene` comes back when somebody enters by it. */
export async function kfLink(
  calls: Calls,
  agent: CallingAgent,
  kfId: string,
  scene = '',
): Promise<string> {
  const body = { open_kfid: kfId, scene };
  return textFrom((await post(calls, agent, '/cgi-bin/kf/add_contact_way', body))['url']);
}

export interface KfPull {
  readonly messages: readonly KfMessage[];
  /** To be kept for each account, and given with the next pull. */
  readonly cursor: string;
  /** Go on while this is true, even after an empty page. */
  readonly hasMore: boolean;
}

/**
 * What was said since `cursor`, at most three days back. `token` is that of the bell; without one the pull
 * is allowed but soon limited. Our own messages are not among them.
 */
export async function pullKfMessages(
  calls: Calls,
  agent: CallingAgent,
  wanted: { readonly kfId: string; readonly cursor?: string; readonly token?: string },
): Promise<KfPull> {
  const { kfId, cursor = '', token } = wanted;
  const answer = await post(
    calls,
    agent,
    '/cgi-bin/kf/sync_msg',
    {
      open_kfid: kfId,
      limit: limits.kf.page,
      ...(cursor !== '' && { cursor }),
      ...(token !== undefined && token !== '' && { token }),
    },
    { timeoutMs: 15_000 },
  );
  return {
    messages: listFrom(answer['msg_list']).map((one) => readKfMessage(objectFrom(one))),
    cursor: textFrom(answer['next_cursor']) || cursor,
    hasMore: numberFrom(answer['has_more']) === 1,
  };
}

/** What may be said to a visitor. */
export type KfReply =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image' | 'voice' | 'video' | 'file'; readonly mediaId: string }
  | {
      readonly kind: 'link';
      readonly title: string;
      readonly url: string;
      readonly coverMediaId: string;
      readonly description?: string;
    }
  | {
      readonly kind: 'choices';
      readonly before: string;
      readonly choices: readonly { readonly id: string; readonly label: string }[];
      readonly after?: string;
    };

/** `key` makes a repeat harmless: at most 32 letters, digits, `_` and `-`. */
export async function sayInKf(
  calls: Calls,
  agent: CallingAgent,
  chat: { readonly kfId: string; readonly externalUserId: string; readonly key?: string },
  reply: KfReply,
): Promise<Ended<{ readonly messageId: string }>> {
  return sent(
    await calls.json(agent, {
      method: 'POST',
      path: '/cgi-bin/kf/send_msg',
      body: {
        touser: chat.externalUserId,
        open_kfid: chat.kfId,
        ...(chat.key !== undefined && { msgid: chat.key }),
        ...replyBody(reply),
      },
      mustConfirm: true,
    }),
  );
}

/** The one message that an entering, a hand-over or an end allows. */
export async function answerKfEvent(
  calls: Calls,
  agent: CallingAgent,
  code: string,
  reply: Extract<KfReply, { kind: 'text' | 'choices' }>,
): Promise<Ended<{ readonly messageId: string }>> {
  return sent(
    await calls.json(agent, {
      method: 'POST',
      path: '/cgi-bin/kf/send_msg_on_event',
      body: { code, ...replyBody(reply) },
      mustConfirm: true,
    }),
  );
}

/** Who serves there: staff by name, or whole departments. */
export async function kfServicers(
  calls: Calls,
  agent: CallingAgent,
  kfId: string,
): Promise<{
  readonly staff: readonly { readonly userId: string; readonly serving: boolean }[];
  readonly departmentIds: readonly string[];
}> {
  const answer = await get(calls, agent, '/cgi-bin/kf/servicer/list', { open_kfid: kfId });
  const rows = listFrom(answer['servicer_list']).map(objectFrom);
  return {
    staff: rows
      .map((row) => ({ userId: textFrom(row['userid']), serving: numberFrom(row['status']) === 0 }))
      .filter(({ userId }) => userId !== ''),
    departmentIds: rows
      .filter((row) => row['department_id'] !== undefined)
      .map((row) => String(numberFrom(row['department_id']))),
  };
}

export type KfState = 'new' | 'bot' | 'pool' | 'person' | 'ended';

const states: readonly KfState[] = ['new', 'bot', 'pool', 'person', 'ended'];

export async function kfState(
  calls: Calls,
  agent: CallingAgent,
  kfId: string,
  externalUserId: string,
): Promise<{ readonly state: KfState; readonly servicer?: string }> {
  const body = { open_kfid: kfId, external_userid: externalUserId };
  const answer = await post(calls, agent, '/cgi-bin/kf/service_state/get', body);
  const servicer = textFrom(answer['servicer_userid']);
  return {
    state: states[numberFrom(answer['service_state'])] ?? 'new',
    ...(servicer !== '' && { servicer }),
  };
}

/** Hands the chat on. The code answered, if any, allows one message about it. */
export async function moveKfChat(
  calls: Calls,
  agent: CallingAgent,
  chat: { readonly kfId: string; readonly externalUserId: string },
  to: { readonly state: Exclude<KfState, 'new'>; readonly servicer?: string },
): Promise<{ readonly code?: string }> {
  const answer = await post(calls, agent, '/cgi-bin/kf/service_state/trans', {
    open_kfid: chat.kfId,
    external_userid: chat.externalUserId,
    service_state: states.indexOf(to.state),
    ...(to.servicer !== undefined && { servicer_userid: to.servicer }),
  });
  const code = textFrom(answer['msg_code']);
  return code === '' ? {} : { code };
}

export interface KfVisitor {
  readonly externalUserId: string;
  readonly name: string;
  readonly avatar: string;
  readonly unionid?: string;
}

/** Up to 100 visitors; their ids are those of customers, which is how the two are one. */
export async function getKfVisitors(
  calls: Calls,
  agent: CallingAgent,
  externalUserIds: readonly string[],
): Promise<readonly KfVisitor[]> {
  const body = { external_userid_list: externalUserIds, need_enter_session_context: 0 };
  const answer = await post(calls, agent, '/cgi-bin/kf/customer/batchget', body);
  return listFrom(answer['customer_list']).map((one) => visitorFrom(objectFrom(one)));
}

function visitorFrom(body: JsonObject): KfVisitor {
  const unionid = textFrom(body['unionid']);
  return {
    externalUserId: textFrom(body['external_userid']),
    name: textFrom(body['nickname']),
    avatar: textFrom(body['avatar']),
    ...(unionid !== '' && { unionid }),
  };
}

function sent(ended: Ended<JsonObject>): Ended<{ readonly messageId: string }> {
  if (ended.kind !== 'ok') return ended;
  return { kind: 'ok', value: { messageId: textFrom(ended.value['msgid']) } };
}

function replyBody(reply: KfReply): object {
  switch (reply.kind) {
    case 'text':
      return { msgtype: 'text', text: { content: reply.text } };
    case 'link': {
      const { title, url, coverMediaId: thumb_media_id, description } = reply;
      return {
        msgtype: 'link',
        link: { title, url, thumb_media_id, ...(description && { desc: description }) },
      };
    }
    case 'choices':
      return {
        msgtype: 'msgmenu',
        msgmenu: {
          head_content: reply.before,
          list: reply.choices.map(({ id, label }) => ({
            type: 'click',
            click: { id, content: label },
          })),
          ...(reply.after && { tail_content: reply.after }),
        },
      };
    default:
      return { msgtype: reply.kind, [reply.kind]: { media_id: reply.mediaId } };
  }
}
