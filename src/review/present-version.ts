import { DateTime } from 'luxon';
import { z } from 'zod';
import { text, type Locale } from '../kernel/text';
import { batchOf } from './batches';
import { VERSION_STATES } from './version-states';
import type { VersionRow } from './version.queries';

const by = z.object({ id: z.string(), name: z.string() }).nullable();

/** Where a version stands, beside what it says: who wrote and who reviewed it. */
export const versionFields = {
  version: z.number(),
  state: z.enum(VERSION_STATES),
  savedBy: by,
  savedAt: z.string(),
  note: z.string().nullable(),
  reviewedBy: by,
  reviewedAt: z.string().nullable(),
  publishAt: z.string().nullable(),
  publishedAt: z.string().nullable(),
};

const iso = (at: number | null) => (at === null ? null : DateTime.fromMillis(at).toUTC().toISO());
const person = (id: string | null, name: string | null) =>
  id === null ? null : { id, name: name ?? '' };

export const presentVersion = (row: VersionRow, locale: Locale) => ({
  version: row.version,
  state: row.state,
  savedBy: person(row.savedById, row.savedByName),
  savedAt: iso(row.savedAt) ?? '',
  note: noteOf(row.note, locale),
  reviewedBy: person(row.reviewedById, row.reviewedByName),
  reviewedAt: iso(row.reviewedAt),
  publishAt: iso(row.publishAt),
  publishedAt: iso(row.publishedAt),
});

/** A person's own words, or the code of why a plan could not be kept. */
function noteOf(note: string | null, locale: Locale): string | null {
  if (!note?.startsWith(':')) return note;
  // The list of reviews says it of the whole import.
  if (batchOf(note) !== null) return null;
  const restored = /^:restored:(\d+)$/.exec(note)?.[1];
  if (restored !== undefined) return text(locale, 'reply.restored', { version: restored });
  const isRed = note === ':examples_failed';
  return text(locale, `reply.sent-back.${isRed ? 'examples' : 'other'}`, { code: note.slice(1) });
}
