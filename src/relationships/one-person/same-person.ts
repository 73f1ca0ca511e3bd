import { marksFor, type Db } from '../../kernel/database';
import { text, type Locale } from '../../kernel/text';
import { maskedPhone } from './phone';

type PhoneRow = { personId: string; phone: string; mine: string; theirs: string };
type UnionidRow = { personId: string; unionid: string };
type Evidence = { code: string; text: string };

/** A number that so many share is the shop's own, or nobody's. */
const mostSharers = 5;
const mostShown = 5;

/** Who else may be this person, with what speaks for it; whoever an operator ruled out is not among them. */
export async function likelyTheSame(
  db: Db,
  personId: string,
  identityIds: readonly string[],
  locale: Locale,
): Promise<{ personId: string; evidence: Evidence[] }[]> {
  if (identityIds.length === 0) return [];
  const marks = marksFor(identityIds);
  const [phones, unionids, ruledOut] = await Promise.all([
    db.read.all<PhoneRow>(
      `SELECT i.personId, o.phone, m.heldBy AS mine, o.heldBy AS theirs FROM identity_phone m
       JOIN identity_phone o ON o.phone = m.phone JOIN identity i ON i.id = o.identityId
       WHERE m.identityId IN (${marks}) AND i.personId <> ? ORDER BY o.id LIMIT 100`,
      [...identityIds, personId],
    ),
    db.read.all<UnionidRow>(
      `SELECT DISTINCT o.personId, o.unionid FROM identity m JOIN identity o ON o.unionid = m.unionid
       WHERE m.id IN (${marks}) AND o.personId <> ? LIMIT 20`,
      [...identityIds, personId],
    ),
    db.read.all<{ id: string }>(
      `SELECT otherPersonId AS id FROM not_same_person WHERE onePersonId = ?
       UNION SELECT onePersonId AS id FROM not_same_person WHERE otherPersonId = ?`,
      [personId, personId],
    ),
  ]);
  const out = new Set(ruledOut.map(({ id }) => id));
  const found = new Map<string, Map<string, Evidence>>();
  const note = (other: string, evidence: Evidence) => {
    if (out.has(other)) return;
    const known = found.get(other) ?? new Map<string, Evidence>();
    found.set(other, known.set(evidence.text, evidence));
  };
  for (const row of unionids) note(row.personId, told(locale, 'unionid'));
  for (const row of phones) {
    const sharers = new Set(phones.filter(({ phone }) => phone === row.phone).map(personOf));
    if (sharers.size > mostSharers) continue;
    const isChecked = row.mine === '' && row.theirs === '';
    const isNoted = row.mine !== '' && row.theirs !== '';
    const code = isChecked ? 'phone-checked' : isNoted ? 'phone-noted' : 'phone-half';
    note(row.personId, told(locale, code, { phone: maskedPhone(row.phone) }));
  }
  return [...found]
    .map(([id, evidence]) => ({ personId: id, evidence: [...evidence.values()] }))
    .sort((a, b) => b.evidence.length - a.evidence.length)
    .slice(0, mostShown);
}

const personOf = ({ personId }: PhoneRow) => personId;

const told = (locale: Locale, code: string, params: Record<string, string> = {}): Evidence => ({
  ...{ code, text: text(locale, `same.${code}`, params) },
});
