import { WeChatError, type OfficialAccountClient } from '../channels/official-account';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import type { AccountBook } from './account-book';
import type { Account } from './account.entity';
import type { MerchantParts } from './merchant-parts';
import { lastCallbackAt } from './last-callback';

export type CheckStep = { code: string; ok: boolean; detail: string };

type Parts = {
  book: AccountBook;
  officialAccounts: OfficialAccountClient;
  merchants: MerchantParts;
};

/** Asks for a token and one page of followers, so that what is wrong shows here and not in front of followers. */
export async function checkAccount(
  kit: Kit,
  { book, officialAccounts, merchants }: Parts,
  account: Account,
  locale: Locale,
): Promise<CheckStep[]> {
  if (account.kind === 'merchant') return checkMerchant(book, merchants, account, locale);
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

async function checkMerchant(
  book: AccountBook,
  merchants: MerchantParts,
  account: Account,
  locale: Locale,
): Promise<CheckStep[]> {
  const hasKeys = book.merchant(account.id)?.secrets.certPem !== undefined;
  const certificate = {
    code: 'certificate',
    ok: hasKeys,
    detail: text(locale, hasKeys ? 'check.cert_ok' : 'check.cert_missing'),
  };
  const beside = book.all().find(({ kind }) => kind === 'official-account');
  const answer = beside && (await merchants.ask(account.id, beside.platformId));
  if (!answer) return [certificate];
  const { isGood, code } = answer;
  const detail = text(locale, isGood ? 'check.pay_ok' : 'check.pay_failed', { code });
  return [certificate, { code: 'pay', ok: isGood, detail }];
}
