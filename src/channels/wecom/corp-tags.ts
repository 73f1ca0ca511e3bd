import { listFrom, numberFrom, objectFrom, textFrom, type Json } from '../wire/json';
import type { CallingAgent } from './account';
import { external, given, post, type Calls } from './calls';
import { instantFrom } from './page';

/** A tag of the corp's, kept by WeCom; an app may change only those it made. */
export interface CorpTag {
  readonly id: string;
  readonly name: string;
  /** Larger comes first. */
  readonly order: number;
  readonly createdAt?: number;
  /** Told only when asked for by id. */
  readonly isDeleted: boolean;
}

export interface CorpTagGroup extends CorpTag {
  readonly tags: readonly CorpTag[];
}

/** All groups, or those named, or those of the tags named; groups win when both are. */
export async function listCorpTags(
  calls: Calls,
  agent: CallingAgent,
  wanted: { readonly tagIds?: readonly string[]; readonly groupIds?: readonly string[] } = {},
): Promise<readonly CorpTagGroup[]> {
  const answer = await post(calls, agent, external('get_corp_tag_list'), {
    ...given('tag_id', wanted.tagIds),
    ...given('group_id', wanted.groupIds),
  });
  return listFrom(answer['tag_group']).map(groupFrom);
}

/** Adds tags to a group, known by id or made by its name; answers with the group and the new tags. */
export async function addCorpTags(
  calls: Calls,
  agent: CallingAgent,
  group: { readonly id: string } | { readonly name: string },
  names: readonly string[],
): Promise<CorpTagGroup> {
  const answer = await post(calls, agent, external('add_corp_tag'), {
    ...('id' in group ? { group_id: group.id } : { group_name: group.name }),
    tag: names.map((name) => ({ name })),
    agentid: Number(agent.agentId),
  });
  return groupFrom(answer['tag_group'] ?? {});
}

/** Renames or reorders a tag or a group. */
export async function editCorpTag(
  calls: Calls,
  agent: CallingAgent,
  id: string,
  change: { readonly name?: string; readonly order?: number },
): Promise<void> {
  await post(calls, agent, external('edit_corp_tag'), {
    id,
    ...given('name', change.name),
    ...given('order', change.order),
    agentid: Number(agent.agentId),
  });
}

/** A group that loses its last tag goes with it. */
export async function deleteCorpTags(
  calls: Calls,
  agent: CallingAgent,
  gone: { readonly tagIds?: readonly string[]; readonly groupIds?: readonly string[] },
): Promise<void> {
  await post(calls, agent, external('del_corp_tag'), {
    ...given('tag_id', gone.tagIds),
    ...given('group_id', gone.groupIds),
    agentid: Number(agent.agentId),
  });
}

/** Tags sit on the link of one rep to one customer; at most five such calls of a corp under way at once. */
export async function markContact(
  calls: Calls,
  agent: CallingAgent,
  userId: string,
  externalUserId: string,
  change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): Promise<void> {
  await post(calls, agent, external('mark_tag'), {
    userid: userId,
    external_userid: externalUserId,
    ...given('add_tag', change.add),
    ...given('remove_tag', change.remove),
  });
}

function groupFrom(value: Json): CorpTagGroup {
  const body = objectFrom(value);
  return { ...tagFrom(body, 'group_id', 'group_name'), tags: tagsIn(body['tag']) };
}

const tagsIn = (value: Json | undefined) =>
  listFrom(value).map((tag) => tagFrom(objectFrom(tag), 'id', 'name'));

function tagFrom(body: ReturnType<typeof objectFrom>, id: string, name: string): CorpTag {
  return {
    id: textFrom(body[id]),
    name: textFrom(body[name]),
    order: numberFrom(body['order']),
    ...instantFrom('createdAt', numberFrom(body['create_time'])),
    isDeleted: body['deleted'] === true,
  };
}
