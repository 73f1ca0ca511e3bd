import { listFrom, objectFrom, textFrom } from '../wire/json';
import type { CallingAgent } from './account';
import { external, post, type Calls } from './calls';

/**
 * The external contact behind a follower of an Official Account of the same company; nothing when they are
 * no customer yet, but then a pending id may be told that meets them later.
 */
export async function externalIdOfUnionid(
  calls: Calls,
  agent: CallingAgent,
  unionid: string,
  openid: string,
): Promise<{ readonly externalUserId?: string; readonly pendingId?: string }> {
  const body = { unionid, openid, subject_type: 0 };
  const answer = await post(calls, agent, '/cgi-bin/idconvert/unionid_to_external_userid', body);
  const externalUserId = textFrom(answer['external_userid']);
  const pendingId = textFrom(answer['pending_id']);
  return {
    ...(externalUserId !== '' && { externalUserId }),
    ...(pendingId !== '' && { pendingId }),
  };
}

/** Pending ids of up to 100 customers, to be compared with those kept from before. */
export async function pendingIdsOf(
  calls: Calls,
  agent: CallingAgent,
  externalUserIds: readonly string[],
): Promise<readonly { externalUserId: string; pendingId: string }[]> {
  const path = '/cgi-bin/idconvert/batch/external_userid_to_pending_id';
  const answer = await post(calls, agent, path, { external_userid: externalUserIds });
  return listFrom(answer['result']).map((one) => ({
    externalUserId: textFrom(objectFrom(one)['external_userid']),
    pendingId: textFrom(objectFrom(one)['pending_id']),
  }));
}

/** The openid a customer has with the corp, for red packets; WeChat people only. */
export async function openidOfContact(
  calls: Calls,
  agent: CallingAgent,
  externalUserId: string,
): Promise<string> {
  const body = { external_userid: externalUserId };
  return textFrom((await post(calls, agent, external('convert_to_openid'), body))['openid']);
}

/** The openid a member of staff has with the corp. */
export async function openidOfStaff(
  calls: Calls,
  agent: CallingAgent,
  userId: string,
): Promise<string> {
  const answer = await post(calls, agent, '/cgi-bin/user/convert_to_openid', { userid: userId });
  return textFrom(answer['openid']);
}
