import type { World } from '../world';
import { sandboxText } from '../text';
import { putOnPhone } from '../phone/messages';
import { book, moveBalance, tellPacket, type Packet } from './packets';
import { arrive } from './send';

/** How long a refund runs before the money is back. */
const REFUNDING = 60_000;

/** Brings every packet whose time has come into its next state; returns how many. */
export async function settleDuePackets(world: World): Promise<number> {
  let settled = 0;
  for (;;) {
    const now = world.clock.now();
    const changed = await world.store.write(() => {
      const due = world.store
        .sql<Packet>(
          'SELECT * FROM packet WHERE dueAt IS NOT NULL AND dueAt <= ? ORDER BY dueAt LIMIT 500',
        )
        .all(now);
      for (const packet of due) settle(world, packet);
      return due.length;
    });
    if (changed === 0) return settled;
    settled += changed;
  }
}

// Each change carries its own due time, not the time at which somebody looked.
function settle(world: World, packet: Packet): void {
  const at = packet.dueAt ?? world.clock.now();
  if (packet.dueState === 'SENT') {
    arrive(world, packet, at);
  } else if (packet.dueState === 'RFUND_ING') {
    move(world, packet, 'RFUND_ING', at + REFUNDING, 'REFUND');
  } else if (packet.dueState === 'REFUND') {
    move(world, packet, 'REFUND', null, null);
    world.store.sql('UPDATE packet SET refundedAt = ? WHERE seq = ?').run(at, packet.seq);
    moveBalance(world, packet.mchId, packet.amountFen);
    book(world, packet, 'refunded', at);
    const { openid, appId } = packet;
    const text = sandboxText.packetReturned((packet.amountFen / 100).toFixed(2));
    putOnPhone(
      world,
      { openid, appId, direction: 'in', kind: 'notice', via: 'system', body: { text } },
      at,
    );
  } else {
    // The platform forgets the cause by then, or says it; both were seen.
    move(world, packet, 'FAILED', null, null);
  }
}

function move(
  world: World,
  packet: Packet,
  state: Packet['state'],
  dueAt: number | null,
  dueState: Packet['dueState'],
): void {
  world.store
    .sql('UPDATE packet SET state = ?, dueAt = ?, dueState = ? WHERE seq = ?')
    .run(state, dueAt, dueState, packet.seq);
  tellPacket(world, packet, state);
}
