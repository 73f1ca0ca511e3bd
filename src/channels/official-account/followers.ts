import { listFrom, numberFrom, objectFrom, textFrom, type Json } from '../wire/json';
import type { CallingAccount } from './account';
import { valueOrThrow, type Calls } from './call';

export interface FollowerPage {
  readonly total: number;
  readonly openids: readonly string[];
  /** Where the next page begins; absent after the last one. */
  readonly next?: string;
}

/** What the platform still tells about a follower; names and pictures ended in 2021. */
export interface FollowerDetail {
  readonly openid: string;
  readonly isFollowing: boolean;
  /** The latest follow, epoch milliseconds. */
  readonly followedAt?: number;
  readonly unionid?: string;
  readonly remark: string;
  readonly tagIds: readonly number[];
  /** How they came, in the platform's word (`ADD_SCENE_QR_CODE`); new words appear without notice. */
  readonly source: string;
  readonly scene?: string;
}

/** One page of follower ids, at most 10,000; 500 calls a day. */
export async function listFollowers(
  calls: Calls,
  account: CallingAccount,
  after = '',
): Promise<FollowerPage> {
  const answer = valueOrThrow(
    await calls.json(account, {
      method: 'GET',
      path: '/cgi-bin/user/get',
      query: { next_openid: after },
      timeoutMs: 20_000,
    }),
  );
  return pageFrom(answer, after);
}

export async function getFollower(
  calls: Calls,
  account: CallingAccount,
  openid: string,
): Promise<FollowerDetail> {
  const answer = await calls.json(account, {
    method: 'GET',
    path: '/cgi-bin/user/info',
    query: { openid, lang: 'zh_CN' },
  });
  return detailFrom(valueOrThrow(answer));
}

/** Up to 100 at once; one bad openid refuses all of them (40003). */
export async function getFollowers(
  calls: Calls,
  account: CallingAccount,
  openids: readonly string[],
): Promise<readonly FollowerDetail[]> {
  const answer = await calls.json(account, {
    method: 'POST',
    path: '/cgi-bin/user/info/batchget',
    body: { user_list: openids.map((openid) => ({ openid, lang: 'zh_CN' })) },
    timeoutMs: 20_000,
  });
  return listFrom(valueOrThrow(answer)['user_info_list']).map(detailFrom);
}

/** The last page comes without `data`, and a full page may be followed by an empty one. */
export function pageFrom(answer: Json, after: string): FollowerPage {
  const body = objectFrom(answer);
  const openids = listFrom(objectFrom(body['data'])['openid'])
    .map(textFrom)
    .filter((openid) => openid !== '');
  const next = textFrom(body['next_openid']);
  const goesOn = openids.length > 0 && next !== '' && next !== after;
  return { total: numberFrom(body['total']), openids, ...(goesOn && { next }) };
}

function detailFrom(answer: Json): FollowerDetail {
  const body = objectFrom(answer);
  const seconds = numberFrom(body['subscribe_time']);
  const unionid = textFrom(body['unionid']);
  const numberedScene = numberFrom(body['qr_scene']);
  const scene = textFrom(body['qr_scene_str']) || (numberedScene > 0 ? String(numberedScene) : '');
  return {
    openid: textFrom(body['openid']),
    isFollowing: numberFrom(body['subscribe']) === 1,
    ...(seconds > 0 && { followedAt: seconds * 1000 }),
    ...(unionid !== '' && { unionid }),
    remark: textFrom(body['remark']),
    tagIds: listFrom(body['tagid_list']).map(numberFrom),
    source: textFrom(body['subscribe_scene']),
    ...(scene !== '' && { scene }),
  };
}
