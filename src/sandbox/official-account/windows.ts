import type { Store } from '../store/database';
import type { World } from '../world';
import type { Account } from './accounts';
import { refuse } from './refusal';

/** What a person does and what it allows the account to say afterwards. */
export type Trigger = 'message' | 'menu' | 'follow' | 'scan' | 'pay';

const MINUTE = 60_000;
const DAY = 86_400_000;

const allowances: Record<Trigger, { messages: number; forMs: number }> = {
  message: { messages: 5, forMs: 2 * DAY },
  menu: { messages: 3, forMs: MINUTE },
  follow: { messages: 3, forMs: MINUTE },
  scan: { messages: 3, forMs: MINUTE },
  pay: { messages: 1_000_000, forMs: 2 * DAY },
};

/** Inside a work. A new trigger of the same kind starts afresh; different kinds are separate. */
export function openWindow(
  world: World,
  account: Account,
  openid: string,
  trigger: Trigger,
  now: number,
): void {
  const { messages, forMs } = allowances[trigger];
  const left = trigger === 'message' ? (account.settings.messagesPerInbound ?? messages) : messages;
  world.store
    .sql(
      'INSERT OR REPLACE INTO reply_window (openid, trigger, left, expiresAt) VALUES (?, ?, ?, ?)',
    )
    .run(openid, trigger, left, now + forMs);
}

/** Inside a work: takes one message from the window that closes first. 45015 when none is open, 45047 when all are used up. */
export function spendWindow(store: Store, openid: string, now: number): void {
  const open = store
    .sql<{ trigger: string; left: number }>(
      'SELECT trigger, left FROM reply_window WHERE openid = ? AND expiresAt > ? ORDER BY expiresAt',
    )
    .all(openid, now);
  if (open.length === 0) refuse(45015);
  const usable = open.find((window) => window.left > 0) ?? refuse(45047);
  store
    .sql('UPDATE reply_window SET left = left - 1 WHERE openid = ? AND trigger = ?')
    .run(openid, usable.trigger);
}
