import type { Db, Reader } from '../kernel/database';
import type { FieldType } from '../relationships';
import { fieldList, type FieldList } from './fields';

type Row = { fieldKey: string; name: string; type: FieldType | 'mark'; options: string };

/** Fields of the organisation's own and the names of marks: one statement, because events may wait for it. */
const sql = `
  SELECT fieldKey, name, type, options, createdAt, id FROM field_definition
  UNION ALL SELECT '', name, 'mark', '', createdAt, id FROM mark
  ORDER BY createdAt, id`;

/** The closed list as it is now. */
export async function fieldsIn(reader: Pick<Reader, 'all'>): Promise<FieldList> {
  const rows = await reader.all<Row>(sql);
  const custom = rows.flatMap(({ fieldKey: key, name, type, options }) =>
    type === 'mark' ? [] : [{ key, name, type, options: JSON.parse(options) as string[] }],
  );
  const marks = rows.filter(({ type }) => type === 'mark').map(({ name }) => name);
  return fieldList(custom, marks);
}

export const loadFields = (db: Db): Promise<FieldList> => fieldsIn(db.read);
