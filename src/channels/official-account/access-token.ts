import type { HttpClient } from '../../kernel/http-client';
import { exchange } from '../wire/exchange';
import { readGrant } from '../wire/read-grant';
import {
  openTokenKeeper,
  type KeeperParts,
  type TokenKeeper as KeeperOf,
} from '../wire/token-keeper';
import type { CallingAccount, PlatformHosts } from './account';
import { outcomeOf } from './errors';
import { limits } from './limits';

export type { TokenHealth } from '../wire/token-keeper';

export interface TokenParts extends KeeperParts {
  readonly http: Pick<HttpClient, 'request'>;
  readonly hostsOf: (account: CallingAccount) => PlatformHosts;
}

export type TokenKeeper = KeeperOf<CallingAccount, Pick<CallingAccount, 'id'>>;

const endpoint = '/cgi-bin/stable_token';
const callMs = 8_000;
// At this endpoint 40001 speaks of the AppSecret.
const judge = (errcode: number) => outcomeOf(errcode, 'token');

/** The stable access token of each Official Account. */
export function keepTokens(parts: TokenParts): TokenKeeper {
  return openTokenKeeper<CallingAccount, Pick<CallingAccount, 'id'>>(parts, {
    space: 'official-account:token',
    endpoint,
    keyOf: ({ id }) => id,
    outcomeOf: judge,
    marginMs: limits.token.marginMs,
    renewEveryMs: limits.token.renewEveryMs,
    forcedEveryMs: limits.token.forcedEveryMs,
    ask: async (account, force) => {
      const body = JSON.stringify({
        grant_type: 'client_credential',
        appid: account.appId,
        secret: account.appSecret,
        ...(force && { force_refresh: true }),
      });
      const url = parts.hostsOf(account).api + endpoint;
      const asking = { method: 'POST', url, body, timeoutMs: callMs } as const;
      const answer = await exchange(parts.http, endpoint, asking);
      return readGrant(endpoint, answer, 'access_token', judge);
    },
  });
}
