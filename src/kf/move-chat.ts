import type { AccountBook } from '../accounts';
import { WeChatError, type WeComAgent, type WeComClient } from '../channels/wecom';
import { execute } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { NoRetry } from '../kernel/work';
import { elsewhere } from './hear-kf';
import { movingKind, type Moving } from './kf-jobs';

type Part = Pick<Kit, 'db' | 'work'>;

/** Puts a customer into WeCom's own queue, whose own words tell them so. */
export function registerKfMoving(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(movingKind, async ({ payload }) => {
    const moving = payload as Moving;
    const { accountId, agentId, kfId, externalUserId } = moving;
    const agent = book.weComApps(accountId).find((app) => app.agentId === agentId);
    if (!agent) return;
    try {
      await wecom.moveKfChat(agent, { kfId, externalUserId }, { state: 'pool' });
    } catch (error) {
      const isFinal = error instanceof WeChatError && error.outcome.kind !== 'retry';
      if (!isFinal) throw error;
      if (await isThere(wecom, agent, moving)) return;
      await giveBack(kit, moving.identityId);
      throw new NoRetry(error.message);
    }
  });
}

/** An earlier try may have moved them. */
async function isThere(
  wecom: WeComClient,
  agent: WeComAgent,
  { kfId, externalUserId }: Moving,
): Promise<boolean> {
  const { state } = await wecom.kfState(agent, kfId, externalUserId);
  return state === 'pool' || state === 'person';
}

/** Nobody would answer them: then the bot does again. */
const giveBack = ({ db }: Part, identityId: string) =>
  db.transact((tx) =>
    execute(tx, `UPDATE identity SET attended = NULL WHERE id = ? AND attended = ?`, [
      identityId,
      elsewhere,
    ]),
  );
