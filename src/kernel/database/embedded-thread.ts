import { Worker } from 'node:worker_threads';
import type { Scalar } from './db';
import type { Result, Wants } from './statement-queue';

/**
 * A connection of the embedded engine on a thread of its own: a statement blocks the thread that runs it, and a
 * commit waits for the disk. The thread starts with the first statements and lets the process end when it is idle.
 */
export interface EmbeddedThread {
  /** In order; at the first that fails the rest is left out and all are refused. */
  run(steps: readonly Step[]): Promise<readonly Result[]>;
  /** The next statements open a new connection. What this one had begun is undone. */
  discard(): Promise<void>;
}

/** One statement with the rows of values it is run for. */
export type Step = { sql: string; rows: (readonly Scalar[])[]; wants: Wants };

const threadSource = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.driver);
const db = new Database(workerData.file, { readonly: workerData.isReader });
for (const pragma of workerData.pragmas) db.exec('PRAGMA ' + pragma);
const prepared = new Map();
const statement = (sql) => {
  let found = prepared.get(sql);
  if (!found) {
    if (prepared.size > 300) prepared.clear();
    found = db.prepare(sql);
    prepared.set(sql, found);
  }
  return found;
};
const perform = ({ sql, rows, wants }) => {
  if (sql === 'ROLLBACK' && !db.inTransaction) return 0;
  const step = statement(sql);
  if (wants === 'rows') return step.all(rows[0]);
  let touched = 0;
  for (const row of rows) touched += step.run(row).changes;
  return touched;
};
const answer = ({ id, steps }) => {
  try { return { id, results: steps.map(perform) }; }
  catch (error) { return { id, failure: { message: String(error && error.message), code: error && error.code } }; }
};
parentPort.on('message', (order) => parentPort.postMessage(answer(order)));
`;

type Answer = { id: number; results?: Result[]; failure?: { message: string; code?: string } };
type Waiting = { resolve: (results: Result[]) => void; reject: (error: Error) => void };

export function openEmbeddedThread(
  file: string,
  options: { isReader: boolean; pragmas: readonly string[] },
): EmbeddedThread {
  let thread: Worker | undefined;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  /** As with a lost connection, nobody knows what became of the statements under way. */
  const lose = (cause: string) => {
    const error = Object.assign(new Error(cause), { code: 'PROTOCOL_THREAD_LOST' });
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
    thread = undefined;
  };
  const start = (): Worker => {
    const started = new Worker(threadSource, {
      eval: true,
      workerData: { file, driver: require.resolve('libsql'), ...options },
    });
    started.unref();
    started.on('message', ({ id, results, failure }: Answer) => {
      const one = waiting.get(id);
      waiting.delete(id);
      if (failure) one?.reject(Object.assign(new Error(failure.message), failure));
      else one?.resolve(results ?? []);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', (error) => lose(error.message));
    return started;
  };

  return {
    run: (steps) =>
      new Promise((resolve, reject) => {
        thread ??= start();
        lastId += 1;
        if (waiting.size === 0) thread.ref();
        waiting.set(lastId, { resolve, reject });
        thread.postMessage({ id: lastId, steps });
      }),
    discard: async () => {
      await thread?.terminate();
      lose('the database is closed');
    },
  };
}
