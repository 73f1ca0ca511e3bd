import { textFrom } from '../wire/json';
import type { CallingAgent } from './account';
import { get, type Calls } from './calls';

/** Where a page inside WeCom sends its visitor to learn who they are. */
export const authorizeUrl = 'https://open.weixin.qq.com/connect/oauth2/authorize';

export type SignedIn =
  | { readonly kind: 'staff'; readonly userId: string }
  /** Somebody outside; the external id is told only for customers of staff in the app's range. */
  | { readonly kind: 'outsider'; readonly openid: string; readonly externalUserId?: string };

/**
 * The address to send a visitor to. The order of the parameters and the fragment are part of it; `state` is
 * letters and digits only, at most 128.
 */
export function signInUrl(
  agent: Pick<CallingAgent, 'corpId' | 'agentId'>,
  redirectUrl: string,
  state: string,
  authorizeAt = authorizeUrl,
): string {
  if (!/^[a-zA-Z0-9]{1,128}$/.test(state)) throw new RangeError('state is letters and digits');
  const query =
    `appid=${encodeURIComponent(agent.corpId)}&redirect_uri=${encodeURIComponent(redirectUrl)}` +
    `&response_type=code&scope=snsapi_base&state=${state}&agentid=${agent.agentId}`;
  return `${authorizeAt}?${query}#wechat_redirect`;
}

/** Who came back with this code. A code is good for five minutes and once. */
export async function signedIn(
  calls: Calls,
  agent: CallingAgent,
  code: string,
): Promise<SignedIn | undefined> {
  const answer = await get(calls, agent, '/cgi-bin/auth/getuserinfo', { code });
  const userId = textFrom(answer['userid']) || textFrom(answer['UserId']);
  if (userId !== '') return { kind: 'staff', userId };
  const openid = textFrom(answer['openid']) || textFrom(answer['OpenId']);
  const externalUserId = textFrom(answer['external_userid']);
  if (openid === '') return undefined;
  return { kind: 'outsider', openid, ...(externalUserId !== '' && { externalUserId }) };
}
