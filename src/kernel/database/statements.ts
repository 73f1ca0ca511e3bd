import type { Engine, Raw, Scalar, Tx } from './db';

type Row = Readonly<Record<string, Scalar>>;

export type Conflict = {
  /** The columns of the unique key that may already hold the row. */
  onConflict: readonly string[];
  /** Columns the new row overwrites; without them the old row is kept as it is. */
  update?: readonly string[];
};

const rowsPerStatement = 400;

export function engineOf(at: Tx | Raw): Engine {
  if ('engine' in at) return at.engine;
  return at.dataSource.options.type === 'better-sqlite3' ? 'sqlite' : 'mysql';
}

/** Affected rows of one statement inside a transaction. */
export async function execute(
  at: Tx | Raw,
  sql: string,
  params: readonly Scalar[] = [],
): Promise<number> {
  if ('run' in at) return at.run(sql, params);
  const runner = at.queryRunner;
  if (!runner) throw new Error('a Tx without its runner');
  const result = await runner.query(sql, [...params], true);
  return result.affected ?? 0;
}

/** Rows as the driver gives them: numbers are numbers, flags are 0 or 1, JSON is text. */
export async function select<T>(
  at: Tx | Raw,
  sql: string,
  params: readonly Scalar[] = [],
): Promise<T[]> {
  if ('run' in at) return at.all<T>(sql, params);
  return at.query<T[]>(sql, [...params]);
}

function conflictClause(engine: Engine, conflict: Conflict): string {
  const keys = conflict.onConflict.join(', ');
  const update = conflict.update ?? [];
  if (engine === 'sqlite') {
    if (update.length === 0) return ` ON CONFLICT (${keys}) DO NOTHING`;
    const set = update.map((name) => `${name} = excluded.${name}`).join(', ');
    return ` ON CONFLICT (${keys}) DO UPDATE SET ${set}`;
  }
  // Not INSERT IGNORE: that also turns truncation and NOT NULL errors into warnings.
  const [first = ''] = conflict.onConflict;
  const set =
    update.length === 0
      ? `${first} = ${first}`
      : update.map((name) => `${name} = VALUES(${name})`).join(', ');
  return ` ON DUPLICATE KEY UPDATE ${set}`;
}

/** Multi-row insert for both engines. Every row must have the columns of the first. */
export async function insertRows(
  at: Tx | Raw,
  table: string,
  rows: readonly Row[],
  conflict?: Conflict,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  const engine = engineOf(at);
  const tail = conflict ? conflictClause(engine, conflict) : '';
  const head = `INSERT INTO ${table} (${columns.join(', ')}) VALUES `;
  const oneRow = `(${columns.map(() => '?').join(', ')})`;
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    const slice = rows.slice(from, from + rowsPerStatement);
    const values = slice.map((row) => valuesOf(row, columns));
    if ('writeRows' in at) at.writeRows(head, values, tail);
    else await execute(at, head + slice.map(() => oneRow).join(', ') + tail, values.flat());
  }
}

function valuesOf(row: Row, columns: readonly string[]): Scalar[] {
  return columns.map((name) => row[name] ?? null);
}

/** Inserts unless the unique key is taken; tells whether the row is ours. */
export async function insertOnce(
  at: Tx | Raw,
  table: string,
  row: Row,
  onConflict: readonly string[],
): Promise<boolean> {
  const columns = Object.keys(row);
  const names = columns.join(', ');
  const marks = columns.map(() => '?').join(', ');
  const sql = `INSERT INTO ${table} (${names}) VALUES (${marks})`;
  if (engineOf(at) === 'sqlite') {
    const tail = conflictClause('sqlite', { onConflict });
    return (await execute(at, sql + tail, valuesOf(row, columns))) === 1;
  }
  try {
    return (await execute(at, sql, valuesOf(row, columns))) === 1;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

export function isDuplicateKey(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ER_DUP_ENTRY' || /SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)/.test(code);
}

export function isDeadlock(error: unknown): boolean {
  return /ER_LOCK_DEADLOCK|ER_CHECKREAD|ER_LOCK_WAIT_TIMEOUT/.test(codeOf(error));
}

/** The connection is gone or unusable: nothing is known about the transaction. */
export function isConnectionLost(error: unknown): boolean {
  if (isFatal(error)) return true;
  return /PROTOCOL_|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|ER_SERVER_SHUTDOWN|ER_CON_COUNT|POOL_CLOSED/.test(
    codeOf(error),
  );
}

/** The driver's mark for errors after which a connection is dead; some of them carry no code. */
function isFatal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { fatal, driverError } = error as { fatal?: unknown; driverError?: unknown };
  return fatal === true || (driverError !== undefined && isFatal(driverError));
}

export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const own = (error as { code?: unknown }).code;
  if (typeof own === 'string') return own;
  const inner = (error as { driverError?: unknown }).driverError;
  return inner === undefined ? '' : codeOf(inner);
}

/** `?, ?, ?` for an IN list. */
export const marksFor = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

const paddedSizes = [1, 2, 4, 8, 16, 32, 64, 128];

/**
 * Values for an IN list, filled up with the last one to one of few lengths, so that the embedded engine
 * prepares few statements. The server parses each statement anyway and gets them as they are.
 */
export function padded<Value extends Scalar>(raw: Raw, values: readonly Value[]): Value[] {
  const last = values.at(-1);
  const size = paddedSizes.find((one) => one >= values.length);
  if (raw.engine === 'mysql' || last === undefined || size === undefined) return [...values];
  return [...values, ...Array<Value>(size - values.length).fill(last)];
}
