import type { Db, Reader } from '../kernel/database';
import type { FieldType } from '../relationships';
import { fieldList, type CustomField, type FieldList } from './fields';

type Row = { fieldKey: string; name: string; type: FieldType; options: string };

export async function customFieldsIn(reader: Pick<Reader, 'all'>): Promise<CustomField[]> {
  return (await reader.all<Row>(sql)).map(fieldOf);
}

export const loadCustomFields = (db: Db): Promise<CustomField[]> => customFieldsIn(db.read);

const sql = `SELECT fieldKey, name, type, options FROM field_definition ORDER BY createdAt, id`;

const fieldOf = ({ fieldKey, name, type, options }: Row): CustomField => ({
  key: fieldKey,
  name,
  type,
  options: JSON.parse(options) as string[],
});

/** The closed list as it is now: our fields and the organisation's own. */
export async function loadFields(db: Db): Promise<FieldList> {
  return fieldList(await loadCustomFields(db));
}
