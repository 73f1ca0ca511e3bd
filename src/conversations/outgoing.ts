import type { OutgoingMessage } from '../channels/inbound-event';
import { spendWindow, type WindowState } from '../channels/official-account';
import { execute, type Raw, type Tx } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import { kfChatOf } from '../kf';
import { windowsOf } from '../relationships';
import type { RunMessage } from '../sending';
import type { Held } from './lock';

/** What is said outside a callback, in the form of the channel the follower wrote in. */
export async function runMessageFor(
  tx: Tx,
  held: Held,
  message: Extract<OutgoingMessage, { kind: 'text' | 'image' }>,
): Promise<RunMessage> {
  if (held.kind === 'follower') return { type: 'customer-service', message };
  const chat = await kfChatOf(tx, held.id);
  if (!chat) throw new Conflict('window_closed');
  return { type: 'kf', ...chat, message };
}

/** Pays one message from the follower's window; false when it has none left. */
export async function spendOne(tx: Tx, held: Held, now: number): Promise<boolean> {
  const left = spendWindow(windowsOf(held), now);
  if (left) await writeWindows(tx, held.id, left);
  return left !== undefined;
}

export const writeWindows = (at: Tx | Raw, identityId: string, windows: WindowState) =>
  execute(at, `UPDATE identity SET windows = ? WHERE id = ?`, [
    JSON.stringify(windows),
    identityId,
  ]);
