import { engineOf, execute, insertRows, marksFor, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { concludeJob, enqueue, type NewJob } from '../../kernel/work';
import { keepLink } from './keep-link';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;
type Payload = { accountId: string; from: string; to: string };

const kind = 'rename-staff';
const atOnce = 50;

export function renameJob(kit: Pick<Kit, 'clock' | 'newId'>, payload: Payload): NewJob {
  const id = kit.newId();
  const { accountId } = payload;
  const [dueAt, createdAt] = [kit.clock.business(), kit.clock.system()];
  return { id, kind, dedupeKey: id, accountId, payload, dueAt, createdAt };
}

/** A userid changed: the ledger of every friend of theirs follows, some dozens a transaction. */
export function registerStaffRename(kit: Part): void {
  kit.work.on(kind, async ({ id, payload }) => {
    const order = payload as Payload;
    await kit.db.transact(async (tx) => {
      if (!(await concludeJob(tx, id))) return;
      if (await renameSome(kit, tx, order)) await enqueue(tx, [renameJob(kit, order)]);
    });
    kit.work.ring();
  });
}

/** Whether there are more. */
async function renameSome(kit: Part, tx: Tx, { accountId, from, to }: Payload): Promise<boolean> {
  const links = await select<{ identityId: string }>(
    tx,
    `SELECT identityId FROM staff_link WHERE accountId = ? AND userId = ?
     ORDER BY identityId LIMIT ${String(atOnce)}`,
    [accountId, from],
  );
  const ids = links.map(({ identityId }) => identityId);
  if (ids.length === 0) return false;
  const marks = marksFor(ids);
  if (engineOf(tx) === 'mysql') {
    await select(tx, `SELECT id FROM identity WHERE id IN (${marks}) ORDER BY id FOR UPDATE`, ids);
  }
  const known = await select<{ identityId: string }>(
    tx,
    `SELECT identityId FROM staff_link WHERE userId = ? AND identityId IN (${marks})`,
    [to, ...ids],
  );
  // Their ledger was begun under the new name already: the old one is added to it.
  const begun = known.map(({ identityId }) => identityId);
  await moveEpisodes(tx, { accountId, from, to }, ids);
  if (begun.length > 0) {
    const sql = `DELETE FROM staff_link WHERE userId = ? AND identityId IN (${marksFor(begun)})`;
    await execute(tx, sql, [from, ...begun]);
  }
  await execute(
    tx,
    `DELETE FROM link_corp_tag WHERE userId = ? AND identityId IN (${marks})
       AND corpTag IN (SELECT corpTag FROM
         (SELECT n.corpTag, n.identityId FROM link_corp_tag n WHERE n.userId = ?) t
         WHERE t.identityId = link_corp_tag.identityId)`,
    [from, ...ids, to],
  );
  for (const table of ['staff_link', 'welcome', 'link_corp_tag']) {
    const sql = `UPDATE ${table} SET userId = ? WHERE userId = ? AND identityId IN (${marks})`;
    await execute(tx, sql, [to, from, ...ids]);
  }
  for (const identityId of ids) {
    await keepLink(tx, kit.newId, { identityId, accountId, userId: to }, []);
  }
  return links.length === atOnce;
}

type EpisodeRow = Record<string, string | number | null>;

/** One a second and kind: what both names were told stays once. */
async function moveEpisodes(tx: Tx, { from, to }: Payload, ids: readonly string[]): Promise<void> {
  const marks = marksFor(ids);
  const old = await select<EpisodeRow>(
    tx,
    `SELECT * FROM link_episode WHERE userId = ? AND identityId IN (${marks})`,
    [from, ...ids],
  );
  const sql = `DELETE FROM link_episode WHERE userId = ? AND identityId IN (${marks})`;
  await execute(tx, sql, [from, ...ids]);
  const moved = old.map((row) => ({ ...row, userId: to }));
  await insertRows(tx, 'link_episode', moved, {
    onConflict: ['identityId', 'userId', 'at', 'kind'],
  });
}
