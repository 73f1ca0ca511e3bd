import { WeChatError, type OfficialAccountClient } from '../channels/official-account';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import type { AccountBook } from './account-book';
import type { Account } from './account.entity';
import { lastCallbackAt } from './last-callback';

export type CheckStep = { code: string; ok: boolean; detail: string };

/** Asks for a token and one page of followers, so that what is wrong shows here and not in front of followers. */
export async function checkAccount(
  kit: Kit,
  book: AccountBook,
  officialAccounts: OfficialAccountClient,
  account: Account,
  locale: Locale,
): Promise<CheckStep[]> {
  if (account.kind === 'merchant') return [merchantStep(book, account, locale)];
  if (account.kind !== 'official-account') return [];
  const channel = book.channelOrThrow(account.id);
  const step = async (code: string, work: () => Promise<string>): Promise<CheckStep> => {
    try {
      const detail = await work();
      return { code, ok: true, detail };
    } catch (error) {
      const cause =
        error instanceof WeChatError
          ? text(locale, 'check.refused', { errcode: error.errcode, errmsg: error.errmsg })
          : text(locale, 'check.unreachable', { base: book.hostsOf(account.id).api });
      return { code, ok: false, detail: cause };
    }
  };
  const token = await step('token', async () => {
    await officialAccounts.tokens.forget({ id: account.id });
    await officialAccounts.tokens.current(channel);
    return text(locale, 'check.token_ok');
  });
  const followers = await step('followers', async () => {
    const page = await officialAccounts.listFollowers(channel);
    return text(locale, 'check.followers_ok', { total: page.total });
  });
  const lastAt = await lastCallbackAt(kit, account.id);
  const callback: CheckStep = {
    code: 'callback',
    ok: lastAt !== null,
    detail: lastAt
      ? text(locale, 'check.callback_ok')
      : text(locale, 'check.callback_never', {
          url: `${kit.settings.publicUrl}/callback/official-account/${account.platformId}`,
        }),
  };
  return [token, followers, callback];
}

function merchantStep(book: AccountBook, account: Account, locale: Locale): CheckStep {
  const merchant = book.merchant(account.id);
  const ok = merchant?.secrets.certPem !== undefined;
  return {
    code: 'certificate',
    ok,
    detail: text(locale, ok ? 'check.cert_ok' : 'check.cert_missing'),
  };
}
