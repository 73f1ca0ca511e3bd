import type { Ended } from '../wire/call';
import { numberFrom, objectFrom, textFrom } from '../wire/json';
import type { CallingAgent } from './account';
import { messageBody, type RepMessage } from './attachments';
import { external, post, type Calls } from './calls';
import { instantFrom, pageFrom, textsFrom, type Page } from './page';

/** An order for reps to confirm; nothing is sent by giving it. */
export type MassOrder = RepMessage &
  (
    | {
        readonly to: 'customers';
        /** Up to 10,000; empty with a sender: all of theirs. */
        readonly externalUserIds?: readonly string[];
        /** Without one WeCom picks, for each customer, the rep who last dealt with them. */
        readonly sender?: string;
        /** Any tag of each inner list, and one of every list. */
        readonly tagIds?: readonly (readonly string[])[];
      }
    | { readonly to: 'rooms'; readonly sender: string; readonly roomIds?: readonly string[] }
  );

export interface OrderedMass {
  readonly messageId: string;
  /** Unknown, or beyond what they may receive this month. */
  readonly refused: readonly string[];
}

export async function orderMassMessage(
  calls: Calls,
  agent: CallingAgent,
  order: MassOrder,
): Promise<Ended<OrderedMass>> {
  const ended = await calls.json(agent, {
    method: 'POST',
    path: external('add_msg_template'),
    body: { ...receiversOf(order), ...messageBody(order) },
    timeoutMs: 15_000,
    mustConfirm: true,
  });
  if (ended.kind !== 'ok') return ended;
  const { value } = ended;
  return {
    kind: 'ok',
    value: { messageId: textFrom(value['msgid']), refused: textsFrom(value['fail_list']) },
  };
}

export interface MassTask {
  readonly userId: string;
  readonly isConfirmed: boolean;
  readonly confirmedAt?: number;
}

/** Who has confirmed. The sample and the field table disagree about the number; either is taken. */
export async function listMassTasks(
  calls: Calls,
  agent: CallingAgent,
  messageId: string,
  after = '',
): Promise<Page<MassTask>> {
  const asked = { msgid: messageId, limit: 1_000, cursor: after };
  const answer = await post(calls, agent, external('get_groupmsg_task'), asked);
  return pageFrom(answer, 'task_list', (task) => ({
    userId: textFrom(task['userid']),
    isConfirmed: numberFrom(task['status']) > 0,
    ...instantFrom('confirmedAt', numberFrom(task['send_time'])),
  }));
}

/** `capped`: this customer has had as many as they may. */
export type MassOutcome = 'waiting' | 'sent' | 'not-a-friend' | 'capped';

export interface MassResult {
  /** A customer's or a room's id. */
  readonly receiver: string;
  readonly userId: string;
  readonly outcome: MassOutcome;
  readonly sentAt?: number;
}

const outcomes: readonly MassOutcome[] = ['waiting', 'sent', 'not-a-friend', 'capped'];

/** What became of one sender's part; just after the order WeCom is still dispatching (outcome `retry`). */
export async function listMassResults(
  calls: Calls,
  agent: CallingAgent,
  messageId: string,
  userId: string,
  after = '',
): Promise<Page<MassResult>> {
  const asked = { msgid: messageId, userid: userId, limit: 1_000, cursor: after };
  const answer = await post(calls, agent, external('get_groupmsg_send_result'), asked);
  return pageFrom(answer, 'send_list', (sent) => ({
    receiver: textFrom(sent['external_userid']) || textFrom(sent['chat_id']),
    userId: textFrom(sent['userid']),
    outcome: outcomes[numberFrom(sent['status'])] ?? 'waiting',
    ...instantFrom('sentAt', numberFrom(sent['send_time'])),
  }));
}

export interface ListedMass {
  readonly messageId: string;
  /** Absent when it was ordered through the API. */
  readonly creator?: string;
  readonly createdAt?: number;
  readonly isPersonal: boolean;
  readonly text: string;
}

/** Orders of a span of at most a month, whoever gave them: needed to know a customer's cap. */
export async function listMassMessages(
  calls: Calls,
  agent: CallingAgent,
  span: { readonly to: 'customers' | 'rooms'; readonly from: number; readonly until: number },
  after = '',
): Promise<Page<ListedMass>> {
  const answer = await post(calls, agent, external('get_groupmsg_list_v2'), {
    chat_type: span.to === 'rooms' ? 'group' : 'single',
    start_time: Math.floor(span.from / 1000),
    end_time: Math.floor(span.until / 1000),
    filter_type: 2,
    limit: 100,
    cursor: after,
  });
  return pageFrom(answer, 'group_msg_list', (one) => {
    const creator = textFrom(one['creator']);
    return {
      messageId: textFrom(one['msgid']),
      ...(creator !== '' && { creator }),
      ...instantFrom('createdAt', numberFrom(one['create_time'])),
      isPersonal: numberFrom(one['create_type']) === 1,
      text: textFrom(objectFrom(one['text'])['content']),
    };
  });
}

/** Nudges those who have not confirmed; three times in 24 hours at most. */
export async function remindMassSenders(
  calls: Calls,
  agent: CallingAgent,
  messageId: string,
): Promise<void> {
  await post(calls, agent, external('remind_groupmsg_send'), { msgid: messageId });
}

/** Stops those who have not confirmed; what is sent stays sent. */
export async function cancelMassMessage(
  calls: Calls,
  agent: CallingAgent,
  messageId: string,
): Promise<void> {
  await post(calls, agent, external('cancel_groupmsg_send'), { msgid: messageId });
}

function receiversOf(order: MassOrder): object {
  if (order.to === 'rooms')
    return {
      chat_type: 'group',
      sender: order.sender,
      ...(order.roomIds && { chat_id_list: order.roomIds }),
    };
  const { externalUserIds, sender, tagIds } = order;
  return {
    chat_type: 'single',
    ...(externalUserIds && { external_userid: externalUserIds }),
    ...(sender !== undefined && { sender }),
    ...(tagIds && { tag_filter: { group_list: tagIds.map((tag_list) => ({ tag_list })) } }),
  };
}
