import { getMetadataArgsStorage } from 'typeorm';
import { entities } from '../entities';
import { dataMap } from './data-map';
import { impersonal } from './impersonal';

const texts = ['varchar', 'text', 'simple-json'];

/** Text columns by table, as the mapper knows them; the schema-drift test holds the database to it. */
function textColumns(): Map<string, string[]> {
  const { tables, columns } = getMetadataArgsStorage();
  return new Map(
    entities.map((entity) => [
      tables.find(({ target }) => target === entity)?.name ?? entity.name,
      columns
        .filter(({ target, options }) => target === entity && texts.includes(String(options.type)))
        .map(({ propertyName }) => propertyName),
    ]),
  );
}

test('every text column of every table is in the map or named as impersonal, and none is both', () => {
  const missing: string[] = [];
  const gone: string[] = [];
  const schema = textColumns();
  for (const [table, columns] of schema) {
    const mapped = dataMap[table];
    if (mapped && impersonal[table] !== undefined) gone.push(table);
    if (mapped?.does === 'delete') continue;
    const named = mapped
      ? [...Object.keys(mapped.does), ...(mapped.stays ?? '').split(' ')]
      : (impersonal[table] ?? '').split(' ');
    missing.push(
      ...columns.filter((name) => !named.includes(name)).map((name) => `${table}.${name}`),
    );
    gone.push(
      ...named.filter((name) => name && !columns.includes(name)).map((n) => `${table}.${n}`),
    );
  }
  const unknown = [...Object.keys(dataMap), ...Object.keys(impersonal)].filter(
    (table) => !schema.has(table),
  );

  expect({ missing, gone, unknown }).toEqual({ missing: [], gone: [], unknown: [] });
});
