import { listFrom, numberFrom, objectFrom, textFrom } from '../wire/json';
import type { CallingAgent } from './account';
import { external, given, post, type Calls } from './calls';
import { weComOutcomeOf } from './errors';
import { instantFrom, pageFrom, type Page } from './page';

/** Whether the giver still works here: the two ways have calls of their own. */
export type TransferWay = 'on-job' | 'resigned';

export interface TransferOrder {
  readonly way: TransferWay;
  readonly from: string;
  readonly to: string;
  /** At most 100. */
  readonly externalUserIds: readonly string[];
  /** Said to the customer, 200 characters; on the job only. */
  readonly message?: string;
}

export interface TransferAnswer {
  readonly externalUserId: string;
  readonly isAccepted: boolean;
  readonly errcode: number;
  /** Our name for the errcode. */
  readonly reason?: string;
}

/** Accepted is not done: it settles by itself after a day, unless the customer refuses. */
export async function transferContacts(
  calls: Calls,
  agent: CallingAgent,
  order: TransferOrder,
): Promise<readonly TransferAnswer[]> {
  const isOnJob = order.way === 'on-job';
  const answer = await post(calls, agent, pathOf(order.way, 'transfer_customer'), {
    handover_userid: order.from,
    takeover_userid: order.to,
    external_userid: order.externalUserIds,
    ...given('transfer_success_msg', isOnJob ? order.message : undefined),
  });
  return listFrom(answer['customer']).map((one) => {
    const body = objectFrom(one);
    const errcode = numberFrom(body['errcode']);
    const outcome = weComOutcomeOf(errcode);
    return {
      externalUserId: textFrom(body['external_userid']),
      isAccepted: errcode === 0,
      errcode,
      ...('name' in outcome && { reason: outcome.name }),
    };
  });
}

export type TransferState = 'done' | 'waiting' | 'refused' | 'rep-full' | 'no-record';

export interface TransferResult {
  readonly externalUserId: string;
  readonly state: TransferState;
  /** When it settled, or will by itself. */
  readonly at?: number;
}

const states: Readonly<Record<number, TransferState>> = {
  1: 'done',
  2: 'waiting',
  3: 'refused',
  4: 'rep-full',
  5: 'no-record',
};

export async function listTransferResults(
  calls: Calls,
  agent: CallingAgent,
  pair: { readonly way: TransferWay; readonly from: string; readonly to: string },
  after = '',
): Promise<Page<TransferResult>> {
  const asked = { handover_userid: pair.from, takeover_userid: pair.to, cursor: after };
  const answer = await post(calls, agent, pathOf(pair.way, 'transfer_result'), asked);
  return pageFrom(answer, 'customer', (one) => ({
    externalUserId: textFrom(one['external_userid']),
    state: states[numberFrom(one['status'])] ?? 'no-record',
    ...instantFrom('at', numberFrom(one['takeover_time'])),
  }));
}

export interface Unassigned {
  readonly from: string;
  readonly externalUserId: string;
  readonly leftAt?: number;
}

/** Customers whose rep has left the corp. */
export async function listUnassigned(
  calls: Calls,
  agent: CallingAgent,
  after = '',
): Promise<Page<Unassigned>> {
  const asked = { page_size: 1_000, ...(after !== '' && { cursor: after }) };
  const answer = await post(calls, agent, external('get_unassigned_list'), asked);
  const page = pageFrom(answer, 'info', (one) => ({
    from: textFrom(one['handover_userid']),
    externalUserId: textFrom(one['external_userid']),
    ...instantFrom('leftAt', numberFrom(one['dimission_time'])),
  }));
  return answer['is_last'] === true ? { items: page.items } : page;
}

/** Rooms that could not be handed over; the others were, at once. */
export async function transferRooms(
  calls: Calls,
  agent: CallingAgent,
  order: {
    readonly way: TransferWay;
    readonly roomIds: readonly string[];
    readonly newOwner: string;
  },
): Promise<readonly { roomId: string; errcode: number; reason: string }[]> {
  const name = order.way === 'on-job' ? 'groupchat/onjob_transfer' : 'groupchat/transfer';
  const answer = await post(calls, agent, external(name), {
    chat_id_list: order.roomIds,
    new_owner: order.newOwner,
  });
  return listFrom(answer['failed_chat_list']).map((one) => {
    const body = objectFrom(one);
    const errcode = numberFrom(body['errcode']);
    const outcome = weComOutcomeOf(errcode);
    const reason = 'name' in outcome ? outcome.name : 'unknown-code';
    return { roomId: textFrom(body['chat_id']), errcode, reason };
  });
}

const pathOf = (way: TransferWay, name: string) =>
  external(way === 'on-job' ? name : `resigned/${name}`);
