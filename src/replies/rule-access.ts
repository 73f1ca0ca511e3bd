import { DateTime } from 'luxon';
import type { AccountBook } from '../accounts';
import { requireAccount, requireAllAccounts, type Actor } from '../kernel/access';
import { InvalidInput } from '../kernel/errors';
import type { RuleRow } from './life/content';

export const iso = (at: number | null): string | null =>
  at === null ? null : DateTime.fromMillis(at).toUTC().toISO();

/** The account an API call names by appId, or the corp by its id; one that the actor may not see is not known. */
export function accountIdOf(
  accounts: AccountBook,
  actor: Actor,
  appId: string,
  path = 'appId',
): string {
  const account =
    accounts.findByPlatformId('official-account', appId) ??
    accounts.findByPlatformId('wecom', appId);
  const errors = [{ path, code: 'account_unknown' }];
  if (!account) throw new InvalidInput('input_invalid', { errors });
  if (actor.accountIds !== 'all' && !actor.accountIds.includes(account.id)) {
    throw new InvalidInput('input_invalid', { errors });
  }
  return account.id;
}

/** Where a rule is to answer; null is everywhere, which is for those who see every account. */
export function targetOf(accounts: AccountBook, actor: Actor, appId: string | null): string | null {
  if (appId !== null) return accountIdOf(accounts, actor, appId);
  requireAllAccounts(actor);
  return null;
}

/** Rules of every account everybody may read; those of one account only who sees it. */
export const maySee = (actor: Actor, accountId: string | null): boolean =>
  actor.accountIds === 'all' || accountId === null || actor.accountIds.includes(accountId);

export function requireChange(actor: Actor, row: Pick<RuleRow, 'accountId'>): void {
  if (row.accountId === null) requireAllAccounts(actor);
  else requireAccount(actor, row.accountId);
}
