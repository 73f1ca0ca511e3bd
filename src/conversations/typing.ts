import type { AccountBook } from '../accounts';
import { windowRoom, type OfficialAccountClient } from '../channels/official-account';
import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';
import { windowsOf } from '../relationships';
import { writeConversation, type Held } from './lock';
import { knowOperator } from './presence';

type Part = Pick<Kit, 'db' | 'clock' | 'cache' | 'log'>;

const draftMs = 8_000;
/** WeChat shows it for fifteen seconds and refuses a repeat meanwhile. */
const shownMs = 14_000;
/** WeChat wants the follower to have done something this recently. */
const activeMs = 30_000;

/**
 * Other operators see who is writing. The follower sees it only when the writer has the conversation, and
 * only when WeChat would take it; whether it did is of no consequence.
 */
export async function tellTyping(
  kit: Part,
  { book, client }: { book: AccountBook; client: OfficialAccountClient },
  actor: Actor,
  held: Held,
): Promise<void> {
  const systemNow = kit.clock.system();
  const now = kit.clock.business();
  const change = { draftBy: actor.id, draftUntil: systemNow + draftMs };
  await kit.db.transact(async (tx) => {
    await knowOperator(kit, tx, actor);
    await writeConversation(tx, { now, systemNow }, held, change);
  });
  const { conversation, accountId, externalId } = held;
  // Customer service shows no typing.
  if (held.kind !== 'follower') return;
  const isHis = conversation?.state === 'taken' && conversation.operatorId === actor.id;
  const account = book.find(accountId);
  const isActive = now - (held.lastInboundAt ?? 0) < activeMs;
  if (!isHis || !isActive || !account?.enabled) return;
  if (!windowRoom(windowsOf(held), now).open) return;
  if (!(await kit.cache.setIfAbsent(`typing:${held.id}`, actor.id, shownMs))) return;
  try {
    await client.showTyping(book.channelOrThrow(accountId), externalId);
  } catch (error) {
    kit.log.debug('conversations.typing', { error });
  }
}
