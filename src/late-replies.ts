import type { InboundEvent, Reply } from './channels/inbound-event';
import {
  awaitLateReply,
  lateReplyDeadline,
  recoverLateReply,
  type Intake,
  type LateAnswer,
  type Taken,
} from './intake';
import { select, type Tx } from './kernel/database';
import type { Kit } from './kernel/kit';
import { windowsOf } from './relationships';
import { windowRoom } from './channels/official-account';
import { queueMessage, type Sending } from './sending';

export type LateAnswers = Readonly<Record<string, LateAnswer>>;

/** Takes events and answers them: at once from memory, or within WeChat's time when the outside is asked. */
export function lateReplies(kit: Kit, sending: Sending, answers: LateAnswers = {}) {
  const parts = {
    answers,
    speak: (tx: Tx, said: { accountId: string; openid: string; eventId: string; reply: Reply }) =>
      speakLater(kit, tx, said),
  };
  kit.work.on('late-reply', async ({ payload }) => {
    await recoverLateReply(kit, parts, payload as Parameters<typeof recoverLateReply>[2]);
    sending.ring();
  });

  return {
    answer: async (
      event: InboundEvent,
      intake: Intake,
      onTaken?: (taken: Taken) => void,
    ): Promise<Reply | undefined> => {
      const arrivedAt = kit.clock.system();
      const taken = await intake.take(event);
      onTaken?.(taken);
      if (taken.replyState !== 'pending') {
        return taken.replyState === 'passive' ? taken.reply : undefined;
      }
      const reply = await awaitLateReply(kit, parts, event, taken, lateReplyDeadline(arrivedAt));
      sending.ring();
      return reply;
    },
  };
}

/** Only inside an open window: outside it WeChat refuses, and the follower asked long ago. */
async function speakLater(
  kit: Kit,
  tx: Tx,
  said: { accountId: string; openid: string; reply: Reply },
): Promise<boolean> {
  const [row] = await select<{ id: string; windows: string | null }>(
    tx,
    `SELECT id, windows FROM identity WHERE accountId = ? AND externalId = ?`,
    [said.accountId, said.openid],
  );
  const { reply } = said;
  if (!row || reply.kind === 'articles' || reply.kind === 'transfer-to-agent') return false;
  if (!windowRoom(windowsOf(row), kit.clock.business()).open) return false;
  await queueMessage(tx, {
    id: kit.newId(),
    accountId: said.accountId,
    identityId: row.id,
    origin: 'reply',
    title: '',
    message: { type: 'customer-service', message: reply },
    at: kit.clock.business(),
  });
  return true;
}
