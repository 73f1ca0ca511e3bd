import { Table, TableIndex, type QueryRunner, type TableColumnOptions } from 'typeorm';

/**
 * The words migrations are written in, once for both engines. House rule: names of columns and
 * indexes are given outright, so that entities and migrated schema can be compared and found equal.
 */
type Options = { nullable?: boolean; primary?: boolean };
type ColumnWord = (isEmbedded: boolean) => TableColumnOptions;

const column =
  (
    name: string,
    type: string,
    options: Options,
    more: Partial<TableColumnOptions> = {},
  ): ColumnWord =>
  () => ({
    name,
    type,
    isNullable: options.nullable ?? false,
    isPrimary: options.primary ?? false,
    ...more,
  });

/** ASCII, byte for byte: ids that differ only in case are two ids. */
export const idText =
  (name: string, length = 26, options: Options = {}): ColumnWord =>
  (isEmbedded) => ({
    name,
    type: 'varchar',
    length: String(length),
    isNullable: options.nullable ?? false,
    isPrimary: options.primary ?? false,
    ...(isEmbedded ? {} : { charset: 'ascii', collation: 'ascii_bin' }),
  });
export const id = (name = 'id', length = 26): ColumnWord => idText(name, length, { primary: true });
export const text = (name: string, length: number, options: Options = {}): ColumnWord =>
  column(name, 'varchar', options, { length: String(length) });
export const longText = (name: string, options: Options = {}): ColumnWord =>
  column(name, 'text', options);
export const json = longText;
export const instant = (name: string, options: Options = {}): ColumnWord =>
  column(name, 'bigint', options);
export const fen = instant;
export const number = (name: string, options: Options = {}): ColumnWord =>
  column(name, 'double', options);
export const count =
  (name: string, options: Options = {}): ColumnWord =>
  (isEmbedded) => ({
    name,
    type: isEmbedded ? 'integer' : 'int',
    isNullable: options.nullable ?? false,
    isPrimary: options.primary ?? false,
  });
export const flag = count;

type Indexes = { unique?: [string, string[]][]; index?: [string, string[]][] };

export async function createTable(
  runner: QueryRunner,
  name: string,
  columns: ColumnWord[],
  indexes: Indexes = {},
): Promise<void> {
  const isEmbedded = runner.dataSource.options.type === 'better-sqlite3';
  const indices = [
    ...(indexes.unique ?? []).map(([name, columnNames]) => ({ name, columnNames, isUnique: true })),
    ...(indexes.index ?? []).map(([name, columnNames]) => ({ name, columnNames })),
  ].map((index) => new TableIndex(index));
  const table = new Table({
    name,
    columns: columns.map((word) => word(isEmbedded)),
    indices,
    ...(isEmbedded ? {} : { engine: 'InnoDB' }),
  });
  await runner.createTable(table, true);
}

export async function dropTables(runner: QueryRunner, names: string[]): Promise<void> {
  for (const name of names) await runner.dropTable(name, true);
}
