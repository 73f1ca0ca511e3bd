import type { Kit } from '../kernel/kit';
import type { AccountBook } from './account-book';
import type { Account } from './account.entity';

/** What the platform is told to call: one address an Official Account, one for each app of a corp. */
export function callbackUrls(
  { settings }: Pick<Kit, 'settings'>,
  book: AccountBook,
  { id, kind, platformId }: Account,
): string[] {
  const base = `${settings.publicUrl}/callback`;
  if (kind === 'official-account') return [`${base}/official-account/${platformId}`];
  return book.weComApps(id).map(({ agentId }) => `${base}/wecom/${platformId}/${agentId}`);
}
