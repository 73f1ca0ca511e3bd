import { DateTime } from 'luxon';
import { marksFor, type Reader } from '../kernel/database';

/** Which facts of a person the texts name, so that only those are read. */
export type Needs = { readonly fields: boolean; readonly tags: boolean };

/** What a text may name about the person it is for; replies use the same words. */
export type PersonVariables = {
  readonly person: {
    readonly openid: string;
    /** The operator's name for them, or '': WeChat gives none. */
    readonly name: string;
    readonly tags: readonly string[];
    /** By the field's key; dates as they are written in China. */
    readonly fields: Readonly<Record<string, string | number>>;
    readonly followedDays: number;
  };
  readonly account: { readonly name: string };
  /** Today as a template field of kind `date` wants it. */
  readonly today: string;
  /** For the `date` filter. */
  readonly now: Date;
};

export type Addressee = {
  identityId: string;
  openid: string;
  displayName: string | null;
  followedAt: number | null;
};

type World = { accountName: string; now: number; zone: string };

const day = 24 * 3_600_000;

/** Year, month and day with their Chinese words. */
const dateFormat = `yyyy'\u5e74'M'\u6708'd'\u65e5'`;

export async function personVariables(
  reader: Reader,
  needs: Needs,
  world: World,
  addressees: readonly Addressee[],
): Promise<Map<string, PersonVariables>> {
  const ids = addressees.map((one) => one.identityId);
  const fields = await fieldsOf(reader, needs.fields ? ids : [], world.zone);
  const tags = await tagsOf(reader, needs.tags ? ids : []);
  const at = DateTime.fromMillis(world.now, { zone: world.zone });
  const shared = {
    account: { name: world.accountName },
    today: at.toFormat(dateFormat),
    now: at.toJSDate(),
  };
  return new Map(
    addressees.map((one) => [
      one.identityId,
      {
        ...shared,
        person: {
          openid: one.openid,
          name: one.displayName ?? '',
          tags: tags.get(one.identityId) ?? [],
          fields: fields.get(one.identityId) ?? {},
          followedDays: Math.max(0, Math.floor((world.now - (one.followedAt ?? world.now)) / day)),
        },
      },
    ]),
  );
}

type FieldRow = {
  identityId: string;
  fieldKey: string;
  textValue: string | null;
  numberValue: number | null;
  type: string;
};

async function fieldsOf(reader: Reader, ids: readonly string[], zone: string) {
  const found = new Map<string, Record<string, string | number>>();
  if (ids.length === 0) return found;
  const rows = await reader.all<FieldRow>(
    `SELECT f.identityId, f.fieldKey, f.textValue, f.numberValue, d.type FROM identity_field f
     JOIN field_definition d ON d.fieldKey = f.fieldKey WHERE f.identityId IN (${marksFor(ids)})`,
    ids,
  );
  for (const row of rows) {
    const values = found.get(row.identityId) ?? {};
    values[row.fieldKey] =
      row.type === 'date' && row.numberValue !== null
        ? DateTime.fromMillis(row.numberValue, { zone }).toFormat(dateFormat)
        : (row.textValue ?? row.numberValue ?? '');
    found.set(row.identityId, values);
  }
  return found;
}

async function tagsOf(reader: Reader, ids: readonly string[]) {
  const found = new Map<string, string[]>();
  if (ids.length === 0) return found;
  const rows = await reader.all<{ identityId: string; name: string }>(
    `SELECT it.identityId, t.name FROM identity_tag it JOIN tag t ON t.id = it.tagId
     WHERE it.identityId IN (${marksFor(ids)}) ORDER BY t.name`,
    ids,
  );
  for (const row of rows)
    found.set(row.identityId, [...(found.get(row.identityId) ?? []), row.name]);
  return found;
}
