import type { AccountBook } from '../accounts';
import type { WeComClient } from '../channels/wecom';
import { execute } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { text } from '../kernel/text';
import { enqueue } from '../kernel/work';
import { languageOf } from '../relationships';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'cache' | 'settings'>;
type OpenedOrder = { sendId: string };
type RemindOrder = { taskId: string; dueAt: number };

export const toldOfOpening = 'sales-told-of-opening';
export const taskReminder = 'sales-remind-of-task';

/** Beyond 30 a minute to one member WeCom drops messages without an error. */
const mostInAMinute = 15;
const minute = 60_000;

type OpenedRow = {
  accountId: string;
  userId: string;
  agentId: string;
  title: string;
  name: string | null;
  externalId: string;
};
type TaskRow = {
  id: string;
  accountId: string;
  userId: string;
  agentId: string;
  title: string;
  name: string | null;
  externalId: string | null;
};

const nameOf = `COALESCE(p.displayName, c.name)`;
const whoBeside = `LEFT JOIN identity i ON i.id = s.identityId LEFT JOIN person p ON p.id = i.personId
  LEFT JOIN contact_profile c ON c.identityId = i.id`;

/** App messages to reps: somebody opened what they sent, and what they meant to do is due. */
export function registerTellingReps(kit: Part, book: AccountBook, wecom: WeComClient): void {
  const tell = async (
    to: { accountId: string; userId: string; agentId: string },
    message: { title: string; description: string; externalUserId: string | null },
  ): Promise<void> => {
    const apps = book.weComApps(to.accountId);
    const agent = apps.find(({ agentId }) => agentId === to.agentId) ?? apps[0];
    if (!agent) return;
    const { title, description, externalUserId } = message;
    const query = new URLSearchParams({
      ...{ corpId: agent.corpId, agentId: agent.agentId },
      ...(externalUserId === null ? {} : { contact: externalUserId }),
    });
    const url = `${kit.settings.publicUrl}/sidebar/?${query.toString()}`;
    const ended = await wecom.tellStaff(agent, [to.userId], {
      ...{ kind: 'card', title, description, url },
    });
    // The same words within half an hour reach nobody twice, so what nobody knows may be said again.
    if (ended.kind !== 'ok') throw ended.error;
  };

  kit.work.on(toldOfOpening, async ({ payload }) => {
    const { sendId } = payload as OpenedOrder;
    const [row] = await kit.db.read.all<OpenedRow>(
      `SELECT s.accountId, s.userId, s.agentId, s.title, ${nameOf} AS name, i.externalId
       FROM sales_send s ${whoBeside} WHERE s.id = ?`,
      [sendId],
    );
    if (!row) return;
    if (await isTooMuch(kit, row)) {
      await later(kit, toldOfOpening, { sendId }, sendId);
      return;
    }
    const language = await languageOf(kit.db.read, row);
    const params = { name: row.name ?? row.externalId.slice(-6), title: row.title };
    await tell(row, {
      title: text(language, 'rep-message.opened.title', params),
      description: text(language, 'rep-message.opened.body', params),
      externalUserId: row.externalId,
    });
  });

  kit.work.on(taskReminder, async ({ payload }) => {
    const { taskId, dueAt } = payload as RemindOrder;
    const [row] = await kit.db.read.all<TaskRow>(
      `SELECT s.id, s.accountId, s.userId, s.agentId, s.title, ${nameOf} AS name, i.externalId
       FROM sales_task s ${whoBeside}
       WHERE s.id = ? AND s.state = 'open' AND s.dueAt = ? AND s.remindedAt IS NULL`,
      [taskId, dueAt],
    );
    // Done, dropped or moved meanwhile: the new time has a job of its own.
    if (!row) return;
    if (await isTooMuch(kit, row)) {
      await later(kit, taskReminder, { taskId, dueAt }, `${taskId}:${dueAt}`);
      return;
    }
    const language = await languageOf(kit.db.read, row);
    const who = row.name ?? row.externalId?.slice(-6);
    const words = who === undefined ? 'rep-message.task.alone' : 'rep-message.task.body';
    await tell(row, {
      title: text(language, 'rep-message.task.title'),
      description: text(language, words, { title: row.title, name: who }),
      externalUserId: row.externalId,
    });
    await kit.db.transact((tx) =>
      execute(tx, `UPDATE sales_task SET remindedAt = ? WHERE id = ? AND dueAt = ?`, [
        ...[kit.clock.business(), taskId, dueAt],
      ]),
    );
  });
}

async function isTooMuch(kit: Part, to: { accountId: string; userId: string }): Promise<boolean> {
  const key = `sales:told:${to.accountId}:${to.userId}`;
  return (await kit.cache.increment(key, minute)) > mostInAMinute;
}

async function later(kit: Part, kind: string, payload: object, key: string): Promise<void> {
  const dueAt = kit.clock.business() + minute;
  await kit.db.transact((tx) =>
    enqueue(tx, [
      {
        ...{ id: kit.newId(), kind, payload, dedupeKey: `${key}:${dueAt}`, priority: 6 },
        ...{ dueAt, createdAt: kit.clock.system() },
      },
    ]),
  );
}
