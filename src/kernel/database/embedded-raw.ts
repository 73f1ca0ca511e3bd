import type { Raw, Scalar } from './db';
import type { EmbeddedConnection, Statement } from './embedded-driver';

const mostPrepared = 300;

/** Statements straight on the embedded engine, each prepared once. */
export function embeddedRaw(connection: EmbeddedConnection): Raw {
  const statement = prepareOnce((sql) => connection.prepare(sql));
  const wide = prepareOnce((sql) => rowsAsTexts(connection, sql));
  return {
    engine: 'sqlite',
    write: (sql, params = []) => void statement(sql).run(params),
    // One prepared statement, many steps: on the embedded engine that beats long VALUES lists.
    writeRows: (head, rows, tail) => {
      const marks = Array(rows[0]?.length ?? 0).fill('?');
      const one = statement(`${head}(${marks.join(', ')})${tail}`);
      for (const row of rows) one.run(row);
    },
    run: (sql, params = []) => Promise.resolve(statement(sql).run(params).changes),
    all: <T>(sql: string, params: readonly Scalar[] = []) =>
      Promise.resolve(statement(sql).all(params) as T[]),
    allWide: <T>(sql: string, params: readonly Scalar[] = []) =>
      Promise.resolve(wide(sql)(params) as T[]),
  };
}

function prepareOnce<Prepared>(prepare: (sql: string) => Prepared): (sql: string) => Prepared {
  const prepared = new Map<string, Prepared>();
  return (sql) => {
    let found = prepared.get(sql);
    if (found === undefined) {
      if (prepared.size > mostPrepared) prepared.clear();
      found = prepare(sql);
      prepared.set(sql, found);
    }
    return found;
  };
}

/**
 * Each row as one JSON text: the driver hands values over one by one, and for a row of twenty columns that
 * costs four times what the engine needs to find it.
 */
function rowsAsTexts(
  connection: EmbeddedConnection,
  sql: string,
): (params: readonly Scalar[]) => Record<string, Scalar>[] {
  const names = connection
    .prepare(sql)
    .columns()
    .map(({ name }) => name);
  const list = names.map((name) => `"${name}"`).join(', ');
  const texts: Statement = connection.prepare(`SELECT json_array(${list}) AS row FROM (${sql})`);
  return (params) =>
    texts.all(params).map((found) => {
      const values = JSON.parse((found as { row: string }).row) as Scalar[];
      const row: Record<string, Scalar> = {};
      for (let at = 0; at < names.length; at += 1) row[names[at] ?? ''] = values[at] ?? null;
      return row;
    });
}
