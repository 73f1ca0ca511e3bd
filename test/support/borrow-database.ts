import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

export type Borrowed = { name: string; giveBack: () => Promise<void> };

/**
 * An empty database on a running server. Making one costs a second of CREATE TABLE, so those that nobody
 * holds are emptied and used again, by whichever test process comes next; a held one has a lock that ends
 * with its connection.
 */
export async function borrowDatabase(server: string): Promise<Borrowed> {
  const connection = await createConnection({ uri: server, multipleStatements: true });
  for (let place = 1; ; place += 1) {
    const name = `t_${String(place)}`;
    const [lock] = await rows<{ isOurs: number }>(connection, 'SELECT GET_LOCK(?, 0) AS isOurs', [
      name,
    ]);
    if (lock?.isOurs !== 1) continue;
    await connection.query(
      `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    );
    await empty(connection, name);
    return { name, giveBack: () => connection.end() };
  }
}

/** The book of migrations stays: the tables are as they left them. */
async function empty(connection: Connection, name: string): Promise<void> {
  const tables = await rows<{ tableName: string }>(
    connection,
    `SELECT TABLE_NAME AS tableName FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME <> 'migrations'`,
    [name],
  );
  if (tables.length === 0) return;
  const deletes = tables.map(({ tableName }) => `DELETE FROM ${name}.${tableName}`);
  await connection.query(`SET FOREIGN_KEY_CHECKS = 0; ${deletes.join('; ')}`);
}

async function rows<Row>(
  connection: Connection,
  sql: string,
  params: readonly string[],
): Promise<Row[]> {
  const [found] = await connection.query<RowDataPacket[]>(sql, [...params]);
  return found as Row[];
}
