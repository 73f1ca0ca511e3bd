import type { Raw, Scalar } from './db';
import { bindable } from './embedded-driver';
import type { EmbeddedThread, Step } from './embedded-thread';
import { StatementQueue, type Wants, type Wire } from './statement-queue';

/** One transaction on the writing thread. Its caller sees to it that nobody else writes meanwhile. */
export async function embeddedGroup<T>(
  thread: EmbeddedThread,
  work: (raw: Raw) => Promise<T>,
  beforeCommit: () => void,
): Promise<T> {
  const group = new StatementQueue(wireOf(thread));
  try {
    group.write('BEGIN IMMEDIATE');
    const result = await work(group);
    beforeCommit();
    await group.run('COMMIT');
    return result;
  } catch (error) {
    const rollback: Step = { sql: 'ROLLBACK', rows: [[]], wants: 'nothing' };
    await thread.run([rollback]).catch(() => thread.discard());
    throw error;
  }
}

type Statement = { sql: string; params: readonly Scalar[]; wants: Wants };

const wireOf = (thread: EmbeddedThread): Wire<Statement> => ({
  engine: 'sqlite',
  statement: (sql, params, wants) => ({ sql, params: params.map(bindable), wants }),
  lengthOf: ({ sql }) => sql.length,
  send: async (batch) => {
    const steps: Step[] = [];
    const places = batch.map((one) => {
      const last = steps.at(-1);
      // Rows of one insert go as one step: the text crosses over once.
      if (one.wants === 'nothing' && last?.wants === 'nothing' && last.sql === one.sql) {
        last.rows.push(one.params);
      } else steps.push({ sql: one.sql, rows: [one.params], wants: one.wants });
      return steps.length - 1;
    });
    const results = await thread.run(steps);
    return places.map((place) => results[place] ?? 0);
  },
});
