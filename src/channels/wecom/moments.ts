import type { Ended } from '../wire/call';
import { numberFrom, objectFrom, textFrom, type JsonObject } from '../wire/json';
import type { CallingAgent } from './account';
import { external, get, given, post, type Calls } from './calls';
import { instantFrom, pageFrom, textsFrom, type Page } from './page';

/** Nine pictures, or one video, or one link; their media come from `uploadAttachment`. */
export type MomentMedia =
  | { readonly kind: 'images'; readonly mediaIds: readonly string[] }
  | { readonly kind: 'video'; readonly mediaId: string }
  | {
      readonly kind: 'link';
      readonly title: string;
      readonly url: string;
      readonly mediaId: string;
    };

export interface NewMoment {
  readonly text?: string;
  readonly media?: MomentMedia;
  /** Who is to publish it; with nobody named all in range. */
  readonly userIds?: readonly string[];
  readonly departmentIds?: readonly number[];
  /** Only customers with one of these tags see it. */
  readonly tagIds?: readonly string[];
}

/** Orders a moment for reps to confirm. The answer names a job; `momentJob` knows the moment once it is done. */
export async function orderMoment(
  calls: Calls,
  agent: CallingAgent,
  moment: NewMoment,
): Promise<Ended<{ readonly jobId: string }>> {
  const { userIds, departmentIds, tagIds } = moment;
  const ended = await calls.json(agent, {
    method: 'POST',
    path: external('add_moment_task'),
    body: {
      ...(moment.text !== undefined && { text: { content: moment.text } }),
      ...(moment.media && { attachments: mediaBody(moment.media) }),
      visible_range: {
        ...((userIds ?? departmentIds) && {
          sender_list: {
            ...given('user_list', userIds),
            ...given('department_list', departmentIds),
          },
        }),
        ...(tagIds && { external_contact_list: { tag_list: tagIds } }),
      },
    },
    mustConfirm: true,
  });
  if (ended.kind !== 'ok') return ended;
  return { kind: 'ok', value: { jobId: textFrom(ended.value['jobid']) } };
}

export type MomentJob =
  | { readonly state: 'waiting' | 'working' }
  | {
      readonly state: 'done';
      readonly momentId: string;
      readonly errcode: number;
      readonly errmsg: string;
      readonly invalidUserIds: readonly string[];
      readonly invalidTagIds: readonly string[];
    };

/** The result is good for a day. */
export async function momentJob(
  calls: Calls,
  agent: CallingAgent,
  jobId: string,
): Promise<MomentJob> {
  const answer = await get(calls, agent, external('get_moment_task_result'), { jobid: jobId });
  const status = numberFrom(answer['status']);
  if (status !== 3) return { state: status === 2 ? 'working' : 'waiting' };
  const result = objectFrom(answer['result']);
  return {
    state: 'done',
    momentId: textFrom(result['moment_id']),
    errcode: numberFrom(result['errcode']),
    errmsg: textFrom(result['errmsg']),
    invalidUserIds: textsFrom(objectFrom(result['invalid_sender_list'])['user_list']),
    invalidTagIds: textsFrom(objectFrom(result['invalid_external_contact_list'])['tag_list']),
  };
}

export interface ListedMoment {
  readonly momentId: string;
  readonly creator?: string;
  readonly createdAt?: number;
  readonly isPersonal: boolean;
  readonly text: string;
}

/** Moments of a span of at most 30 days; deleted ones are not told. */
export async function listMoments(
  calls: Calls,
  agent: CallingAgent,
  span: { readonly from: number; readonly until: number },
  after = '',
): Promise<Page<ListedMoment>> {
  const answer = await post(calls, agent, external('get_moment_list'), {
    start_time: Math.floor(span.from / 1000),
    end_time: Math.floor(span.until / 1000),
    cursor: after,
    limit: 20,
  });
  return pageFrom(answer, 'moment_list', momentFrom);
}

export async function listMomentTasks(
  calls: Calls,
  agent: CallingAgent,
  momentId: string,
  after = '',
): Promise<Page<{ userId: string; isPublished: boolean }>> {
  const asked = { moment_id: momentId, cursor: after, limit: 1_000 };
  const answer = await post(calls, agent, external('get_moment_task'), asked);
  return pageFrom(answer, 'task_list', (task) => ({
    userId: textFrom(task['userid']),
    isPublished: numberFrom(task['publish_status']) === 1,
  }));
}

/** Customers on whose phones one rep's moment really arrived. */
export async function listMomentReceivers(
  calls: Calls,
  agent: CallingAgent,
  momentId: string,
  userId: string,
  after = '',
): Promise<Page<string>> {
  const asked = { moment_id: momentId, userid: userId, cursor: after, limit: 5_000 };
  const answer = await post(calls, agent, external('get_moment_send_result'), asked);
  return pageFrom(answer, 'customer_list', (one) => textFrom(one['external_userid']));
}

export interface MomentReactions {
  /** External ids or userids. What a comment says is told to nobody. */
  readonly comments: readonly { readonly by: string; readonly at?: number }[];
  readonly likes: readonly { readonly by: string; readonly at?: number }[];
}

export async function momentReactions(
  calls: Calls,
  agent: CallingAgent,
  momentId: string,
  userId: string,
): Promise<MomentReactions> {
  const asked = { moment_id: momentId, userid: userId };
  const answer = await post(calls, agent, external('get_moment_comments'), asked);
  return {
    comments: pageFrom(answer, 'comment_list', reactionFrom).items,
    likes: pageFrom(answer, 'like_list', reactionFrom).items,
  };
}

export async function cancelMoment(
  calls: Calls,
  agent: CallingAgent,
  momentId: string,
): Promise<void> {
  await post(calls, agent, external('cancel_moment_task'), { moment_id: momentId });
}

function mediaBody(media: MomentMedia): readonly object[] {
  switch (media.kind) {
    case 'images':
      return media.mediaIds.map((media_id) => ({ msgtype: 'image', image: { media_id } }));
    case 'video':
      return [{ msgtype: 'video', video: { media_id: media.mediaId } }];
    case 'link': {
      const { title, url, mediaId: media_id } = media;
      return [{ msgtype: 'link', link: { title, url, media_id } }];
    }
  }
}

function momentFrom(body: JsonObject): ListedMoment {
  const creator = textFrom(body['creator']);
  return {
    momentId: textFrom(body['moment_id']),
    ...(creator !== '' && { creator }),
    ...instantFrom('createdAt', numberFrom(body['create_time'])),
    isPersonal: numberFrom(body['create_type']) === 1,
    text: textFrom(objectFrom(body['text'])['content']),
  };
}

const reactionFrom = (body: JsonObject) => ({
  by: textFrom(body['external_userid']) || textFrom(body['userid']),
  ...instantFrom('at', numberFrom(body['create_time'])),
});
