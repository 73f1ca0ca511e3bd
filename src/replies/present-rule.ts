import type { AccountBook } from '../accounts';
import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import { contentIn, presentVersion, standingsOf, type VersionRow } from '../review';
import { contentOf, type RuleContent } from './life/content';
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

const presentDraft = (accounts: AccountBook, row: VersionRow, locale: Locale) => ({
  ...presentContent(accounts, contentIn<RuleContent>(row)),
  ...presentVersion(row, locale),
});

/** What answers, with the draft beside it. */
export async function presentRules(
  kit: PresentKit,
  { accounts, replies }: { accounts: AccountBook; replies: Replies },
  rows: readonly RuleRow[],
  { locale, actor }: { locale: Locale; actor: Actor },
) {
  const ids = rows.map(({ id }) => id);
  const [hits, standings] = await Promise.all([
    hitsOf(kit, 'rule', ids),
    standingsOf(kit.db, 'rule', ids),
  ]);
  const conflicts = replies.conflictsOf(ids);
  const names = new Map(replies.book.rules.rules.map(({ rule }) => [rule.id, rule.name]));
  return rows.map((row) => {
    const standing = standings.get(row.id);
    const kept = row.status === 'published' ? standing?.live : standing?.open;
    const said = kept && contentIn<RuleContent>(kept);
    const content = { ...said, ...contentOf(row) };
    return {
      ...presentContent(accounts, {
        ...content,
        examples: said?.examples ?? [],
      }),
      id: row.id,
      status: row.status,
      publishedAt: iso(row.publishedAt),
      version: standing?.version ?? 0,
      liveVersion: standing?.live?.version ?? null,
      draft:
        standing?.open && maySee(actor, contentIn<RuleContent>(standing.open).accountId)
          ? presentDraft(accounts, standing.open, locale)
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
