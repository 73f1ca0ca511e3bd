import Libsql from 'libsql';

/**
 * libsql ends the process on values it cannot bind (a Date, an object, a bare Buffer) and refuses
 * a lone null. This wrapper turns both into ordinary values or an ordinary error.
 */
export type Statement = {
  reader: boolean;
  columns: () => { name: string }[];
  run: (...values: unknown[]) => { changes: number; lastInsertRowid: number };
  all: (...values: unknown[]) => unknown[];
  get: (...values: unknown[]) => unknown;
};
export type EmbeddedConnection = {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  pragma(sql: string): unknown;
  close(): void;
};

function bindable(value: unknown): string | number | bigint | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  throw new TypeError(`SQLite cannot bind ${Object.prototype.toString.call(value)}`);
}

/** One list of values, or the values themselves, as the driver's callers please. */
function bound(values: unknown[]): unknown[] {
  const [first] = values;
  return (values.length === 1 && Array.isArray(first) ? first : values).map(bindable);
}

type Native = new (file: string, options?: object) => EmbeddedConnection;

export class EmbeddedDatabase extends (Libsql as unknown as Native) {
  override prepare(sql: string): Statement {
    const statement = super.prepare(sql);
    const { run, all, get } = statement;
    statement.run = (...values) => run.call(statement, bound(values));
    statement.all = (...values) => all.call(statement, bound(values));
    statement.get = (...values) => get.call(statement, bound(values));
    return statement;
  }
}
