import { chinaDay } from '../clock';
import type { Effect } from '../faults';
import { followerOf } from '../official-account/followers';
import { putOnPhone } from '../phone/messages';
import { sandboxText } from '../text';
import type { World } from '../world';
import type { PayFields } from './fields';
import { appsOf, type Merchant } from './merchants';
import { book, moveBalance, packetOf, tellPacket, type Packet } from './packets';
import { PayRefusal, refusePay, textOf } from './refusal';

const DAY = 86_400_000;
const PROCESSING = 20 * 60_000;

/** Refusals after which the platform keeps the order, SENDING with a reason, and only a day later calls it FAILED. */
const kept = ['NOTENOUGH', 'SENDNUM_LIMIT', 'RCVDAMOUNT_LIMIT', 'SENDAMOUNT_LIMIT', 'NO_AUTH'];

/**
 * sendredpack, inside a work: the same number with the same fields pays once, however often it is sent.
 * Returns the order, or a refusal as a value where the refused order has been written down.
 */
export function sendRedPacket(
  world: World,
  merchant: Merchant,
  fields: PayFields,
  effect: Effect | undefined,
  now: number,
): Packet | PayRefusal {
  const known = packetOf(world, merchant.mchId, fields.mch_billno ?? '');
  if (known) return repeat(world, merchant, known, fields, effect, now);
  checkMerchant(world, merchant, fields);
  const packet = addPacket(world, merchant, fields, now);
  return payOut(world, merchant, packet, effect, now);
}

function repeat(
  world: World,
  merchant: Merchant,
  known: Packet,
  fields: PayFields,
  effect: Effect | undefined,
  now: number,
): Packet | PayRefusal {
  if (fields.re_openid !== known.openid) refusePay('FATAL_ERROR');
  if (Number(fields.total_amount) !== known.amountFen)
    refusePay('PARAM_ERROR', sandboxText.pay.amountChanged);
  if (canonical(fields) !== known.fields) refusePay('FATAL_ERROR');
  if (known.state === 'FAILED') refusePay('SEND_FAILED');
  world.store.sql('UPDATE packet SET sends = sends + 1 WHERE seq = ?').run(known.seq);
  if (known.state !== 'SENDING') return known;
  if (known.dueState === 'SENT' || known.reason === textOf('PROCESSING'))
    return new PayRefusal('PROCESSING');
  if (merchant.frozen === 1) return new PayRefusal('PAYER_ACCOUNT_ABNORMAL');
  if (merchant.apiClosed === 1) return new PayRefusal('API_METHOD_CLOSED');
  return payOut(world, merchant, known, effect, now);
}

function checkMerchant(world: World, merchant: Merchant, fields: PayFields): void {
  if (merchant.frozen === 1) refusePay('PAYER_ACCOUNT_ABNORMAL');
  if (merchant.apiClosed === 1) refusePay('API_METHOD_CLOSED');
  const appId = fields.wxappid ?? '';
  if (!world.accounts.find(appId) || !appsOf(world, merchant.mchId).includes(appId))
    refusePay('ILLEGAL_APPID');
  if (followerOf(world.store, fields.re_openid ?? '')?.appId !== appId) refusePay('OPENID_ERROR');
  const amount = Number(fields.total_amount);
  if (amount < merchant.limits.minFen || amount > merchant.limits.maxFen) refusePay('MONEY_LIMIT');
}

function addPacket(world: World, merchant: Merchant, fields: PayFields, now: number): Packet {
  const { lastId } = world.store
    .sql(
      `INSERT INTO packet (mchId, billNo, listId, appId, openid, amountFen, fields, state, createdAt) VALUES (?, ?, '', ?, ?, ?, ?, 'SENDING', ?)`,
    )
    .run(
      ...[merchant.mchId, fields.mch_billno ?? '', fields.wxappid ?? '', fields.re_openid ?? ''],
      ...[Number(fields.total_amount), canonical(fields), now],
    );
  const listId = `1000041701${chinaDay(now).replaceAll('-', '')}${String(lastId).padStart(10, '0')}`;
  world.store.sql('UPDATE packet SET listId = ? WHERE seq = ?').run(listId, lastId);
  const packet = packetOf(world, merchant.mchId, fields.mch_billno ?? '');
  if (!packet) throw new Error('the packet was not written');
  return packet;
}

function payOut(
  world: World,
  merchant: Merchant,
  packet: Packet,
  effect: Effect | undefined,
  now: number,
): Packet | PayRefusal {
  if (effect?.name === 'sticky-sending') return keepSending(world, packet, 'SYSTEMERROR', now);
  if (effect?.name === 'processing-then-failed') {
    schedule(world, packet, textOf('PROCESSING'), now + PROCESSING, 'FAILED');
    return new PayRefusal('PROCESSING');
  }
  const obstacle = obstacleTo(world, merchant, packet, now);
  if (obstacle !== undefined) return keepSending(world, packet, obstacle, now);
  takeMoney(world, packet, now);
  if (effect?.name === 'processing-then-sent') {
    schedule(world, packet, null, now + PROCESSING, 'SENT');
    return new PayRefusal('PROCESSING');
  }
  arrive(world, packet, now);
  return packetOf(world, packet.mchId, packet.billNo) ?? packet;
}

function obstacleTo(
  world: World,
  merchant: Merchant,
  packet: Packet,
  now: number,
): string | undefined {
  const { limits } = merchant;
  if (followerOf(world.store, packet.openid)?.risky === 1) return 'NO_AUTH';
  const day = chinaDay(now);
  const today = world.store
    .sql<{ n: number; fen: number | null }>(
      `SELECT count(*) AS n, sum(amountFen) AS fen FROM packet WHERE openid = ? AND mchId = ? AND day = ? AND state <> 'FAILED'`,
    )
    .get(packet.openid, merchant.mchId, day);
  if ((today?.n ?? 0) >= limits.userPacketsPerDay) return 'SENDNUM_LIMIT';
  if ((today?.fen ?? 0) + packet.amountFen > limits.userFenPerDay) return 'RCVDAMOUNT_LIMIT';
  const spent = world.store
    .sql<{ fen: number }>('SELECT fen FROM spent WHERE mchId = ? AND day = ?')
    .get(merchant.mchId, day);
  if ((spent?.fen ?? 0) + packet.amountFen > limits.dayFen) return 'SENDAMOUNT_LIMIT';
  const balance = world.store
    .sql<{ fen: number }>('SELECT balanceFen AS fen FROM merchant WHERE mchId = ?')
    .get(merchant.mchId);
  return (balance?.fen ?? 0) < packet.amountFen ? 'NOTENOUGH' : undefined;
}

function takeMoney(world: World, packet: Packet, now: number): void {
  const day = chinaDay(now);
  moveBalance(world, packet.mchId, -packet.amountFen);
  book(world, packet, 'sent', now);
  world.store
    .sql('UPDATE packet SET day = ?, reason = NULL, dueAt = NULL, dueState = NULL WHERE seq = ?')
    .run(day, packet.seq);
  world.store
    .sql(
      'INSERT INTO spent (mchId, day, fen) VALUES (?, ?, ?) ON CONFLICT (mchId, day) DO UPDATE SET fen = fen + excluded.fen',
    )
    .run(packet.mchId, day, packet.amountFen);
}

/** Inside a work: the packet is in the chat and waits 24 h to be opened. */
export function arrive(world: World, packet: Packet, now: number): void {
  world.store
    .sql(
      `UPDATE packet SET state = 'SENT', sentAt = ?, dueAt = ?, dueState = 'RFUND_ING' WHERE seq = ?`,
    )
    .run(now, now + DAY, packet.seq);
  const { mchId, billNo, amountFen, openid, appId } = packet;
  const said = JSON.parse(packet.fields) as PayFields;
  const wishing = said.wishing ?? '';
  putOnPhone(
    world,
    {
      ...{ openid, appId, direction: 'in', kind: 'red-packet', via: 'pay', billNo },
      body: {
        text: sandboxText.packetLine(wishing),
        mchId,
        amountFen,
        sendName: said.send_name,
        wishing,
        actName: said.act_name,
      },
    },
    now,
  );
  tellPacket(world, packet, 'SENT');
}

function keepSending(world: World, packet: Packet, code: string, now: number): PayRefusal {
  const lasts = packet.dueAt ?? now + DAY;
  schedule(world, packet, textOf(code), lasts, 'FAILED');
  return new PayRefusal(kept.includes(code) ? code : 'SYSTEMERROR');
}

function schedule(
  world: World,
  packet: Packet,
  reason: string | null,
  at: number,
  state: 'FAILED' | 'SENT',
): void {
  world.store
    .sql('UPDATE packet SET reason = ?, dueAt = ?, dueState = ? WHERE seq = ?')
    .run(reason, at, state, packet.seq);
}

/** What must stay equal between tries of one number. */
function canonical(fields: PayFields): string {
  const kept = Object.entries(fields).filter(
    ([name, value]) => !['sign', 'nonce_str'].includes(name) && value !== '',
  );
  return JSON.stringify(Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))));
}
