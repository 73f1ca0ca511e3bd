import type { AccountBook } from '../accounts';
import { type KfAccount, type WeComAgent, type WeComClient } from '../channels/wecom';
import { execute, insertRows, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { listingKind } from './kf-jobs';
import type { KfAccountRow } from './kf.entity';

type Part = Pick<Kit, 'db' | 'newId' | 'work' | 'log'>;
type Listed = KfAccount & { readonly agentIds: readonly string[] };

export function registerKfListing(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(listingKind, async ({ payload }) => {
    await listKf(kit, book, wecom, (payload as { accountId: string }).accountId);
  });
}

/** Which accounts of customer service our apps may speak for. One that is new is off until an operator turns it on. */
export async function listKf(
  kit: Pick<Kit, 'db' | 'newId' | 'log'>,
  book: AccountBook,
  wecom: WeComClient,
  accountId: string,
): Promise<void> {
  const found = new Map<string, Listed>();
  const failures: unknown[] = [];
  const apps = book.weComApps(accountId);
  for (const app of apps) {
    try {
      for (const one of await listOf(wecom, app)) {
        const agentIds = [...(found.get(one.kfId)?.agentIds ?? []), app.agentId];
        found.set(one.kfId, { ...one, agentIds });
      }
    } catch (error) {
      failures.push(error);
    }
  }
  // An app without the right says no; that all of them do is worth telling.
  if (failures.length > 0 && failures.length === apps.length) throw failures[0];
  await kit.db.transact((tx) => keepListed(kit, tx, accountId, [...found.values()]));
}

async function listOf(wecom: WeComClient, app: WeComAgent): Promise<KfAccount[]> {
  const all: KfAccount[] = [];
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const page: Awaited<ReturnType<WeComClient['listKfAccounts']>> = await wecom.listKfAccounts(
      app,
      offset,
    );
    all.push(...page.items);
    offset = page.next;
  }
  return all;
}

async function keepListed(
  kit: Pick<Kit, 'newId'>,
  tx: Tx,
  accountId: string,
  listed: readonly Listed[],
): Promise<void> {
  const known = await select<Pick<KfAccountRow, 'id' | 'kfId' | 'agentId'>>(
    tx,
    `SELECT id, kfId, agentId FROM kf_account WHERE accountId = ?`,
    [accountId],
  );
  await execute(tx, `UPDATE kf_account SET isListed = 0 WHERE accountId = ?`, [accountId]);
  for (const { kfId, name, agentIds } of listed) {
    const row = known.find((one) => one.kfId === kfId);
    const agentId = agentIds.find((one) => one === row?.agentId) ?? agentIds[0] ?? '';
    await insertRows(
      tx,
      'kf_account',
      [
        {
          ...{ id: row?.id ?? kit.newId(), accountId, kfId, agentId, name: name.slice(0, 64) },
          ...{ enabled: 0, welcome: null, readTo: null, readAt: null, isWanted: 0 },
          ...{ leaseBy: null, leaseUntil: null, lastError: null, isListed: 1 },
        },
      ],
      { onConflict: ['accountId', 'kfId'], update: ['agentId', 'name', 'isListed'] },
    );
  }
}
