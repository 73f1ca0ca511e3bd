import type { InboundEvent, Reply } from '../channels/inbound-event';
import {
  awaitLateReply,
  lateReplyDeadline,
  recoverLateReply,
  type Intake,
  type LateAnswer,
  type Taken,
} from '../intake';
import { execute, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { windowsOf } from '../relationships';
import { spendWindow } from '../channels/official-account';
import { kfChatOf } from '../kf';
import { inKf } from './speak-in-kf';
import { queueMessage, type Sending } from '../sending';

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
  const [row] = await select<{ id: string; kind: string; windows: string | null }>(
    tx,
    `SELECT id, kind, windows FROM identity WHERE accountId = ? AND externalId = ?`,
    [said.accountId, said.openid],
  );
  const { reply } = said;
  if (!row || reply.kind === 'articles' || reply.kind === 'transfer-to-agent') return false;
  const now = kit.clock.business();
  const left = spendWindow(windowsOf(row), now);
  if (!left) return false;
  const chat = row.kind === 'follower' ? undefined : await kfChatOf(tx, row.id);
  if (chat) {
    const sql = `UPDATE identity SET windows = ? WHERE id = ?`;
    await execute(tx, sql, [JSON.stringify(left), row.id]);
  }
  const message = chat
    ? inKf(chat, reply)
    : ({ type: 'customer-service', message: reply } as const);
  if (!message) return false;
  await queueMessage(tx, {
    id: kit.newId(),
    accountId: said.accountId,
    identityId: row.id,
    origin: 'reply',
    title: '',
    message,
    at: now,
  });
  return true;
}
