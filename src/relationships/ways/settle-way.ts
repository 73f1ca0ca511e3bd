import type { AccountBook } from '../../accounts';
import { WeChatError, type WeComClient } from '../../channels/wecom';
import { execute, type Raw, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { enqueue } from '../../kernel/work';
import { wayById, type StoredWay } from './read-way';
import { settleLink } from './settle-link';
import { standing } from './standing';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'settings' | 'schedules'>;

export const settleKind = 'settle-way';
export const wayScheduleKind = 'contact-way';

/** Looks at a code again: who should stand behind it, and does the platform know. */
export async function enqueueSettling(
  kit: Pick<Kit, 'newId' | 'clock'>,
  at: Tx | Raw,
  way: { id: string; accountId: string },
  mark: string,
): Promise<void> {
  await enqueue(at, [
    {
      ...{ id: kit.newId(), kind: settleKind, accountId: way.accountId, payload: { id: way.id } },
      ...{ dedupeKey: `${way.id}:${mark}`, priority: 3 },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    },
  ]);
}

/**
 * Makes a code on the platform, changes who is behind it, or takes it away. A change that is repeated after
 * a lost answer does no harm; a making that is repeated leaves a code behind that nobody ever saw.
 */
export function registerWaySettling(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(settleKind, async ({ payload }) => {
    const way = await wayById(kit.db.read, (payload as { id: string }).id);
    if (!way) return;
    try {
      await settle(kit, book, wecom, way);
    } catch (error) {
      const isFinal = error instanceof WeChatError && error.outcome.kind !== 'retry';
      if (!isFinal) throw error;
      const { outcome } = error;
      const trouble = 'name' in outcome ? outcome.name : `errcode-${error.errcode}`;
      await write(kit, `UPDATE contact_way SET trouble = ? WHERE id = ?`, [trouble, way.id]);
    }
  });
  kit.schedules.on(wayScheduleKind, (tx, { ownerId, dueAt }) =>
    enqueueSettling(kit, tx, { id: ownerId, accountId: '' }, String(dueAt)),
  );
}

async function settle(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  way: StoredWay,
): Promise<void> {
  if (way.kind === 'link') return settleLink(kit, book, wecom, way);
  const agent = book.weComOrThrow(way.accountId);
  if (way.removedAt !== null) {
    if (way.configId !== null) await wecom.deleteContactWay(agent, way.configId);
    await write(kit, `UPDATE contact_way SET configId = NULL, trouble = NULL WHERE id = ?`, [
      way.id,
    ]);
    return;
  }
  const userIds = await standing(kit, way);
  const wanted = {
    userIds,
    remark: way.name.slice(0, 30),
    state: way.state,
    skipsVerification: way.skipsVerification === 1,
  };
  if (way.configId === null) {
    const made = await wecom.addContactWay(agent, { ...wanted, mayGrow: way.isSingle === 0 });
    await write(
      kit,
      `UPDATE contact_way SET configId = ?, qrUrl = ?, behind = ?, trouble = NULL WHERE id = ?`,
      [made.configId, made.qrUrl, JSON.stringify(userIds), way.id],
    );
    return;
  }
  await wecom.changeContactWay(agent, way.configId, wanted);
  await write(kit, `UPDATE contact_way SET behind = ?, trouble = NULL WHERE id = ?`, [
    ...[JSON.stringify(userIds), way.id],
  ]);
}

async function write(kit: Part, sql: string, params: (string | null)[]): Promise<void> {
  await kit.db.transact((tx) => execute(tx, sql, params));
}
