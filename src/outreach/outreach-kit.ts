import type { AccountBook } from '../accounts';
import type { AnyAttachment, Attachments } from '../attachments';
import type { WeComClient } from '../channels/wecom';
import { requireAccount, type Actor } from '../kernel/access';
import { select, type Reader, type Tx } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import type { Outreach, OutreachOrder } from './outreach.entity';

export type OutreachKit = Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'settings' | 'log'>;
export type OutreachParts = {
  readonly book: AccountBook;
  readonly wecom: WeComClient;
  readonly attachments: Attachments;
};

/** Rows as the driver gives them: JSON is text. */
export type OutreachRow = Omit<Outreach, 'links'> & { links: string };
export type OrderRow = Omit<OutreachOrder, 'reminders'> & { reminders: string };

export const jobs = {
  start: 'outreach-start',
  order: 'outreach-order',
  look: 'outreach-look',
  poll: 'outreach-poll',
  remind: 'outreach-remind',
  cancel: 'outreach-cancel',
  tell: 'outreach-tell',
  orderMoment: 'outreach-moment-order',
  awaitMoment: 'outreach-moment-await',
  lookMoment: 'outreach-moment-look',
  pollMoment: 'outreach-moment-poll',
  readMoment: 'outreach-moment-read',
  cancelMoment: 'outreach-moment-cancel',
} as const;

/** The first messages had link cards only, and did not say so. */
export const attachmentsOf = (row: Pick<OutreachRow, 'links'>): AnyAttachment[] =>
  (JSON.parse(row.links) as Partial<AnyAttachment>[]).map(
    (one) => ({ kind: 'link', ...one }) as AnyAttachment,
  );
export const remindersOf = (row: Pick<OrderRow, 'reminders'>): number[] =>
  JSON.parse(row.reminders) as number[];

export async function findOutreach(read: Reader, id: string): Promise<OutreachRow | undefined> {
  const [row] = await read.all<OutreachRow>(`SELECT * FROM outreach WHERE id = ?`, [id]);
  return row;
}

export async function readOutreach(tx: Tx, id: string): Promise<OutreachRow | undefined> {
  const [row] = await select<OutreachRow>(tx, `SELECT * FROM outreach WHERE id = ?`, [id]);
  return row;
}

export async function findOrder(read: Reader, id: string): Promise<OrderRow | undefined> {
  const [row] = await read.all<OrderRow>(`SELECT * FROM outreach_order WHERE id = ?`, [id]);
  return row;
}

/** A message of a corp somebody may not see is answered like one that does not exist. */
export async function visibleOutreach(
  kit: Pick<Kit, 'db'>,
  actor: Actor,
  id: string,
): Promise<OutreachRow> {
  const row = await findOutreach(kit.db.read, id);
  if (!row) throw new NotFound();
  requireAccount(actor, row.accountId);
  return row;
}

/** One waiting job of a kind for each key. */
export function enqueueOne(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  kind: (typeof jobs)[keyof typeof jobs],
  to: { key: string; accountId: string; payload: object },
  dueAt: number,
): Promise<void> {
  const { key: dedupeKey, accountId, payload } = to;
  const createdAt = kit.clock.system();
  return enqueue(tx, [
    { id: kit.newId(), kind, dedupeKey, accountId, payload, dueAt, createdAt, priority: 7 },
  ]);
}

/** What a job about one order needs to know. */
export const aboutOrder = ({ id, accountId }: Pick<OrderRow, 'id' | 'accountId'>) => ({
  ...{ key: id, accountId },
  payload: { orderId: id },
});

export const audit = (kit: Pick<Kit, 'newId' | 'clock'>, action: string, targetId: string) => ({
  ...{ id: kit.newId(), at: kit.clock.system() },
  ...{ action: `outreach.${action}`, targetKind: 'outreach', targetId },
});
