import { execute, marksFor, type Raw, type Tx } from '../kernel/database';
import { text, type Locale } from '../kernel/text';

/** What a platform told us of somebody, or they handed over through it, by what can be taken back at once. */
export const toldData = ['profile', 'phone', 'location', 'voice', 'pictures'] as const;
export type ToldData = (typeof toldData)[number];

/** WeChat's codes of a withdrawn authorisation. Addresses, invoices and cards (201–203) are never kept here. */
const namedByCode: Readonly<Record<string, readonly ToldData[]>> = {
  '204': ['voice'],
  '205': ['profile'],
  '206': ['location'],
  '207': ['pictures'],
};

export const dataNamedBy = (codes: readonly string[]): ToldData[] => [
  ...new Set(codes.flatMap((code) => namedByCode[code] ?? [])),
];

/** Messages and notices that hold it: on the timeline, and in the events as they came. */
const messageKinds: Readonly<Record<ToldData, readonly string[]>> = {
  profile: [],
  phone: [],
  location: ['location', 'location-reported', 'location-chosen'],
  voice: ['voice'],
  pictures: ['image', 'video'],
};

export const eventKindsOf = (what: readonly ToldData[]): string[] =>
  what.flatMap((data) => messageKinds[data]);

/** Empties stored events of these kinds, which no index finds by person: a job looks through all. */
export const clearEvents = 'clear-events';
export type ClearEvents = { identityId: string; kinds: string[]; after: string };

/** Deletes it. That something was sent stays on the timeline; what it was does not. */
export async function forgetTold(
  at: Raw | Tx,
  identityIds: readonly string[],
  what: readonly ToldData[],
): Promise<number> {
  if (identityIds.length === 0) return 0;
  const whose = `identityId IN (${marksFor(identityIds)})`;
  let gone = 0;
  if (what.includes('profile')) {
    gone += await execute(at, `DELETE FROM contact_profile WHERE ${whose}`, identityIds);
  }
  // One that an operator checked with them is not WeChat's word.
  if (what.includes('phone')) {
    const noted = `DELETE FROM identity_phone WHERE ${whose} AND heldBy <> ''`;
    gone += await execute(at, noted, identityIds);
  }
  for (const kind of eventKindsOf(what)) {
    const params = `{"messageKind":"${kind}"`;
    gone += await execute(
      at,
      `UPDATE timeline_entry SET params = ? WHERE ${whose} AND kind = 'message-in'
         AND params LIKE ? AND params <> ?`,
      [`${params}}`, ...identityIds, `${params},%`, `${params}}`],
    );
  }
  return gone;
}

/** The codes in words; a code that is not known stands as it is. */
export function withdrawnWords(codes: unknown, locale: Locale): string {
  if (!Array.isArray(codes)) return '';
  const words = codes.map((code) => {
    const key = `authorization.${String(code)}`;
    const word = text(locale, key);
    return word === key ? String(code) : word;
  });
  return words.join(text(locale, 'authorization.and'));
}
