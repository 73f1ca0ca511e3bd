import { execute, select, type Reader, type Tx } from '../../kernel/database';
import { quoted, type MomentState, type OrderState } from '../states';
import type { OutreachMoment } from './moment.entity';

/** As the driver gives it: JSON is text. */
export type MomentRow = Omit<OutreachMoment, 'userIds' | 'corpTags'> & {
  userIds: string;
  corpTags: string;
};

export const namesIn = (list: string): string[] => JSON.parse(list) as string[];

export async function findMoment(read: Reader, id: string): Promise<MomentRow | undefined> {
  const sql = `SELECT * FROM outreach_moment WHERE outreachId = ?`;
  const [row] = await read.all<MomentRow>(sql, [id]);
  return row;
}

export async function readMoment(tx: Tx, id: string): Promise<MomentRow | undefined> {
  const sql = `SELECT * FROM outreach_moment WHERE outreachId = ?`;
  const [row] = await select<MomentRow>(tx, sql, [id]);
  return row;
}

export const aboutMoment = ({
  outreachId,
  accountId,
}: Pick<MomentRow, 'outreachId' | 'accountId'>) => ({
  ...{ key: outreachId, accountId },
  payload: { outreachId },
});

/** Where the reps' parts stand while there is one order for all of them. */
const ofReps: Readonly<Record<MomentState, OrderState>> = {
  queued: 'queued',
  ordering: 'ordering',
  working: 'ordering',
  unclear: 'unclear',
  unknown: 'unknown',
  ordered: 'ordered',
  refused: 'refused',
  cancelling: 'cancelling',
  cancelled: 'cancelled',
};
const beforeReps = ['queued', 'ordering', 'unclear', 'unknown'] as const;

/** Moves a moment, if it stands where it is expected, and with it every rep's part that has no way of its own yet. */
export async function moveMoment(
  tx: Tx,
  id: string,
  from: readonly MomentState[],
  to: {
    readonly state: MomentState;
    readonly at: number;
    readonly reason?: string | null;
    readonly jobId?: string;
    readonly momentId?: string;
    readonly askedAt?: number | null;
    readonly looks?: number;
  },
): Promise<boolean> {
  const { at, ...rest } = to;
  const reason = to.reason?.slice(0, 64) ?? null;
  const set = { ...rest, reason };
  const changed = await execute(
    tx,
    `UPDATE outreach_moment SET ${Object.keys(set)
      .map((name) => `${name} = ?`)
      .join(', ')} WHERE outreachId = ? AND state IN (${quoted(from)})`,
    [...Object.values(set), id],
  );
  if (changed === 0) return false;
  await execute(
    tx,
    `UPDATE outreach_order SET state = ?, reason = ?, changedAt = ?, messageId = ?, askedAt = ?
     WHERE outreachId = ? AND state IN (${quoted(beforeReps)})`,
    [...[ofReps[to.state], reason, at, to.momentId ?? null, to.askedAt ?? null], id],
  );
  return true;
}
