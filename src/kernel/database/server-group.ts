import { createPool, type Connection, type Pool, type PoolConnection } from 'mysql2';
import type { Raw } from './db';
import { StatementQueue, type Result, type Wire } from './statement-queue';

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
  const group = new StatementQueue(wireOf(connection));
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

const wireOf = (connection: Connection): Wire<string> => ({
  engine: 'mysql',
  statement: (sql, params) => connection.format(sql, [...params]),
  lengthOf: (statement) => statement.length,
  send: async (batch) => {
    const found = await send(connection, batch.join(';'));
    return (batch.length === 1 ? [found] : (found as unknown[])).map(resultOf);
  },
});

const resultOf = (found: unknown): Result =>
  Array.isArray(found) ? found : ((found as { affectedRows?: number }).affectedRows ?? 0);

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
