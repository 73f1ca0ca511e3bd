import type { AccountBook } from '../accounts';
import { WeChatError, type OfficialAccountClient } from '../channels/official-account';
import type { WeComClient } from '../channels/wecom';
import { isLoopback } from '../kernel/settings';
import type { RunningKit } from '../open-kit';
import { askMerchant, openPayRail } from '../red-packets';

type ExaminingClients = { officialAccounts: OfficialAccountClient; wecom: WeComClient };

/** What stands beside the database. */
type Surroundings = Pick<RunningKit, 'settings' | 'cache' | 'clock' | 'http'>;

export type Finding = { check: string; ok: boolean; detail: string };

/** Half of what a callback's timestamp may be off by default, and far more than a kept clock drifts. */
const mostSkewMs = 30_000;
const timeoutMs = 8_000;

/** What could go wrong in production, found before it does. Asks WeChat only for accounts of the real world. */
export async function examine(
  kit: RunningKit,
  book: AccountBook,
  clients: ExaminingClients,
): Promise<Finding[]> {
  return [
    { check: 'database', ok: true, detail: kit.db.engine },
    await examineCache(kit),
    ...(hasReal(book) ? [await examineClock(kit)] : []),
    ...(await examineLeftovers(kit, book)),
    ...(await examineAccounts(kit, book, clients)),
    ...(hasReal(book) ? [await examineWayBack(kit)] : []),
  ];
}

/** What can be told without the accounts: without a sandbox they are taken for real ones. */
export async function examineWithoutDatabase(parts: Surroundings, why: string): Promise<Finding[]> {
  return [
    { check: 'database', ok: false, detail: why },
    await examineCache(parts),
    ...(parts.settings.isSandboxOn ? [] : [await examineClock(parts), await examineWayBack(parts)]),
  ];
}

const hasReal = (book: AccountBook): boolean => book.all().some(({ world }) => world === 'real');

function examineCache(kit: Surroundings): Promise<Finding> {
  return kit.cache.ping().then(
    () => ({ check: 'cache', ok: true, detail: kit.cache.kind }),
    () => ({ check: 'cache', ok: false, detail: 'Redis does not answer at REDIS_URL' }),
  );
}

/** By the Date of WeChat's own answer: signatures and timestamps are judged by that clock. */
async function examineClock(kit: Surroundings): Promise<Finding> {
  const base = kit.settings.officialAccountApiBase;
  try {
    const asked = kit.clock.system();
    const { headers } = await kit.http.request({ method: 'GET', url: base, timeoutMs });
    const middle = (asked + kit.clock.system()) / 2;
    const theirs = Date.parse(headers['date'] ?? '');
    if (Number.isNaN(theirs)) return { check: 'clock', ok: true, detail: `${base} tells no time` };
    const skewMs = Math.round(middle - theirs);
    const seconds = Math.round(Math.abs(skewMs) / 1_000);
    const side = skewMs > 0 ? 'ahead of' : 'behind';
    const ok = Math.abs(skewMs) <= mostSkewMs;
    return {
      check: 'clock',
      ok,
      detail: ok
        ? 'agrees with WeChat'
        : `${seconds} s ${side} WeChat: set it by NTP, or callbacks and payments are refused`,
    };
  } catch {
    return { check: 'clock', ok: false, detail: `${base} cannot be reached` };
  }
}

async function examineLeftovers(kit: RunningKit, book: AccountBook): Promise<Finding[]> {
  const demo = book.all().filter((account) => account.world === 'sandbox');
  const operators = await kit.db.read.all<{ email: string }>(
    `SELECT email FROM operator WHERE isDemo = 1 ORDER BY email`,
  );
  return [
    leftover(
      kit,
      'demo accounts',
      demo.map(({ name, platformId }) => `${name} (${platformId})`),
    ),
    leftover(
      kit,
      'demo operators',
      operators.map(({ email }) => email),
    ),
  ];
}

/** A demo is what it should be; only in production nothing of one may be there. */
function leftover({ settings }: RunningKit, check: string, names: readonly string[]): Finding {
  if (names.length === 0) return { check, ok: true, detail: 'none' };
  const listed = names.join(', ');
  return settings.isProduction
    ? { check, ok: false, detail: listed }
    : { check, ok: true, detail: `${listed}: not for production` };
}

async function examineAccounts(
  kit: RunningKit,
  book: AccountBook,
  { officialAccounts, wecom }: ExaminingClients,
): Promise<Finding[]> {
  const rail = openPayRail(kit, book);
  const beside = book.all().find(({ kind }) => kind === 'official-account');
  const found: Finding[] = [];
  for (const account of book.all()) {
    const check = `account ${account.platformId}`;
    if (!account.enabled) {
      found.push({ check, ok: false, detail: 'is switched off' });
      continue;
    }
    if (account.mode === 'plain') {
      const detail = 'plain mode proves nothing about a callback; choose the secure mode';
      found.push({ check, ok: true, detail });
    }
    if (account.world === 'sandbox') {
      found.push({ check, ok: true, detail: 'sandbox' });
      continue;
    }
    if (account.kind === 'official-account') {
      const asked = officialAccounts.tokens.current(book.channelOrThrow(account.id));
      found.push({ check, ...(await verdictOf(asked, book.hostsOf(account.id).api)) });
    }
    for (const app of book.weComApps(account.id)) {
      const api = book.weComApiOf(account.id);
      const verdict = await verdictOf(wecom.tokens.current(app), api);
      found.push({ check: `${check}, app ${app.agentId}`, ...verdict });
    }
    if (account.kind === 'merchant' && beside) {
      const answer = await askMerchant(kit, rail, account.id, beside.platformId);
      const detail = !answer
        ? 'cannot pay: its keys cannot be read, or this machine has no IPv4 address'
        : answer.isGood
          ? `WeChat Pay answers; orders come from ${rail.merchant(account.id)?.clientIp ?? ''}`
          : `WeChat Pay does not accept it: ${answer.code}`;
      found.push({ check, ok: answer?.isGood ?? false, detail });
    }
  }
  return found;
}

async function verdictOf(
  asked: Promise<unknown>,
  base: string,
): Promise<{ ok: boolean; detail: string }> {
  try {
    await asked;
    return { ok: true, detail: 'WeChat gives a token' };
  } catch (error) {
    if (!(error instanceof WeChatError)) return { ok: false, detail: `${base} cannot be reached` };
    const { errcode, errmsg } = error;
    const address = /\d{1,3}(?:\.\d{1,3}){3}/.exec(errmsg)?.[0];
    if (errcode !== 40164) return { ok: false, detail: `WeChat refuses: ${errcode} ${errmsg}` };
    const detail = `WeChat sees this server as ${address ?? 'an unknown address'}: add it to the account's IP whitelist (40164)`;
    return { ok: false, detail };
  }
}

/** Our own answer, asked for by the address that WeChat uses. */
async function examineWayBack(kit: Surroundings): Promise<Finding> {
  const check = 'callback address';
  const { publicUrl } = kit.settings;
  if (isLoopback(new URL(publicUrl).hostname)) {
    return { check, ok: false, detail: `PUBLIC_URL is ${publicUrl}, which WeChat cannot reach` };
  }
  const url = `${publicUrl}/healthz`;
  try {
    const { status, body } = await kit.http.request({ method: 'GET', url, timeoutMs });
    const isOurs = status === 200 && body.toString('utf8').includes('"status"');
    const detail = isOurs ? `${url} answers` : `${url} answers ${status}, and not as this server`;
    return { check, ok: isOurs, detail };
  } catch {
    const detail = `nothing answers at ${url}: is the server running, and does the proxy lead to it?`;
    return { check, ok: false, detail };
  }
}
