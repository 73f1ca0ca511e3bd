import type { OfficialAccountClient } from '../channels/official-account';
import type { WeComClient } from '../channels/wecom';
import type { AccountBook } from './account-book';

/** How the access tokens of all enabled accounts stand: of an Official Account one, of a corp one for each app. */
export function tokenStates(
  book: AccountBook,
  { officialAccounts, wecom }: { officialAccounts: OfficialAccountClient; wecom: WeComClient },
): Promise<{ readonly state: 'ok' | 'failing' | 'unknown' }[]> {
  return Promise.all(
    book.all().flatMap(({ id, kind, enabled }) => {
      if (!enabled) return [];
      if (kind === 'official-account') return [officialAccounts.tokens.health({ id })];
      return book.weComApps(id).map((app) => wecom.tokens.health(app));
    }),
  );
}
