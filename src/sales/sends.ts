import { randomBytes } from 'node:crypto';
import { execute, insertRows, lockRows, select, type Raw, type Tx } from '../kernel/database';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { answeredBy } from './answers';
import { lineOfSend } from './materials';
import type { SalesSend, SendKind } from './send.entity';

type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;
export type Sender = { accountId: string; userId: string; agentId: string; name: string };
export type NewSend = {
  identityId: string;
  kind: SendKind;
  sourceId: string | null;
  title: string;
};

/** What a cut leaves of a character that takes two. */
const loneHalf = /[\ud800-\udbff]$/;

/** 256 bits: nobody finds another customer's copy by trying. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** Whoever sends the same again so soon may have forgotten that it went. */
const latelyMs = 5 * 60_000;

const titleOf = ({ title }: NewSend) => title.slice(0, 200).replace(loneHalf, '');

/** When this rep last sent the same to the same customer, if that is minutes ago. */
export async function sentLately(
  { db, clock }: Pick<Kit, 'db' | 'clock'>,
  { accountId, userId }: Pick<Sender, 'accountId' | 'userId'>,
  send: NewSend,
): Promise<number | null> {
  const { identityId, kind, sourceId } = send;
  const [last] = await db.read.all<{ at: number | null }>(
    `SELECT MAX(sentAt) AS at FROM sales_send
     WHERE identityId = ? AND accountId = ? AND userId = ? AND state = 'sent' AND sentAt > ?
       AND kind = ? AND COALESCE(sourceId, '') = ? AND title = ?`,
    [
      identityId,
      accountId,
      userId,
      clock.business() - latelyMs,
      kind,
      sourceId ?? '',
      titleOf(send),
    ],
  );
  return last?.at ?? null;
}

/** A row before the words are handed out; it counts as sent when WeCom said so. */
export async function readySend(
  kit: Part,
  { accountId, userId, agentId }: Omit<Sender, 'name'>,
  send: NewSend,
  token: string,
): Promise<string> {
  const id = kit.newId();
  await kit.db.transact((tx) =>
    insertRows(tx, 'sales_send', [
      {
        ...{ id, token, accountId, userId, agentId, ...send },
        title: titleOf(send),
        ...{ state: 'ready', createdAt: kit.clock.business(), sentAt: null, openCount: 0 },
        ...{ firstOpenedAt: null, lastOpenedAt: null, readSeconds: 0 },
      },
    ]),
  );
  return id;
}

/** Writes the line of the timeline once, however often the page says so. `answers` names what it was sent for. */
export async function confirmSend(
  kit: Part,
  sender: Sender,
  id: string,
  answers?: string,
): Promise<void> {
  await kit.db.transact(async (tx) => {
    const send = await ownSend(tx, sender, id);
    await markSent(kit, tx, send, sender.name, answers);
  });
}

/** Also when it is opened before the page could tell us that it went out. */
export async function markSent(
  kit: Pick<Kit, 'clock' | 'newId'>,
  at: Tx | Raw,
  send: SalesSend,
  by: string,
  meant?: string,
): Promise<void> {
  const now = kit.clock.business();
  const sql = `UPDATE sales_send SET state = 'sent', sentAt = ? WHERE id = ? AND state = 'ready'`;
  if ((await execute(at, sql, [now, send.id])) !== 1) return;
  const { identityId, accountId, title, kind, sourceId } = send;
  const answers = await answeredBy(at, send, meant);
  const params = {
    ...{ by, ...(kind === 'material' ? { title } : { text: title }) },
    ...(answers.length > 0 ? { answers } : {}),
  };
  await insertRows(at, 'timeline_entry', [
    {
      ...{ id: kit.newId(), identityId, accountId, at: now, kind: lineOfSend[kind] },
      ...{ params: JSON.stringify(params), refKind: 'sales-send', refId: send.id },
    },
  ]);
  if (kind !== 'script' || sourceId === null) return;
  await execute(at, `UPDATE sales_script SET uses = uses + 1, lastUsedAt = ? WHERE id = ?`, [
    now,
    sourceId,
  ]);
}

/** Taken back before it went out, or refused by WeCom: as if it had never been. */
export async function takeBackSend(kit: Part, sender: Sender, id: string): Promise<void> {
  await kit.db.transact(async (tx) => {
    const send = await ownSend(tx, sender, id);
    if (send.openCount > 0) throw new Conflict('send_opened');
    await execute(tx, `DELETE FROM sales_send WHERE id = ?`, [id]);
    await execute(
      tx,
      `DELETE FROM timeline_entry WHERE identityId = ? AND refKind = 'sales-send' AND refId = ?`,
      [send.identityId, id],
    );
    if (send.state !== 'sent' || send.kind !== 'script' || send.sourceId === null) return;
    await execute(tx, `UPDATE sales_script SET uses = uses - 1 WHERE id = ? AND uses > 0`, [
      send.sourceId,
    ]);
  });
}

async function ownSend(tx: Tx, { accountId, userId }: Sender, id: string): Promise<SalesSend> {
  const [send] = await select<SalesSend>(
    tx,
    `SELECT * FROM sales_send WHERE id = ? AND accountId = ? AND userId = ?${lockRows(tx, 'wait')}`,
    [id, accountId, userId],
  );
  if (!send) throw new NotFound();
  return send;
}
