import type { Db } from '../kernel/database';
import type { FieldType } from '../relationships';
import { fieldList, type CustomField, type FieldList } from './fields';

export async function loadCustomFields(db: Db): Promise<CustomField[]> {
  const rows = await db.read.all<{
    fieldKey: string;
    name: string;
    type: FieldType;
    options: string;
  }>(`SELECT fieldKey, name, type, options FROM field_definition ORDER BY createdAt, id`);
  return rows.map(({ fieldKey, name, type, options }) => ({
    key: fieldKey,
    name,
    type,
    options: JSON.parse(options) as string[],
  }));
}

/** The closed list as it is now: our fields and the organisation's own. */
export async function loadFields(db: Db): Promise<FieldList> {
  return fieldList(await loadCustomFields(db));
}
