import { putOnPhone } from '../phone/messages';
import { sandboxText } from '../text';
import type { World } from '../world';
import { book, packetOf, tellPacket, type Packet } from './packets';
import type { PayFields } from './fields';

export type Opened =
  { packet: Packet } | { problem: 'no_packet' | 'packet_returned' | 'already_opened' };

/** Inside a work: the person opens a packet, the oldest unopened one unless named, and has the money. */
export function openPacket(
  world: World,
  openid: string,
  billNo: string | undefined,
  now: number,
): Opened {
  const packet = world.store
    .sql<Packet>(
      `SELECT * FROM packet WHERE openid = ? AND (? IS NULL OR billNo = ?) AND (? IS NOT NULL OR state = 'SENT') ORDER BY sentAt, seq LIMIT 1`,
    )
    .get(openid, billNo ?? null, billNo ?? null, billNo ?? null);
  if (!packet) return { problem: 'no_packet' };
  if (packet.state === 'RECEIVED') return { problem: 'already_opened' };
  if (packet.state === 'RFUND_ING' || packet.state === 'REFUND')
    return { problem: 'packet_returned' };
  if (packet.state !== 'SENT') return { problem: 'no_packet' };
  if (packet.dueAt !== null && packet.dueAt <= now) return { problem: 'packet_returned' };
  world.store
    .sql(
      `UPDATE packet SET state = 'RECEIVED', receivedAt = ?, dueAt = NULL, dueState = NULL WHERE seq = ?`,
    )
    .run(now, packet.seq);
  book(world, packet, 'received', now);
  tellPacket(world, packet, 'RECEIVED');
  const sender = (JSON.parse(packet.fields) as PayFields).send_name ?? '';
  const text = sandboxText.packetOpened(sender, (packet.amountFen / 100).toFixed(2));
  putOnPhone(
    world,
    {
      ...{
        openid,
        appId: packet.appId,
        direction: 'in',
        kind: 'notice',
        via: 'system',
        billNo: packet.billNo,
      },
      body: { text, mchId: packet.mchId, amountFen: packet.amountFen, sendName: sender },
    },
    now,
  );
  return { packet: packetOf(world, packet.mchId, packet.billNo) ?? packet };
}
