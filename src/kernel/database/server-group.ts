import { createPool, escape, type Connection, type Pool, type PoolConnection } from 'mysql2';
import type { Raw, Scalar } from './db';

/** Far below the smallest packet a server takes, so that what waits never makes one too large. */
const mostWaiting = 1_000_000;

/**
 * Connections for groups only. Statements of a group travel together, which the driver has to be allowed;
 * every value is still escaped by it, statement by statement.
 */
export function openGroupPool(url: string, size: number): Pool {
  const pool = createPool({
    uri: url,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    supportBigNumbers: true,
    decimalNumbers: true,
    stringifyObjects: true,
    connectTimeout: 5_000,
    connectionLimit: size,
    multipleStatements: true,
  });
  pool.on('connection', (connection) => {
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  });
  return pool;
}

/** One transaction; a failure rolls back, and a connection that cannot even do that is thrown away. */
export async function serverGroup<T>(
  pool: Pool,
  work: (raw: Raw) => Promise<T>,
  beforeCommit: () => void,
): Promise<T> {
  const connection = await connectionOf(pool);
  const group = new StatementQueue(connection);
  try {
    group.write('START TRANSACTION');
    const result = await work(group);
    beforeCommit();
    await group.run('COMMIT');
    connection.release();
    return result;
  } catch (error) {
    await send(connection, 'ROLLBACK').then(
      () => connection.release(),
      () => connection.destroy(),
    );
    throw error;
  }
}

type Waiting = {
  statement: string;
  resolve?: (result: unknown) => void;
  reject?: (error: unknown) => void;
};

/** Statements asked for in one turn travel in one round trip, with the writes that came before them. */
class StatementQueue implements Raw {
  readonly engine = 'mysql';
  private waiting: Waiting[] = [];
  private length = 0;
  private isScheduled = false;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly connection: Connection) {}

  write(sql: string, params: readonly Scalar[] = []): void {
    this.add({ statement: this.connection.format(sql, [...params]) });
  }

  /** Written out by the driver value by value: it need not look for the marks of hundreds of them. */
  writeRows(head: string, rows: readonly (readonly Scalar[])[], tail: string): void {
    const values = rows.map((row) => `(${row.map(literal).join(', ')})`);
    this.add({ statement: head + values.join(', ') + tail });
  }

  async run(sql: string, params: readonly Scalar[] = []): Promise<number> {
    const result = await this.ask(sql, params);
    return (result as { affectedRows?: number }).affectedRows ?? 0;
  }

  async all<T>(sql: string, params: readonly Scalar[] = []): Promise<T[]> {
    return (await this.ask(sql, params)) as T[];
  }

  allWide<T>(sql: string, params: readonly Scalar[] = []): Promise<T[]> {
    return this.all(sql, params);
  }

  private ask(sql: string, params: readonly Scalar[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.add({ statement: this.connection.format(sql, [...params]), resolve, reject });
      if (this.isScheduled) return;
      this.isScheduled = true;
      queueMicrotask(() => {
        this.isScheduled = false;
        this.flush();
      });
    });
  }

  private add(one: Waiting): void {
    if (this.length + one.statement.length > mostWaiting) this.flush();
    this.waiting.push(one);
    this.length += one.statement.length;
  }

  /** The server stops at the first statement that fails, and nothing more is sent after that. */
  private flush(): void {
    const batch = this.waiting;
    if (batch.length === 0) return;
    this.waiting = [];
    this.length = 0;
    const before = this.last;
    this.last = (async () => {
      try {
        await before;
        const text = batch.map((one) => one.statement).join(';');
        const result = await send(this.connection, text);
        const results = batch.length === 1 ? [result] : (result as unknown[]);
        batch.forEach((one, index) => one.resolve?.(results[index]));
      } catch (error) {
        for (const one of batch) one.reject?.(error);
        // Whoever asked decides what it means. A write that nobody asked about fails all that follows.
        if (batch.some((one) => !one.reject)) throw error;
      }
    })();
    this.last.catch(() => undefined);
  }
}

/** Letters of ids and words need no escaping, and most values are such. */
const plain = /^[\w :.-]*$/;

const literal = (value: Scalar): string =>
  typeof value === 'string' && plain.test(value) ? `'${value}'` : escape(value);

function connectionOf(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => {
      if (error) reject(error);
      else resolve(connection);
    });
  });
}

/** By callback: the promise flavour of the driver takes a stack trace for each statement. */
function send(connection: Connection, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}
