import { listFrom, numberFrom, objectFrom, textFrom, type Json } from '../wire/json';
import type { CallingAccount } from './account';
import { valueOrThrow, type Calls } from './call';
import { pageFrom, type FollowerPage } from './followers';

/** A tag kept by WeChat, not one of ours. Ids 0, 1 and 2 belong to the platform. */
export interface PlatformTag {
  readonly id: number;
  readonly name: string;
  readonly count: number;
}

export async function listTags(
  calls: Calls,
  account: CallingAccount,
): Promise<readonly PlatformTag[]> {
  const answer = await calls.json(account, { method: 'GET', path: '/cgi-bin/tags/get' });
  return listFrom(valueOrThrow(answer)['tags']).map(tagFrom);
}

/** The name has at most 30 bytes; an account has at most 100 tags. */
export async function createTag(
  calls: Calls,
  account: CallingAccount,
  name: string,
): Promise<PlatformTag> {
  const answer = await post(calls, account, '/cgi-bin/tags/create', { tag: { name } });
  return tagFrom(answer['tag'] ?? {});
}

export async function renameTag(
  calls: Calls,
  account: CallingAccount,
  id: number,
  name: string,
): Promise<void> {
  await post(calls, account, '/cgi-bin/tags/update', { tag: { id, name } });
}

export async function deleteTag(calls: Calls, account: CallingAccount, id: number): Promise<void> {
  await post(calls, account, '/cgi-bin/tags/delete', { tag: { id } });
}

export async function listTagged(
  calls: Calls,
  account: CallingAccount,
  id: number,
  after = '',
): Promise<FollowerPage> {
  const body = { tagid: id, next_openid: after };
  return pageFrom(await post(calls, account, '/cgi-bin/user/tag/get', body), after);
}

/** At most 50 followers a call. A tag made seconds ago may still be unknown (outcome `retry`). */
export async function tagFollowers(
  calls: Calls,
  account: CallingAccount,
  id: number,
  openids: readonly string[],
): Promise<void> {
  const body = { openid_list: openids, tagid: id };
  await post(calls, account, '/cgi-bin/tags/members/batchtagging', body);
}

export async function untagFollowers(
  calls: Calls,
  account: CallingAccount,
  id: number,
  openids: readonly string[],
): Promise<void> {
  const body = { openid_list: openids, tagid: id };
  await post(calls, account, '/cgi-bin/tags/members/batchuntagging', body);
}

const post = async (calls: Calls, account: CallingAccount, path: string, body: object) =>
  valueOrThrow(await calls.json(account, { method: 'POST', path, body }));

function tagFrom(answer: Json): PlatformTag {
  const tag = objectFrom(answer);
  return {
    id: numberFrom(tag['id']),
    name: textFrom(tag['name']),
    count: numberFrom(tag['count']),
  };
}
