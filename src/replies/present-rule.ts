import type { AccountBook } from '../accounts';
import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import { contentOf, type RuleContent } from './life/content';
import { contentIn, standingsOf, type VersionRow } from './life/version.queries';
import type { Replies } from './open-replies';
import { hitsOf } from './reply-hits';
import { iso, maySee } from './rule-access';
import type { RuleRow } from './save-rule';

type PresentKit = Pick<Kit, 'db' | 'clock' | 'settings'>;

const appIdOf = (accounts: AccountBook, accountId: string | null) =>
  accountId === null ? null : (accounts.find(accountId)?.platformId ?? null);

export const presentContent = (accounts: AccountBook, { accountId, ...content }: RuleContent) => ({
  ...content,
  appId: appIdOf(accounts, accountId),
});

export function presentVersion(accounts: AccountBook, row: VersionRow, locale: Locale) {
  const person = (id: string | null, name: string | null) =>
    id === null ? null : { id, name: name ?? '' };
  return {
    ...presentContent(accounts, contentIn(row)),
    version: row.version,
    state: row.state,
    savedBy: person(row.savedById, row.savedByName),
    savedAt: iso(row.savedAt) ?? '',
    note: noteOf(row.note, locale),
    reviewedBy: person(row.reviewedById, row.reviewedByName),
    reviewedAt: iso(row.reviewedAt),
    publishAt: iso(row.publishAt),
    publishedAt: iso(row.publishedAt),
  };
}

/** A person's own words, or the code of why a plan could not be kept. */
function noteOf(note: string | null, locale: Locale): string | null {
  if (!note?.startsWith(':')) return note;
  const restored = /^:restored:(\d+)$/.exec(note)?.[1];
  if (restored !== undefined) return text(locale, 'reply.restored', { version: restored });
  const isRed = note === ':examples_failed';
  return text(locale, `reply.sent-back.${isRed ? 'examples' : 'other'}`, { code: note.slice(1) });
}

/** What answers, with the draft beside it. */
export async function presentRules(
  kit: PresentKit,
  { accounts, replies }: { accounts: AccountBook; replies: Replies },
  rows: readonly RuleRow[],
  { locale, actor }: { locale: Locale; actor: Actor },
) {
  const ids = rows.map(({ id }) => id);
  const [hits, standings] = await Promise.all([hitsOf(kit, 'rule', ids), standingsOf(kit.db, ids)]);
  const conflicts = replies.conflictsOf(ids);
  const names = new Map(replies.book.rules.rules.map(({ rule }) => [rule.id, rule.name]));
  return rows.map((row) => {
    const standing = standings.get(row.id);
    const kept = row.status === 'published' ? standing?.live : standing?.open;
    const content = { ...(kept ? contentIn(kept) : {}), ...contentOf(row) };
    return {
      ...presentContent(accounts, {
        ...content,
        examples: kept ? contentIn(kept).examples : [],
      }),
      id: row.id,
      status: row.status,
      publishedAt: iso(row.publishedAt),
      version: standing?.version ?? 0,
      liveVersion: standing?.live?.version ?? null,
      draft:
        standing?.open && maySee(actor, contentIn(standing.open).accountId)
          ? presentVersion(accounts, standing.open, locale)
          : null,
      hits30d: hits.get(row.id) ?? 0,
      conflicts: conflicts
        .filter(({ ruleId }) => ruleId === row.id)
        .map(({ kind, keyword, winnerId }) => ({
          ruleId: winnerId,
          kind,
          keyword,
          text: text(locale, `reply.conflict.${kind}`, {
            keyword,
            winner: names.get(winnerId) ?? winnerId,
          }),
        })),
      createdAt: iso(row.createdAt),
      updatedAt: iso(row.updatedAt),
    };
  });
}
