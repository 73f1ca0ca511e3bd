import { DateTime } from 'luxon';
import { execute, insertRows, marksFor, select, type Tx } from '../kernel/database';
import { InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { FieldType } from './labels.entity';

type Definition = { fieldKey: string; type: FieldType; options: string };
type Value = string | number | null;

/** Whole numbers up to here are exact in every engine and in the browser. */
const greatestNumber = 1e15;
const dateForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
/** Epoch ms; NaN for a day that no calendar has. */
const instantOf = (written: string): number =>
  DateTime.fromISO(written, { zone: 'utc' }).toMillis();

/** Writes custom fields of these identities; null clears. Refuses what the field's type does not allow. */
export async function setFields(
  kit: Pick<Kit, 'clock'>,
  tx: Tx,
  identityIds: readonly string[],
  values: Readonly<Record<string, Value>>,
): Promise<void> {
  const keys = Object.keys(values);
  if (keys.length === 0 || identityIds.length === 0) return;
  const definitions = await select<Definition>(
    tx,
    `SELECT fieldKey, type, options FROM field_definition WHERE fieldKey IN (${marksFor(keys)})`,
    keys,
  );
  for (const [key, value] of Object.entries(values)) {
    const definition = definitions.find((one) => one.fieldKey === key);
    if (!definition) throw new InvalidInput('field_unknown');
    await execute(
      tx,
      `DELETE FROM identity_field WHERE fieldKey = ? AND identityId IN (${marksFor(identityIds)})`,
      [key, ...identityIds],
    );
    if (value === null) continue;
    const stored = storedValue(definition, value);
    const rows = identityIds.map((identityId) => ({
      identityId,
      fieldKey: key,
      ...stored,
      at: kit.clock.business(),
    }));
    await insertRows(tx, 'identity_field', rows);
  }
}

function storedValue(
  definition: Definition,
  value: string | number,
): { textValue: string | null; numberValue: number | null } {
  const refuse = () =>
    new InvalidInput('field_value', {
      field: definition.fieldKey,
      fieldType: definition.type,
    });
  switch (definition.type) {
    case 'number':
      if (typeof value !== 'number' || Math.abs(value) > greatestNumber) throw refuse();
      return { textValue: null, numberValue: value };
    case 'date': {
      const at = typeof value === 'string' && dateForm.test(value) ? instantOf(value) : NaN;
      if (Number.isNaN(at)) throw refuse();
      return { textValue: null, numberValue: at };
    }
    case 'choice': {
      const options = JSON.parse(definition.options) as string[];
      if (!options.includes(String(value))) throw refuse();
      return { textValue: String(value), numberValue: null };
    }
    case 'text':
      if (typeof value !== 'string') throw refuse();
      return { textValue: value, numberValue: null };
  }
}
