import Database from 'libsql';
import { weComSchema } from '../wecom/schema';
import { schema } from './schema';

export type Bound = string | number | null;

export interface Statement<Row> {
  get(...values: Bound[]): Row | undefined;
  all(...values: Bound[]): Row[];
  run(...values: Bound[]): { changes: number; lastId: number };
}

/** A refusal is an ordinary outcome of a work: it must be thrown before the work has written anything. */
export class Refusal extends Error {}

interface Waiting {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (reason: unknown) => void;
}

type Outcome = { value: unknown } | { reason: unknown };

/**
 * The books: one SQLite file, one connection. Works that arrive in the same turn of the event loop share
 * one commit, and each promise settles only after that commit, so whatever was answered survives kill -9.
 */
export class Store {
  private readonly file: Database.Database;
  private readonly prepared = new Map<string, Statement<unknown>>();
  private readonly hooks: (() => void)[] = [];
  private waiting: Waiting[] = [];
  private after: (() => void)[] = [];
  private isOpen = true;
  private isFlushing = false;

  constructor(path: string) {
    this.file = new Database(path);
    this.file.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000; PRAGMA wal_autocheckpoint=4000;' +
        'PRAGMA temp_store=MEMORY; PRAGMA cache_size=-64000; PRAGMA foreign_keys=OFF;',
    );
    this.file.exec(schema + weComSchema);
  }

  /** A prepared statement, kept by its text. Values may be text, numbers and null only (libsql aborts on others). */
  sql<Row>(text: string): Statement<Row> {
    const known = this.prepared.get(text);
    if (known) return known as Statement<Row>;
    const raw = this.file.prepare(text);
    const statement: Statement<unknown> = {
      get: (...values) => withoutMetadata(raw.get(values)),
      all: (...values) => raw.all(values),
      run: (...values) => {
        const done = raw.run(values);
        return { changes: done.changes, lastId: Number(done.lastInsertRowid) };
      },
    };
    this.prepared.set(text, statement);
    return statement as Statement<Row>;
  }

  /** Runs in the next group commit. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!this.isOpen) {
        reject(new Error('the sandbox is closed'));
        return;
      }
      if (this.waiting.length === 0) setImmediate(() => this.flush());
      this.waiting.push({ work, resolve: resolve, reject });
    });
  }

  /** Makes sure that the counters of `beforeCommit` reach the file soon, with or without other work. */
  touch(): void {
    if (this.waiting.length > 0 || this.isFlushing || !this.isOpen) return;
    void this.write(() => undefined);
  }

  beforeCommit(hook: () => void): void {
    this.hooks.push(hook);
  }

  /** To be called inside a work: runs once the group is committed, before its promises settle. */
  afterCommit(act: () => void): void {
    this.after.push(act);
  }

  close(): void {
    if (!this.isOpen) return;
    this.flush();
    this.isOpen = false;
    this.file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.file.close();
  }

  private flush(): void {
    const group = this.waiting;
    if (group.length === 0) return;
    this.waiting = [];
    this.isFlushing = true;
    const outcomes = this.commit(group) ?? group.map((one) => this.commitAlone(one));
    this.isFlushing = false;
    group.forEach((one, at) => {
      const outcome = outcomes[at] ?? { reason: new Error('no outcome') };
      if ('value' in outcome) one.resolve(outcome.value as never);
      else one.reject(outcome.reason);
    });
  }

  private commit(group: Waiting[]): Outcome[] | undefined {
    try {
      this.file.exec('BEGIN IMMEDIATE');
      const outcomes = group.map((one) => attempt(one.work));
      for (const hook of this.hooks) hook();
      this.file.exec('COMMIT');
      const after = this.after;
      this.after = [];
      for (const act of after) act();
      return outcomes;
    } catch {
      this.after = [];
      if (this.file.inTransaction) this.file.exec('ROLLBACK');
      return undefined;
    }
  }

  private commitAlone(one: Waiting): Outcome {
    let reason: unknown = new Error('the sandbox could not write its books');
    const watched: Waiting = {
      ...one,
      work: () => {
        try {
          return one.work();
        } catch (thrown) {
          reason = thrown;
          throw thrown;
        }
      },
    };
    return this.commit([watched])?.[0] ?? { reason };
  }
}

function attempt(work: () => unknown): Outcome {
  try {
    return { value: work() };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { reason: thrown };
    throw thrown;
  }
}

// libsql adds this field to the single row of get().
function withoutMetadata(row: unknown): unknown {
  if (row !== undefined) delete (row as { _metadata?: unknown })._metadata;
  return row;
}
