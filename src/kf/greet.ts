import type { AccountBook } from '../accounts';
import { weComLimits, type WeComClient } from '../channels/wecom';
import { insertRows } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { concludeJob } from '../kernel/work';
import { greetingKind, type Greeting } from './kf-jobs';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'log'>;

/** The last second is for the way there. */
const codeLivesMs = weComLimits.welcome.codeMs - 1_000;

/** Greets who opens the chat. A code is good for one message, so that a repeat says nothing twice. */
export function registerKfGreeting(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(greetingKind, async ({ id, payload }) => {
    const { accountId, agentId, kfId, identityId, code, at } = payload as Greeting;
    const [row] = await kit.db.read.all<{ welcome: string | null }>(
      `SELECT welcome FROM kf_account WHERE accountId = ? AND kfId = ? AND enabled = 1`,
      [accountId, kfId],
    );
    const text = row?.welcome ?? null;
    const agent = book.weComApps(accountId).find((app) => app.agentId === agentId);
    if (text === null || !agent) return;
    if (kit.clock.business() - at > codeLivesMs) {
      kit.log.info('kf.greeting_late', { kfId });
      return;
    }
    const ended = await wecom.answerKfEvent(agent, code, { kind: 'text', text });
    if (ended.kind === 'refused' && ended.error.outcome.kind !== 'retry') {
      kit.log.info('kf.greeting_refused', { kfId, errcode: ended.error.errcode });
      return;
    }
    if (ended.kind !== 'ok') throw ended.error;
    const params = JSON.stringify({ by: 'welcome', messageKind: 'text', text, kfId });
    const saidAt = kit.clock.business();
    await kit.db.transact(async (tx) => {
      if (!(await concludeJob(tx, id))) return;
      await insertRows(tx, 'timeline_entry', [
        {
          ...{ id: kit.newId(), identityId, accountId, at: saidAt, kind: 'message-out', params },
          ...{ refKind: null, refId: null },
        },
      ]);
    });
  });
}
