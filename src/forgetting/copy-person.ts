import type { Kit } from '../kernel/kit';
import { pseudonymOf } from '../relationships';
import { dataMap, type Mine } from './data-map';
import { whoseRows } from './mine';

type Row = Record<string, unknown>;

/** Beside what erasing deletes: episodes and what was sent are theirs to see, too. */
const besides = ['episode', 'link_episode', 'delivery', 'identity_join'];
/** A key of ours: whoever has it opens what was sent. */
const withheld = ['token', 'requestHash', 'leaseBy', 'leaseUntil'];

/** Everything that the map finds by its owner, as it stands in the database. */
export async function copyPerson(
  kit: Pick<Kit, 'db'>,
  personId: string,
): Promise<Record<string, Row[]>> {
  const identities = await kit.db.read.all<{ id: string; accountId: string; externalId: string }>(
    `SELECT id, accountId, externalId FROM identity WHERE personId = ? ORDER BY id`,
    [personId],
  );
  const mine = identities.map(({ id, accountId, externalId }): Mine => ({
    ...{ identityId: id, personId, accountId, externalId, pseudonym: pseudonymOf(id) },
  }));
  const copied: Record<string, Row[]> = {};
  const take = async (name: string, whose: string) => {
    const rows = new Map<string, Row>();
    for (const one of mine) {
      const { sql, params } = whoseRows({ whose, does: 'delete' }, one, kit.db.engine);
      for (const row of await kit.db.longRead<Row>(`SELECT * FROM ${name} WHERE ${sql}`, params)) {
        rows.set(JSON.stringify(row), shown(row));
      }
    }
    if (rows.size > 0) copied[name] = [...rows.values()];
  };
  for (const [name, table] of Object.entries(dataMap)) {
    // The timeline whole, also what stays of it.
    const whose = name === 'timeline_entry' ? 'identityId = {identity}' : table.whose;
    if (!table.isInternal) await take(name, whose);
  }
  for (const name of besides) await take(name, 'identityId = {identity}');
  return copied;
}

const shown = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !withheld.includes(name))
      .map(([name, value]) => [name, read(value)]),
  );

/** Columns of JSON are told as what they hold. */
function read(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
