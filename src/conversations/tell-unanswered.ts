import type { Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { text } from '../kernel/text';
import { queueMessage } from '../sending';
import { readAttendance } from './attendance';
import { writeEntry } from './entries';
import type { InboxBook } from './inbox-settings';
import type { Held } from './lock';
import { runMessageFor, spendOne } from './outgoing';

/**
 * Who waited for a day hears the away text, unless they heard it while they waited: a day of silence is told
 * once. Without a message left in the window nothing can be said.
 */
export async function tellUnanswered(
  kit: Pick<Kit, 'clock' | 'newId'>,
  inbox: InboxBook,
  tx: Tx,
  held: Held,
): Promise<void> {
  if ((readAttendance(held.attended)?.awayToldAt ?? 0) > 0) return;
  const { id: identityId, accountId } = held;
  const at = kit.clock.business();
  if (!(await spendOne(tx, held, at))) return;
  const words = inbox.of(accountId).awayText ?? text('zh-CN', 'conversation.away');
  const id = kit.newId();
  const message = await runMessageFor(tx, held, { kind: 'text', text: words });
  await queueMessage(tx, { id, accountId, identityId, origin: 'reply', title: '', message, at });
  await writeEntry(tx, {
    ...{ id, identityId, accountId, at, kind: 'message-out' },
    params: { by: 'away', messageKind: 'text', text: words },
    ...{ refKind: 'send-run', refId: id },
  });
}
