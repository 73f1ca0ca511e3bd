import type { OfficialAccountClient, TokenHealth } from '../channels/official-account';
import type { WeComClient } from '../channels/wecom';
import { asBusiness } from '../kernel/clock';
import type { Kit } from '../kernel/kit';
import type { AccountBook } from './account-book';
import type { Account } from './account.entity';
import { lastCallbackAt } from './last-callback';
import type { MerchantParts } from './merchant-parts';

type Parts = {
  kit: Pick<Kit, 'db' | 'clock'>;
  book: AccountBook;
  officialAccounts: OfficialAccountClient;
  wecom: WeComClient;
  merchants: MerchantParts;
};

const silentAfterMs = 24 * 3_600_000;
const iso = (at: number | null | undefined) => (at ? new Date(at).toISOString() : null);

/** How an account is connected and how many it reaches, with every instant in business time. */
export async function healthOf(parts: Parts, account: Account) {
  const { kit } = parts;
  const lastAt = await lastCallbackAt(kit, account.id);
  const isHeard = lastAt !== null && kit.clock.system() - lastAt < silentAfterMs;
  return {
    token: await connectionOf(parts, account),
    callback: {
      state: lastAt === null ? ('never' as const) : isHeard ? ('ok' as const) : ('silent' as const),
      lastAt: iso(lastAt && asBusiness(kit.clock, lastAt)),
    },
    ...(await reachOf(kit, account)),
  };
}

async function connectionOf(parts: Parts, account: Account) {
  const { kit, merchants } = parts;
  if (account.kind === 'merchant') {
    const { state, lastOkAt, errorName } = await merchants.health(account.id);
    const named = errorName === undefined ? {} : { errorName };
    return { state, checkedAt: iso(lastOkAt), expiresAt: null, ...named };
  }
  const { checkedAt, expiresAt, ...token } = await tokenOf(parts, account);
  return {
    ...token,
    checkedAt: iso(checkedAt && asBusiness(kit.clock, checkedAt)),
    expiresAt: iso(expiresAt && asBusiness(kit.clock, expiresAt)),
  };
}

async function tokenOf(
  { book, officialAccounts, wecom }: Parts,
  { id, kind }: Account,
): Promise<TokenHealth> {
  if (kind === 'official-account') return officialAccounts.tokens.health({ id });
  const [agent] = book.weComApps(id);
  return agent ? wecom.tokens.health(agent) : { state: 'unknown' };
}

/** People now, each once; of a corp the friendships too, each rep's by themselves. */
async function reachOf({ db }: Pick<Kit, 'db'>, { id, kind }: Account) {
  const [people] = await db.read.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM identity WHERE accountId = ? AND state = 'following'`,
    [id],
  );
  const followers = people?.n ?? 0;
  if (kind !== 'wecom') return { followers, friendships: null, listedThoughLeft: null };
  const links = await db.read.all<{ state: string; n: number }>(
    `SELECT state, COUNT(*) AS n FROM staff_link
     WHERE accountId = ? AND state IN ('friend', 'half', 'left') GROUP BY state`,
    [id],
  );
  const count = (state: string) => links.find((row) => row.state === state)?.n ?? 0;
  return {
    followers,
    friendships: count('friend') + count('half'),
    listedThoughLeft: count('left'),
  };
}
