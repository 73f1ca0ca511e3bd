import type { Scalar } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { fieldList, membersSql, readRule, type FieldList } from '../segments';
import type { CustomField } from '../segments';

/** The query of everybody of one account whom a stored rule names: column `identityId`. */
export async function audienceSql(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  segmentRule: string,
  accountId: string,
): Promise<{ sql: string; params: Scalar[] }> {
  const fields = await knownFields(kit);
  const rule = readRule(JSON.parse(segmentRule), fields);
  const judging = { fields, now: kit.clock.business(), zone: kit.settings.orgZone };
  return membersSql(rule, judging, { accountId });
}

type Row = { fieldKey: string; name: string; type: CustomField['type']; options: string };

async function knownFields(kit: Pick<Kit, 'db'>): Promise<FieldList> {
  const rows = await kit.db.read.all<Row>(`SELECT fieldKey, name, type, options FROM field_definition`);
  return fieldList(
    rows.map((row) => ({
      key: row.fieldKey,
      name: row.name,
      type: row.type,
      options: JSON.parse(row.options) as string[],
    })),
  );
}
