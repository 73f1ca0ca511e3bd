import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { contentIn, presentVersion, standingsOf, type VersionRow } from '../review';
import type { FaqContent } from './life/faq-life';
import { hitsOf } from './reply-hits';
import { iso } from './rule-access';
import type { FaqRow } from './save-faq';

/** A question without its phrasings, as the table has it. */
export type BareFaq = Omit<FaqRow, 'similar'>;

export const presentFaqContent = ({ question, similar, answer }: FaqContent) => ({
  question,
  similar: [...similar],
  answer,
});

const presentDraft = (row: VersionRow, locale: Locale) => ({
  ...presentFaqContent(contentIn<FaqContent>(row)),
  ...presentVersion(row, locale),
});

/** What answers, with the draft beside it. */
export async function presentFaqs(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  rows: readonly BareFaq[],
  locale: Locale,
) {
  const ids = rows.map(({ id }) => id);
  const [hits, standings] = await Promise.all([
    hitsOf(kit, 'faq', ids),
    standingsOf(kit.db, 'faq', ids),
  ]);
  const phrasings =
    ids.length === 0
      ? []
      : await kit.db.read.all<{ faqId: string; phrasing: string }>(
          `SELECT faqId, phrasing FROM faq_phrasing WHERE faqId IN (${marksFor(ids)}) ORDER BY faqId, place`,
          ids,
        );
  return rows.map(({ id, question, answer, status, createdAt, updatedAt }) => {
    const standing = standings.get(id);
    return {
      ...{ id, question, answer, status },
      similar: phrasings.filter(({ faqId }) => faqId === id).map(({ phrasing }) => phrasing),
      version: standing?.version ?? 0,
      liveVersion: standing?.live?.version ?? null,
      draft: standing?.open ? presentDraft(standing.open, locale) : null,
      hits30d: hits.get(id) ?? 0,
      createdAt: iso(createdAt),
      updatedAt: iso(updatedAt),
    };
  });
}
