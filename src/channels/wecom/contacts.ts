import {
  listFrom,
  numberFrom,
  objectFrom,
  textFrom,
  type Json,
  type JsonObject,
} from '../wire/json';
import type { CallingAgent } from './account';
import { external, get, given, post, type Calls } from './calls';
import { WeChatError } from './errors';
import { limits } from './limits';
import { instantFrom, pageFrom, textsFrom, type Page } from './page';

/** A customer of the corp, whoever follows them. */
export interface ExternalContact {
  readonly externalUserId: string;
  readonly name: string;
  readonly avatar: string;
  /** `wecom`: a person of another corp, whose company is named. */
  readonly kind: 'wechat' | 'wecom';
  readonly gender: 'unknown' | 'male' | 'female';
  /** Only for WeChat people, and only when the corp is bound to an open-platform account. */
  readonly unionid?: string;
  readonly position?: string;
  readonly company?: string;
}

/** How one member of staff stands to one customer: the unit of remark, tags and source. */
export interface StaffLink {
  readonly userId: string;
  readonly remark: string;
  readonly description: string;
  readonly company: string;
  readonly mobiles: readonly string[];
  /** The latest adding, epoch milliseconds. */
  readonly addedAt?: number;
  /** The platform's number; `addWays` knows the words. */
  readonly addWay: number;
  readonly state?: string;
  /** Who started it: staff, the customer, or who shared or assigned them. */
  readonly operator: string;
  /** The corp's own tags; personal ones have no id and are told by name where they are told at all. */
  readonly tagIds: readonly string[];
  readonly personalTags: readonly string[];
}

export interface ContactDetail {
  readonly contact: ExternalContact;
  readonly links: readonly StaffLink[];
}

/** Staff who may have customers and whom this app may see. */
export async function listReps(calls: Calls, agent: CallingAgent): Promise<readonly string[]> {
  return textsFrom((await get(calls, agent, external('get_follow_user_list')))['follow_user']);
}

/** All customers of one rep, unpaged. A rep without any is sometimes answered as unknown. */
export async function listContacts(
  calls: Calls,
  agent: CallingAgent,
  userId: string,
): Promise<readonly string[]> {
  try {
    const answer = await get(calls, agent, external('list'), { userid: userId });
    return textsFrom(answer['external_userid']);
  } catch (error) {
    if (error instanceof WeChatError && error.errcode === 84061) return [];
    throw error;
  }
}

/** One customer with everybody who follows them; `next` when there are more than 500 of those. */
export async function getContact(
  calls: Calls,
  agent: CallingAgent,
  externalUserId: string,
  after?: string,
): Promise<ContactDetail & { readonly next?: string }> {
  const answer = await get(calls, agent, external('get'), {
    external_userid: externalUserId,
    ...given('cursor', after),
  });
  const next = textFrom(answer['next_cursor']);
  return {
    contact: contactFrom(answer['external_contact']),
    links: listFrom(answer['follow_user']).map(linkFrom),
    ...(next !== '' && { next }),
  };
}

/** Customers of up to 100 reps, each with the link to one of them; the way to read 200,000. */
export async function listContactsOf(
  calls: Calls,
  agent: CallingAgent,
  userIds: readonly string[],
  after = '',
): Promise<Page<{ contact: ExternalContact; link: StaffLink }>> {
  const body = { userid_list: userIds, cursor: after, limit: limits.contacts.page };
  const answer = await post(calls, agent, external('batch/get_by_user'), body, {
    timeoutMs: 20_000,
  });
  return pageFrom(answer, 'external_contact_list', (item) => ({
    contact: contactFrom(item['external_contact']),
    link: linkFrom(item['follow_info'] ?? {}),
  }));
}

/** What one rep notes about one customer. A field left out stays as it is; an empty list clears the numbers. */
export async function remarkContact(
  calls: Calls,
  agent: CallingAgent,
  userId: string,
  externalUserId: string,
  note: {
    readonly remark?: string;
    readonly description?: string;
    readonly company?: string;
    readonly mobiles?: readonly string[];
  },
): Promise<void> {
  const { mobiles } = note;
  await post(calls, agent, external('remark'), {
    userid: userId,
    external_userid: externalUserId,
    ...given('remark', note.remark),
    ...given('description', note.description),
    ...given('remark_company', note.company),
    // The one way to clear them that the platform understands.
    ...(mobiles && { remark_mobiles: mobiles.length === 0 ? [''] : mobiles }),
  });
}

const genders = ['unknown', 'male', 'female'] as const;

function contactFrom(value: Json | undefined): ExternalContact {
  const body = objectFrom(value);
  const [unionid, position, company] = ['unionid', 'position', 'corp_name'].map((field) =>
    textFrom(body[field]),
  );
  return {
    externalUserId: textFrom(body['external_userid']),
    name: textFrom(body['name']),
    avatar: textFrom(body['avatar']),
    kind: numberFrom(body['type']) === 2 ? 'wecom' : 'wechat',
    gender: genders[numberFrom(body['gender'])] ?? 'unknown',
    ...(unionid && { unionid }),
    ...(position && { position }),
    ...(company && { company }),
  };
}

/** Two shapes of one thing: `get` brings whole tags and `remark_*`, the batch brings bare tag ids. */
function linkFrom(value: Json): StaffLink {
  const body = objectFrom(value);
  const tags = listFrom(body['tags']).map(objectFrom);
  const isCorpTag = (tag: JsonObject) => numberFrom(tag['type']) !== 2;
  const state = textFrom(body['state']);
  return {
    userId: textFrom(body['userid']),
    remark: textFrom(body['remark']),
    description: textFrom(body['description']),
    company: textFrom(body['remark_corp_name']),
    mobiles: textsFrom(body['remark_mobiles']),
    ...instantFrom('addedAt', numberFrom(body['createtime'])),
    addWay: numberFrom(body['add_way']),
    ...(state !== '' && { state }),
    operator: textFrom(body['oper_userid']),
    tagIds: [
      ...tags.filter(isCorpTag).map((tag) => textFrom(tag['tag_id'])),
      ...textsFrom(body['tag_id']),
    ].filter((id) => id !== ''),
    personalTags: tags.filter((tag) => !isCorpTag(tag)).map((tag) => textFrom(tag['tag_name'])),
  };
}
