import { createPool as createCallbackPool, type Pool } from 'mysql2';
import { DataSource, type EntityManager, type MixedList } from 'typeorm';
import { Context } from '../context';
import { markOfHere } from './alongside';
import { CommitUnknown } from './commit-unknown';
import { keepDatabasePrivate } from '../private-files';
import type { Db, Tx } from './db';
import { EmbeddedDatabase, type EmbeddedConnection } from './embedded-driver';
import { embeddedRaw } from './embedded-raw';
import { LogFlush } from './log-flush';
import { openLongReader } from './long-reader';
import { openGroupPool, serverGroup } from './server-group';
import { isConnectionLost, isDeadlock } from './statements';

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- the mapper's own type for entity classes
type Classes = MixedList<Function>;

export type DatabaseOptions = {
  /** `mysql://…` or `mariadb://…`; without it the embedded engine keeps `file`. */
  url?: string | undefined;
  file: string;
  entities: Classes;
  migrations: Classes;
  poolSize?: number;
};

/** Groups of one process under way at once: callbacks two, the sender and receipts the rest. */
const groupConnections = 6;

export type OpenDatabase = Db & { readonly writer: DataSource };

export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  return options.url ? openServer(options, options.url) : openEmbedded(options);
}

const mapping = (options: DatabaseOptions) => ({
  entities: options.entities,
  migrations: options.migrations,
  migrationsTransactionMode: 'each' as const,
  synchronize: false,
  logging: false,
});

/**
 * A transaction inside a transaction would wait for itself for ever on the one-writer engine. Groups are not
 * watched: they are the callback path, and what they are handed cannot open one.
 */
const openTransaction = new Context<true>();

function refuseNesting(): void {
  if (openTransaction.get()) throw new Error('transactions do not nest: hand the Tx down');
}

async function openEmbedded(options: DatabaseOptions): Promise<OpenDatabase> {
  keepDatabasePrivate(options.file);
  const source = (prepareDatabase: (db: EmbeddedConnection) => void) =>
    new DataSource({
      type: 'better-sqlite3',
      driver: EmbeddedDatabase,
      database: options.file,
      prepareDatabase,
      ...mapping(options),
    });
  const writer = source((db) => {
    db.exec('PRAGMA journal_mode = WAL');
    // The engine flushes before it carries pages back; each commit is flushed by `LogFlush`, beside the loop.
    db.exec('PRAGMA synchronous = NORMAL');
    // Pages that change often are carried back to the file once in 32 MB of log instead of once in 4.
    db.exec('PRAGMA wal_autocheckpoint = 8000');
    db.exec('PRAGMA busy_timeout = 5000');
    db.exec('PRAGMA foreign_keys = ON');
  });
  await writer.initialize();
  const reader = source((db) => {
    db.exec('PRAGMA busy_timeout = 5000');
    db.exec('PRAGMA query_only = ON');
  });
  await reader.initialize();
  const connection = (writer.driver as unknown as { databaseConnection: EmbeddedConnection })
    .databaseConnection;
  const long = openLongReader(options.file);
  let tail: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    refuseNesting();
    const turn = tail.then(work, work);
    tail = turn.catch(() => undefined);
    return turn;
  };
  const raw = embeddedRaw(connection);
  const log = new LogFlush(`${options.file}-wal`);
  /** The next one may write while this one is brought to the disk; nobody is told before. */
  const durably = async <T>(work: () => Promise<T>): Promise<T> => {
    const result = await inTurn(work);
    await log.flushed();
    return result;
  };

  return {
    engine: 'sqlite',
    writer,
    read: { em: reader.manager, all: (sql, params = []) => reader.query(sql, [...params]) },
    transact: (work) => {
      const mark = markOfHere();
      return durably(() =>
        openTransaction.run(true, () =>
          writer.transaction(async (manager) => {
            const result = await work(manager as Tx);
            await mark?.(manager as Tx);
            return result;
          }),
        ),
      );
    },
    group: (work) =>
      durably(async () => {
        connection.exec('BEGIN IMMEDIATE');
        try {
          const result = await work(raw);
          connection.exec('COMMIT');
          return result;
        } catch (error) {
          connection.exec('ROLLBACK');
          throw error;
        }
      }),
    longRead: (sql, params = []) => long.all(sql, params),
    emptyLog: () => inTurn(() => Promise.resolve(emptied(connection))),
    close: async () => {
      await tail;
      await log.close();
      await long.close();
      await reader.destroy();
      try {
        // Whoever copies the file after a stop has all of it.
        emptied(connection);
      } finally {
        await writer.destroy();
      }
    },
  };
}

/** It does not wait for readers: the thread would stand still. */
function emptied(connection: EmbeddedConnection): boolean {
  connection.exec('PRAGMA busy_timeout = 0');
  try {
    const [row] = connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all() as { busy: number }[];
    return row?.busy === 0;
  } finally {
    connection.exec('PRAGMA busy_timeout = 5000');
  }
}

/** `mariadb` and `mysql` differ in the mapper's idea of schema drift, so the server is asked what it is. */
async function serverKind(url: string): Promise<'mariadb' | 'mysql'> {
  const pool = createCallbackPool({ uri: url, connectionLimit: 1 });
  try {
    const [rows] = await pool.promise().query('SELECT VERSION() AS version');
    const [row] = rows as { version: string }[];
    return /mariadb/i.test(row?.version ?? '') ? 'mariadb' : 'mysql';
  } finally {
    pool.end(() => undefined);
  }
}

async function openServer(options: DatabaseOptions, url: string): Promise<OpenDatabase> {
  const plain = url.replace(/^mariadb:/, 'mysql:');
  const writer = new DataSource({
    type: await serverKind(plain),
    url: plain,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: false,
    poolSize: options.poolSize ?? 12,
    extra: { decimalNumbers: true, stringifyObjects: true, connectTimeout: 5_000 },
    ...mapping(options),
  });
  await writer.initialize();
  const pool = (writer.driver as unknown as { pool: Pool }).pool;
  pool.on('connection', (connection) => {
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  });
  await forgetIdleConnections(pool);
  const groupPool = openGroupPool(plain, groupConnections);

  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    refuseNesting();
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isDeadlock(error) || tries >= 8) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5 * tries * tries));
      }
    }
  };

  return {
    engine: 'mysql',
    writer,
    read: { em: writer.manager, all: (sql, params = []) => writer.query(sql, [...params]) },
    transact: (work) => {
      const mark = markOfHere();
      return again(() =>
        openTransaction.run(true, () =>
          tellingUnknown((beforeCommit) =>
            writer.transaction(async (manager: EntityManager) => {
              const result = await work(manager as Tx);
              await mark?.(manager as Tx);
              beforeCommit();
              return result;
            }),
          ),
        ),
      );
    },
    group: (work) =>
      again(() => tellingUnknown((beforeCommit) => serverGroup(groupPool, work, beforeCommit))),
    longRead: (sql, params = []) => writer.query(sql, [...params]),
    emptyLog: () => Promise.resolve(true),
    close: async () => {
      await new Promise((resolve) => groupPool.end(resolve));
      await writer.destroy();
    },
  };
}

/** Connections made before the listener above was in place do not have the isolation level set. */
async function forgetIdleConnections(pool: Pool): Promise<void> {
  const connection = await pool.promise().getConnection();
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  connection.release();
}

/** A connection that is lost once everything was written, and only the commit was left, leaves a doubt. */
async function tellingUnknown<T>(
  transaction: (beforeCommit: () => void) => Promise<T>,
): Promise<T> {
  const stage = { isWritten: false };
  try {
    return await transaction(() => (stage.isWritten = true));
  } catch (error) {
    throw stage.isWritten && isConnectionLost(error) ? new CommitUnknown(error) : error;
  }
}
