import { execute, insertOnce, insertRows, lockRows, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import type { MaterialOpen, SalesSend } from './send.entity';
import { markSent } from './sends';
import { toldOfOpening } from './tell-rep';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;

/** Nobody reads longer without a pause; a phone left lying open does. */
const longestReadSeconds = 1_800;
/** A visitor who comes back within this time still reads. */
const sameVisitMs = 30_000;

/**
 * A visit to what was sent, counted once: the timeline gets a line, and the rep is told of the first one.
 * False for an unknown send.
 */
export async function noteOpening(kit: Part, token: string, visit: string): Promise<boolean> {
  const isNews = await kit.db.transact(async (tx) => {
    const send = await sendOf(tx, token);
    if (!send) return undefined;
    const at = kit.clock.business();
    if (send.lastOpenedAt !== null && at - send.lastOpenedAt < sameVisitMs) {
      // A reload within seconds is the same reading.
      const sql = `UPDATE material_open SET visit = ? WHERE sendId = ? AND at = ?`;
      if (!(await openingOf(tx, send.id, visit))) {
        await execute(tx, sql, [visit, send.id, send.lastOpenedAt]);
      }
      return false;
    }
    const row = { id: kit.newId(), sendId: send.id, visit, at, readSeconds: 0 };
    if (!(await insertOnce(tx, 'material_open', row, ['sendId', 'visit']))) return false;
    await markSent(kit, tx, send, await senderOf(tx, send));
    await execute(
      tx,
      `UPDATE sales_send SET openCount = openCount + 1, lastOpenedAt = ?,
         firstOpenedAt = COALESCE(firstOpenedAt, ?) WHERE id = ?`,
      [at, at, send.id],
    );
    const { identityId, accountId, title, openCount } = send;
    const nth = openCount + 1;
    await insertRows(tx, 'timeline_entry', [
      {
        ...{ id: kit.newId(), identityId, accountId, at },
        kind: nth === 1 ? 'material-opened' : 'material-opened-again',
        params: JSON.stringify({ title, nth }),
        ...{ refKind: 'material-open', refId: row.id },
      },
    ]);
    if (nth > 1) return false;
    await enqueue(tx, [
      {
        ...{ id: kit.newId(), kind: toldOfOpening, dedupeKey: send.id, accountId, priority: 4 },
        ...{ payload: { sendId: send.id }, dueAt: at, createdAt: kit.clock.system() },
      },
    ]);
    return true;
  });
  if (isNews) kit.work.ring(0, 4);
  return isNews !== undefined;
}

/** How long the visit has lasted by now; it only grows. */
export async function noteReading(
  kit: Part,
  token: string,
  visit: string,
  seconds: number,
): Promise<void> {
  const read = Math.min(Math.max(0, Math.floor(seconds)), longestReadSeconds);
  await kit.db.transact(async (tx) => {
    const send = await sendOf(tx, token);
    const open = send && (await openingOf(tx, send.id, visit));
    if (!send || !open || read <= open.readSeconds) return;
    await execute(tx, `UPDATE material_open SET readSeconds = ? WHERE id = ?`, [read, open.id]);
    await execute(tx, `UPDATE sales_send SET readSeconds = readSeconds + ? WHERE id = ?`, [
      read - open.readSeconds,
      send.id,
    ]);
    await execute(
      tx,
      `UPDATE timeline_entry SET kind = 'material-read', params = ?
       WHERE identityId = ? AND refKind = 'material-open' AND refId = ?`,
      [JSON.stringify(toldOfReading(send.title, read)), send.identityId, open.id],
    );
  });
}

/** Beyond two minutes nobody counts in seconds. */
const toldOfReading = (title: string, seconds: number) =>
  seconds < 120 ? { title, seconds } : { title, seconds, minutes: Math.round(seconds / 60) };

async function sendOf(tx: Tx, token: string): Promise<SalesSend | undefined> {
  const [send] = await select<SalesSend>(
    tx,
    `SELECT * FROM sales_send WHERE token = ? AND kind = 'material'${lockRows(tx, 'wait')}`,
    [token],
  );
  return send;
}

async function senderOf(tx: Tx, { accountId, userId }: SalesSend): Promise<string> {
  const [rep] = await select<{ name: string }>(
    tx,
    `SELECT name FROM staff WHERE accountId = ? AND userId = ?`,
    [accountId, userId],
  );
  return rep?.name ?? userId;
}

async function openingOf(tx: Tx, sendId: string, visit: string): Promise<MaterialOpen | undefined> {
  const [open] = await select<MaterialOpen>(
    tx,
    `SELECT * FROM material_open WHERE sendId = ? AND visit = ?`,
    [sendId, visit],
  );
  return open;
}
