import { chinaTime } from '../clock';
import type { Effect } from '../faults';
import type { World } from '../world';
import type { Writable } from '../wire/xml';
import type { PayFields } from './fields';
import { appsOf, type Merchant } from './merchants';
import { packetOf, type Packet } from './packets';
import { refusePay } from './refusal';

const WINDOW = 30 * 86_400_000;

/** The red packet query: knows an order for 30 days. */
export function queryRedPacket(
  world: World,
  merchant: Merchant,
  fields: PayFields,
  effect: Effect | undefined,
  now: number,
): Record<string, Writable> {
  if (!appsOf(world, merchant.mchId).includes(fields.appid ?? '')) refusePay('NO_AUTH');
  const packet = packetOf(world, merchant.mchId, fields.mch_billno ?? '');
  const isLie = effect?.name === 'not-found-lie';
  if (!packet || isLie || now - packet.createdAt > WINDOW) return refusePay('NOT_FOUND');
  return effect?.name === 'sticky-sending'
    ? record({ ...packet, state: 'SENDING' })
    : record(packet);
}

function record(packet: Packet): Record<string, Writable> {
  const said = JSON.parse(packet.fields) as PayFields;
  const received = packet.state === 'RECEIVED' && packet.receivedAt !== null;
  return {
    mch_billno: packet.billNo,
    mch_id: packet.mchId,
    detail_id: packet.listId,
    status: packet.state,
    send_type: 'API',
    hb_type: 'NORMAL',
    total_num: 1,
    total_amount: packet.amountFen,
    ...(packet.reason === null ? {} : { reason: packet.reason }),
    send_time: chinaTime(packet.sentAt ?? packet.createdAt),
    ...(packet.refundedAt === null
      ? {}
      : { refund_time: chinaTime(packet.refundedAt), refund_amount: packet.amountFen }),
    wishing: said.wishing ?? '',
    remark: said.remark ?? '',
    act_name: said.act_name ?? '',
    ...(received ? { hblist: { hbinfo: hbInfo(packet) } } : {}),
  };
}

const hbInfo = (packet: Packet) => ({
  openid: packet.openid,
  amount: packet.amountFen,
  rcv_time: chinaTime(packet.receivedAt ?? 0),
});
