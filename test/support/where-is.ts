import { entities } from '../../src/entities';
import type { TestKit } from './open-kit';

/** Where a word stands: every table, every column. */
export async function whereIs(kit: TestKit, word: string): Promise<string[]> {
  const places: string[] = [];
  for (const { tableName } of entities.map((one) => kit.database.writer.getMetadata(one))) {
    const rows = await kit.db.read.all<Record<string, unknown>>(`SELECT * FROM ${tableName}`);
    for (const row of rows) {
      for (const [name, value] of Object.entries(row)) {
        if (String(value).includes(word)) places.push(`${tableName}.${name}`);
      }
    }
  }
  return [...new Set(places)].sort();
}
