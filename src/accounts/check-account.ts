import { WeChatError, type OfficialAccountClient } from '../channels/official-account';
import type { WeComClient } from '../channels/wecom';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import type { AccountBook } from './account-book';
import type { Account } from './account.entity';
import { callbackUrls } from './callback-urls';
import type { MerchantParts } from './merchant-parts';
import { lastCallbackAt } from './last-callback';

export type CheckStep = { code: string; ok: boolean; detail: string };

type Parts = {
  book: AccountBook;
  officialAccounts: OfficialAccountClient;
  wecom: WeComClient;
  merchants: MerchantParts;
};

/** Asks for a token and one page of followers, so that what is wrong shows here and not in front of followers. */
export async function checkAccount(
  kit: Kit,
  parts: Parts,
  account: Account,
  locale: Locale,
): Promise<CheckStep[]> {
  const { book, officialAccounts, wecom, merchants } = parts;
  if (account.kind === 'merchant') return checkMerchant(book, merchants, account, locale);
  if (account.kind === 'wecom') return checkWeCom(kit, book, wecom, account, locale);
  const channel = book.channelOrThrow(account.id);
  const step = stepsAt(book.hostsOf(account.id).api, locale);
  const token = await step('token', async () => {
    await officialAccounts.tokens.forget({ id: account.id });
    await officialAccounts.tokens.current(channel);
    return text(locale, 'check.token_ok');
  });
  const followers = await step('followers', async () => {
    const page = await officialAccounts.listFollowers(channel);
    return text(locale, 'check.followers_ok', { total: page.total });
  });
  return [token, followers, await callbackStep(kit, book, account, locale)];
}

/** The token of every app, and whether the corp's reps can be read: the right that is forgotten most. */
async function checkWeCom(
  kit: Kit,
  book: AccountBook,
  wecom: WeComClient,
  account: Account,
  locale: Locale,
): Promise<CheckStep[]> {
  const agent = book.weComOrThrow(account.id);
  const step = stepsAt(book.weComApiOf(account.id), locale);
  const token = await step('token', async () => {
    for (const app of book.weComApps(account.id)) {
      await wecom.tokens.forget(app);
      await wecom.tokens.current(app);
    }
    return text(locale, 'check.token_ok');
  });
  const reps = await step('reps', async () => {
    const total = (await wecom.listReps(agent)).length;
    return text(locale, 'check.reps_ok', { total });
  });
  return [token, reps, await callbackStep(kit, book, account, locale)];
}

function stepsAt(base: string, locale: Locale) {
  return async (code: string, work: () => Promise<string>): Promise<CheckStep> => {
    try {
      const detail = await work();
      return { code, ok: true, detail };
    } catch (error) {
      const cause =
        error instanceof WeChatError
          ? text(locale, 'check.refused', { errcode: error.errcode, errmsg: error.errmsg })
          : text(locale, 'check.unreachable', { base });
      return { code, ok: false, detail: cause };
    }
  };
}

async function callbackStep(
  kit: Kit,
  book: AccountBook,
  account: Account,
  locale: Locale,
): Promise<CheckStep> {
  const lastAt = await lastCallbackAt(kit, account.id);
  const url = callbackUrls(kit, book, account).join(' ');
  const detail = lastAt
    ? text(locale, 'check.callback_ok')
    : text(locale, 'check.callback_never', { url });
  return { code: 'callback', ok: lastAt !== null, detail };
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
