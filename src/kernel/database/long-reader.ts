import { Worker } from 'node:worker_threads';
import type { Scalar } from './db';

/**
 * Segments, reports and exports on the embedded engine: a thread with a read-only connection, because
 * a statement there blocks the thread that runs it. The thread starts with the first long read.
 */
export interface LongReader {
  all<T>(sql: string, params: readonly Scalar[]): Promise<T[]>;
  close(): Promise<void>;
}

const threadSource = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.driver);
const db = new Database(workerData.file, { readonly: true });
db.exec('PRAGMA busy_timeout = 5000');
parentPort.on('message', ({ id, sql, params }) => {
  try { parentPort.postMessage({ id, rows: db.prepare(sql).all(params) }); }
  catch (error) { parentPort.postMessage({ id, error: String(error && error.message) }); }
});
`;

type Answer = { id: number; rows?: unknown[]; error?: string };
type Waiting = { resolve: (rows: unknown[]) => void; reject: (error: Error) => void };

export function openLongReader(file: string): LongReader {
  let thread: Worker | undefined;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  const failAll = (error: Error) => {
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
    thread = undefined;
  };
  const start = (): Worker => {
    const started = new Worker(threadSource, {
      eval: true,
      workerData: { file, driver: require.resolve('libsql') },
    });
    started.unref();
    started.on('message', ({ id, rows, error }: Answer) => {
      const one = waiting.get(id);
      waiting.delete(id);
      if (error !== undefined) one?.reject(new Error(error));
      else one?.resolve(rows ?? []);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', failAll);
    return started;
  };

  return {
    all: <T>(sql: string, params: readonly Scalar[]) =>
      new Promise<T[]>((resolve, reject) => {
        thread ??= start();
        lastId += 1;
        waiting.set(lastId, { resolve: (rows) => resolve(rows as T[]), reject });
        thread.ref();
        thread.postMessage({
          id: lastId,
          sql,
          params: params.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
        });
      }),
    close: async () => {
      await thread?.terminate();
      failAll(new Error('the database is closed'));
    },
  };
}
