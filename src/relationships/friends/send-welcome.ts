import type { AccountBook } from '../../accounts';
import type { Attachments } from '../../attachments';
import type { WeComClient } from '../../channels/wecom';
import { execute, insertOnce, insertRows, select } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import type { NewJob } from '../../kernel/work';
import type { WelcomeState } from './welcome.entity';
import { pickWelcome } from './pick-welcome';
import { fillWelcome } from './welcome-words';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'settings'>;
export type WelcomeOrder = {
  readonly accountId: string;
  readonly identityId: string;
  readonly userId: string;
  readonly agentId: string;
  readonly code: string;
  readonly source: string;
  readonly at: number;
};

const kind = 'send-welcome';
/** WeCom gives 20 s from the event; the last one is for the way there. */
const codeLivesMs = 19_000;

/** First of all work: the code dies while others wait. */
export function welcomeJob(order: WelcomeOrder, dueAt: number): Omit<NewJob, 'id' | 'createdAt'> {
  const { accountId, identityId, userId, agentId, at } = order;
  const dedupeKey = `${identityId}:${userId}:${at}:${agentId}`;
  return { kind, dedupeKey, accountId, priority: 0, dueAt, payload: order };
}

/**
 * Greets in the rep's name, once for each adding. A call whose answer got lost may be repeated: WeCom takes
 * a code once and says so the second time.
 */
export function registerWelcome(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  attachments: Attachments,
): void {
  kit.work.on(kind, async ({ payload }) => {
    const order = payload as WelcomeOrder;
    const agent = book.weComApps(order.accountId).find(({ agentId }) => agentId === order.agentId);
    const greeting = await pickWelcome(kit.db.read, order, kit.settings.orgZone);
    if (!agent || greeting === undefined) return;
    const text = fillWelcome(greeting.text, {
      'rep.name': await repName(kit, order),
      'corp.name': book.find(order.accountId)?.name ?? '',
    });
    const id = await claim(kit, order);
    if (id === undefined) return;
    if (kit.clock.business() - order.at > codeLivesMs) {
      await conclude(kit, id, 'late');
      return;
    }
    // A file that is not there yet is left out: the words have seconds to arrive.
    const hung = await attachments.ready(order.accountId, greeting.attachments);
    const ended = await wecom.sendWelcome(agent, order.code, { text, ...hung });
    if (ended.kind === 'ok') {
      const said = { order, text };
      await conclude(kit, id, ended.value.alreadyWelcomed ? 'greeted' : 'sent', said);
      return;
    }
    if (ended.kind === 'refused' && ended.error.outcome.kind !== 'retry') {
      await conclude(kit, id, 'refused');
      return;
    }
    throw ended.error;
  });
}

/** As the directory says it, else by the id: a greeting does not wait for the directory. */
async function repName(kit: Part, { accountId, userId }: WelcomeOrder): Promise<string> {
  const [rep] = await kit.db.read.all<{ name: string }>(
    `SELECT name FROM staff WHERE accountId = ? AND userId = ?`,
    [accountId, userId],
  );
  return rep?.name ?? userId;
}

/** Ours, or ours already before a retry; another app's greeting is left alone. */
async function claim(kit: Part, order: WelcomeOrder): Promise<string | undefined> {
  const { accountId, identityId, userId, agentId, at: addedAt } = order;
  const id = kit.newId();
  const row = { id, identityId, accountId, userId, agentId, addedAt, state: 'sending' };
  return kit.db.transact(async (tx) => {
    const changedAt = kit.clock.business();
    const key = ['identityId', 'userId', 'addedAt'];
    if (await insertOnce(tx, 'welcome', { ...row, changedAt }, key)) return id;
    const [known] = await select<{ id: string }>(
      tx,
      `SELECT id FROM welcome WHERE identityId = ? AND userId = ? AND addedAt = ? AND agentId = ?
         AND state = 'sending'`,
      [identityId, userId, addedAt, agentId],
    );
    return known?.id;
  });
}

async function conclude(
  kit: Part,
  id: string,
  state: WelcomeState,
  said?: { order: WelcomeOrder; text: string },
): Promise<void> {
  const at = kit.clock.business();
  await kit.db.transact(async (tx) => {
    const sql = `UPDATE welcome SET state = ?, changedAt = ? WHERE id = ? AND state = 'sending'`;
    const isOurs = (await execute(tx, sql, [state, at, id])) === 1;
    if (!isOurs || state !== 'sent' || !said) return;
    const { identityId, accountId, userId } = said.order;
    const params = JSON.stringify({ userId, text: said.text });
    const line = { id: kit.newId(), identityId, accountId, at, kind: 'friend-welcomed', params };
    await insertRows(tx, 'timeline_entry', [{ ...line, refKind: 'welcome', refId: id }]);
  });
}
