import { engineOf, execute, type Scalar, type Tx } from '../kernel/database';
import type { Mine, PersonalTable } from './data-map';

/** A condition of the map for one identity, with its parameters in order. */
export function whoseRows(
  { whose }: PersonalTable,
  mine: Mine,
  engine: 'sqlite' | 'mysql',
): { sql: string; params: string[] } {
  const values: Readonly<Record<string, string>> = {
    identity: mine.identityId,
    person: mine.personId,
    account: mine.accountId,
    external: mine.externalId,
  };
  const params: string[] = [];
  const sql = whose.replace(/\{(\w+)\}/g, (_, name: string) => {
    params.push(values[name] ?? '');
    return '?';
  });
  return {
    sql: engine === 'sqlite' ? sql.replaceAll(/CONCAT\('%', \?, '%'\)/g, `'%' || ? || '%'`) : sql,
    params,
  };
}

/** Does to one table what the map says; how many rows it touched. */
export function applyFate(tx: Tx, name: string, table: PersonalTable, mine: Mine): Promise<number> {
  const { sql, params } = whoseRows(table, mine, engineOf(tx));
  if (table.does === 'delete') return execute(tx, `DELETE FROM ${name} WHERE ${sql}`, params);
  const sets: string[] = [];
  const values: Scalar[] = [];
  for (const [column, fate] of Object.entries(table.does)) {
    if (fate === 'null') sets.push(`${column} = NULL`);
    if (fate === 'empty') sets.push(`${column} = ''`);
    if (fate === 'id') sets.push(`${column} = id`);
    if (fate === 'pseudonym') {
      sets.push(`${column} = ?`);
      values.push(mine.pseudonym);
    }
    if (fate === 'rename') {
      sets.push(`${column} = REPLACE(${column}, ?, ?)`);
      values.push(mine.externalId, mine.pseudonym);
    }
  }
  return execute(tx, `UPDATE ${name} SET ${sets.join(', ')} WHERE ${sql}`, [...values, ...params]);
}
