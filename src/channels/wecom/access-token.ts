import type { HttpClient } from '../../kernel/http-client';
import { exchange } from '../wire/exchange';
import { readGrant } from '../wire/read-grant';
import { openTokenKeeper, type KeeperParts, type TokenKeeper } from '../wire/token-keeper';
import { keyOfAgent, type CallingAgent, type NamedAgent } from './account';
import { weComOutcomeOf } from './errors';
import { limits } from './limits';

export interface WeComTokenParts extends KeeperParts {
  readonly http: Pick<HttpClient, 'request'>;
  /** Where the agent's platform lives: WeCom itself, or the sandbox. */
  readonly apiOf: (agent: CallingAgent) => string;
}

export type WeComTokenKeeper = TokenKeeper<CallingAgent, NamedAgent>;

const endpoint = '/cgi-bin/gettoken';

/**
 * The access token of each app. WeCom answers with the same one while it lives and knows no force; a wrong
 * secret asked with again and again would ban our address, which is why failures are remembered.
 */
export function keepAgentTokens(parts: WeComTokenParts): WeComTokenKeeper {
  return openTokenKeeper<CallingAgent, NamedAgent>(parts, {
    space: 'wecom:token',
    endpoint,
    keyOf: keyOfAgent,
    outcomeOf: weComOutcomeOf,
    marginMs: limits.token.marginMs,
    renewEveryMs: limits.token.renewEveryMs,
    ask: async (agent) => {
      const query = new URLSearchParams({ corpid: agent.corpId, corpsecret: agent.secret });
      const url = `${parts.apiOf(agent)}${endpoint}?${query.toString()}`;
      const answer = await exchange(parts.http, endpoint, { method: 'GET', url, timeoutMs: 8_000 });
      return readGrant(endpoint, answer, 'access_token', weComOutcomeOf);
    },
  });
}
