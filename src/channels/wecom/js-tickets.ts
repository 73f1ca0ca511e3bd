import { hash } from 'node:crypto';
import { grantFrom } from '../wire/read-grant';
import { openTokenKeeper, type KeeperParts, type TokenKeeper } from '../wire/token-keeper';
import { keyOfAgent, type CallingAgent, type NamedAgent } from './account';
import { get, type Calls } from './calls';
import { weComOutcomeOf } from './errors';
import { limits } from './limits';

/** `corp` signs `config`, `agent` signs `agentConfig`; neither stands in for the other. */
export type TicketKind = 'corp' | 'agent';
export type TicketKeeper = TokenKeeper<CallingAgent, NamedAgent>;

const asked = {
  corp: { path: '/cgi-bin/get_jsapi_ticket', query: {} },
  agent: { path: '/cgi-bin/ticket/get', query: { type: 'agent_config' } },
} as const;

/** Tickets are kept like tokens: hundreds of asks an hour would use up the corp's share. They never leave the server. */
export function keepTickets(parts: KeeperParts, calls: Calls, kind: TicketKind): TicketKeeper {
  const { path, query } = asked[kind];
  return openTokenKeeper<CallingAgent, NamedAgent>(parts, {
    space: `wecom:${kind}-ticket`,
    endpoint: path,
    keyOf: keyOfAgent,
    outcomeOf: weComOutcomeOf,
    marginMs: limits.token.marginMs,
    renewEveryMs: limits.token.renewEveryMs,
    ask: async (agent) => grantFrom(path, await get(calls, agent, path, query), 'ticket'),
  });
}

export interface JsSignature {
  readonly timestamp: string;
  readonly nonceStr: string;
  readonly signature: string;
}

/** Signs one page address, without its fragment. Whoever calls has checked that the address is our own. */
export function signPage(
  ticket: string,
  url: string,
  stamp: { readonly timestamp: string; readonly nonceStr: string },
): JsSignature {
  const [page] = url.split('#');
  const { timestamp, nonceStr } = stamp;
  const text = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${page ?? ''}`;
  return { timestamp, nonceStr, signature: hash('sha1', text, 'hex') };
}
