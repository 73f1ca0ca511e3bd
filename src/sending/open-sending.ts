import type { ReceiptOutcome } from '../channels/inbound-event';
import type { Raw, Tx } from '../kernel/database';
import type { OnRunChange } from './outcome';
import type { SendingChannels } from './dispatch';
import { Sender, type SenderKit } from './sender';
import { takeReceipt, takeReceipts, type Receipt } from './take-receipts';

export type Sending = {
  /** Runs in worker roles: `start` after wiring, `stop` before the database closes. */
  readonly sender: Sender;
  /** Who wants to know when a run finishes or pauses by itself; called in the transaction of the change. */
  onRunChange(listener: OnRunChange): void;
  /** After a commit that queued something. */
  ring(): void;
  /** For intake, in the transaction of the event. */
  takeReceipts(at: Raw | Tx, receipts: readonly Receipt[]): Promise<void>;
  takeReceipt(
    at: Raw | Tx,
    accountId: string,
    messageId: string,
    outcome: ReceiptOutcome,
  ): Promise<void>;
};

export function openSending(kit: SenderKit, channels: SendingChannels): Sending {
  const listeners: OnRunChange[] = [];
  const sender = new Sender(kit, channels, async (at, change) => {
    for (const listener of listeners) await listener(at, change);
  });
  const world = () => ({ newId: kit.newId, now: kit.clock.business() });
  return {
    sender,
    onRunChange: (listener) => {
      listeners.push(listener);
    },
    ring: () => kit.bell.ring('sending', 'due', { priority: 9 }),
    takeReceipts: (at, receipts) => takeReceipts(at, world(), receipts),
    takeReceipt: (at, accountId, messageId, outcome) =>
      takeReceipt(at, world(), accountId, messageId, outcome),
  };
}
