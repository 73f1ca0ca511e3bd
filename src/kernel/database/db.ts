import type { EntityManager } from 'typeorm';

export type Engine = 'sqlite' | 'mysql';
export type Scalar = string | number | boolean | null;

declare const inTransaction: unique symbol;
/** Writing needs one: it exists only inside `transact`. No HTTP, no Redis, no waiting while it is open. */
export type Tx = EntityManager & { readonly [inTransaction]: true };

/** The hot path's hand on the database: statements straight on the driver, inside one transaction. */
export interface Raw {
  readonly engine: Engine;
  /** Nobody waits for it: on a server it travels with the next statement; a failure undoes the group. */
  write(sql: string, params?: readonly Scalar[]): void;
  /** Rows of one statement, `head` and `tail` around their values; waits for nobody, as `write`. */
  writeRows(head: string, rows: readonly (readonly Scalar[])[], tail: string): void;
  run(sql: string, params?: readonly Scalar[]): Promise<number>;
  all<T>(sql: string, params?: readonly Scalar[]): Promise<T[]>;
  /** The same, quicker for rows of many columns. They hold texts and whole numbers only. */
  allWide<T>(sql: string, params?: readonly Scalar[]): Promise<T[]>;
}

export interface Reader {
  readonly em: EntityManager;
  all<T>(sql: string, params?: readonly Scalar[]): Promise<T[]>;
}

export interface Db {
  readonly engine: Engine;
  /** Reads committed rows; on SQLite through a connection that cannot write. */
  readonly read: Reader;
  /**
   * One transaction; the whole of `work` may run again after a deadlock, so it changes nothing but rows.
   * On SQLite transactions queue: there is one writer.
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** As `transact`, without the mapper: for the callback path. */
  group<T>(work: (raw: Raw) => Promise<T>): Promise<T>;
  /** A read that may take long: on SQLite it runs on a thread of its own and blocks nobody. */
  longRead<T>(sql: string, params?: readonly Scalar[]): Promise<T[]>;
  /**
   * Carries the embedded engine's log into its file and empties it, so that what was deleted is in neither; false
   * while somebody reads. On a server there is nothing for us to do.
   */
  emptyLog(): Promise<boolean>;
  close(): Promise<void>;
}
