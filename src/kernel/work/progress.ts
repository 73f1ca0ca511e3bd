import { execute, insertRows, type Tx } from '../database';

type Start = {
  id: string;
  kind: string;
  titleCode: string;
  /** Kept beside the words of the title: who may not see the account does not see its work. */
  accountId: string;
  params?: Record<string, string | number>;
  total: number;
  /** System time, epoch ms. */
  at: number;
};

export async function startProgress(tx: Tx, start: Start): Promise<void> {
  const row = {
    id: start.id,
    kind: start.kind,
    titleCode: start.titleCode,
    params: JSON.stringify({ ...start.params, accountId: start.accountId }),
    done: 0,
    total: start.total,
    state: 'running',
    note: null,
    startedAt: start.at,
    updatedAt: start.at,
  };
  await insertRows(tx, 'progress', [row], { onConflict: ['id'] });
}

export async function advanceProgress(
  tx: Tx,
  id: string,
  step: {
    done: number;
    total?: number;
    at: number;
    state?: 'running' | 'done' | 'failed';
    note?: string;
  },
): Promise<void> {
  await execute(
    tx,
    `UPDATE progress SET done = ?, total = COALESCE(?, total), state = ?, note = ?, updatedAt = ? WHERE id = ?`,
    [step.done, step.total ?? null, step.state ?? 'running', step.note ?? null, step.at, id],
  );
}

/** Its work died. Replayed, the work goes on where it stood, and so does the progress. */
export async function failProgress(tx: Tx, id: string, at: number): Promise<void> {
  await execute(
    tx,
    `UPDATE progress SET state = 'failed', updatedAt = ? WHERE id = ? AND state = 'running'`,
    [at, id],
  );
}
