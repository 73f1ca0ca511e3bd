import type { InboundEvent } from '../channels/inbound-event';
import { execute, insertRows, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { byFaq, type Answered, type ReplyBook, type ReplyState } from '../replies';
import type { Read } from './read-answer';

/** What is kept with the event, so that any process can finish the answer. */
export type LatePayload = {
  readonly said: string;
  readonly identityId: string;
  readonly state: ReplyState;
  /** What rules and FAQ alone would say. */
  readonly fallback: Answered;
};

/** What to say for an outcome, or nothing when the usual answer stands. */
export function answeredBy(book: ReplyBook, read: Read, state: ReplyState): Answered | undefined {
  const { source } = read;
  if ((read.verdict !== 'chosen' && read.verdict !== 'written') || !source) return undefined;
  const { id: faqId, question } = source;
  if (read.verdict === 'written') {
    const { text } = read;
    const params = { by: 'model', faqId, question, text };
    return { by: 'model', faqId, reply: { kind: 'text', text }, params };
  }
  const own = byFaq(book, faqId, state);
  if (own.by !== 'faq' || !own.reply) return undefined;
  return { ...own, by: 'model', params: { ...own.params, by: 'model', question } };
}

/** WeChat counts seconds: what is said in time stands at its question, so that the two are never parted. */
const atOnceMs = 6_000;
/** Ids of imported FAQs may be longer than a reference holds. */
const longestRef = 26;

/** The follower's history, and what they may pick from now, if they said nothing since. */
export async function recordAnswer(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  event: InboundEvent,
  { identityId }: Pick<LatePayload, 'identityId'>,
  answered: Answered,
): Promise<void> {
  if (!answered.reply) return;
  const { faqId, offered } = answered;
  const now = kit.clock.business();
  const home = faqId !== undefined && faqId.length <= longestRef ? faqId : null;
  await insertRows(tx, 'timeline_entry', [
    {
      ...{ id: kit.newId(), identityId, accountId: event.accountId },
      ...{ at: now - event.at < atOnceMs ? event.at : now, kind: 'message-out' },
      params: JSON.stringify(answered.params),
      ...{ refKind: home === null ? null : 'faq', refId: home },
    },
  ]);
  if (!offered) return;
  await execute(
    tx,
    `UPDATE identity SET offered = ? WHERE id = ? AND NOT EXISTS (SELECT 1 FROM timeline_entry t
       WHERE t.identityId = identity.id AND t.at > ? AND t.kind = 'message-in')`,
    [JSON.stringify(offered), identityId, event.at],
  );
}
