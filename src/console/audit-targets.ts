import { marksFor, type Db } from '../kernel/database';
import type { Locale } from '../kernel/text';
import { personName } from '../relationships';

type Target = { targetKind: string; targetId: string };

/** Where things of a kind are kept, and what they are called there. */
const homes: Readonly<Record<string, { table: string; column: string }>> = {
  account: { table: 'account', column: 'name' },
  'api-credential': { table: 'api_token', column: 'name' },
  campaign: { table: 'campaign', column: 'name' },
  'canned-reply': { table: 'canned_reply', column: 'title' },
  'contact-way': { table: 'contact_way', column: 'name' },
  faq: { table: 'faq', column: 'question' },
  'faq-example': { table: 'faq_example', column: 'question' },
  'faq-miss': { table: 'faq_miss', column: 'sample' },
  field: { table: 'field_definition', column: 'name' },
  job: { table: 'job', column: 'kind' },
  material: { table: 'sales_material', column: 'title' },
  media: { table: 'media_item', column: 'name' },
  menu: { table: 'account', column: 'name' },
  operator: { table: 'operator', column: 'name' },
  outreach: { table: 'outreach', column: 'name' },
  promotion: { table: 'promotion', column: 'name' },
  'reply-rule': { table: 'reply_rule', column: 'name' },
  'reply-settings': { table: 'account', column: 'name' },
  'room-greeting': { table: 'room_greeting', column: 'name' },
  'room-code': { table: 'room_code', column: 'name' },
  scene: { table: 'scene', column: 'name' },
  script: { table: 'sales_script', column: 'title' },
  segment: { table: 'segment', column: 'name' },
  templates: { table: 'account', column: 'name' },
  welcomes: { table: 'account', column: 'name' },
};

export const targetKey = ({ targetKind, targetId }: Target): string => `${targetKind} ${targetId}`;

/** What the things of a page of the log are called now; one query for each kind. What is gone has no name here. */
export async function namesOfTargets(
  db: Db,
  targets: readonly Target[],
  locale: Locale,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const targetKind of new Set(targets.map((one) => one.targetKind))) {
    const ids = [
      ...new Set(targets.filter((one) => one.targetKind === targetKind).map((one) => one.targetId)),
    ];
    const found =
      targetKind === 'person'
        ? await namesOfPeople(db, ids, locale)
        : await named(db, targetKind, ids);
    for (const { id, name } of found) names.set(targetKey({ targetKind, targetId: id }), name);
  }
  return names;
}

async function named(db: Db, kind: string, ids: readonly string[]) {
  const home = homes[kind];
  if (!home) return [];
  return db.read.all<{ id: string; name: string }>(
    `SELECT id, ${home.column} AS name FROM ${home.table} WHERE id IN (${marksFor(ids)})`,
    ids,
  );
}

async function namesOfPeople(db: Db, ids: readonly string[], locale: Locale) {
  const rows = await db.read.all<{
    id: string;
    externalId: string;
    kind: string;
    remark: string | null;
    contactName: string | null;
  }>(
    `SELECT p.id, i.externalId, i.kind, p.displayName AS remark, c.name AS contactName
     FROM person p JOIN identity i ON i.personId = p.id
     LEFT JOIN contact_profile c ON c.identityId = i.id
     WHERE p.id IN (${marksFor(ids)}) ORDER BY i.id`,
    ids,
  );
  return [...new Set(rows.map(({ id }) => id))].map((id) => {
    const own = rows.filter((row) => row.id === id);
    const name = own[0]?.remark ?? own.find(({ contactName }) => contactName)?.contactName;
    const isFriend = own.every(({ kind }) => kind === 'external-contact');
    return { id, name: personName(locale, name, own[0]?.externalId ?? '', isFriend) };
  });
}
