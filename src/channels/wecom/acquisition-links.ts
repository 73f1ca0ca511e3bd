import { listFrom, numberFrom, objectFrom, textFrom } from '../wire/json';
import type { CallingAgent } from './account';
import { external, get, given, post, type Calls } from './calls';
import { pageFrom, type Page } from './page';

export interface AcquisitionLink {
  readonly linkId: string;
  readonly name: string;
  /** Add `?customer_channel=` to learn later by which channel somebody came. */
  readonly url: string;
}

const path = (name: string) => external(`customer_acquisition/${name}`);

export interface WantedLink {
  readonly name: string;
  /** Up to 100 in all. */
  readonly userIds: readonly string[];
  readonly departmentIds?: readonly number[];
  readonly skipsVerification?: boolean;
}

/** A link that adds one of up to 100 reps without a code. Each app sees only those it made. */
export async function createAcquisitionLink(
  calls: Calls,
  agent: CallingAgent,
  wanted: WantedLink,
): Promise<AcquisitionLink> {
  const answer = await post(calls, agent, path('create_link'), linkBody(wanted));
  const link = objectFrom(answer['link']);
  return {
    linkId: textFrom(link['link_id']),
    name: textFrom(link['link_name']),
    url: textFrom(link['url']),
  };
}

export async function changeAcquisitionLink(
  calls: Calls,
  agent: CallingAgent,
  linkId: string,
  wanted: WantedLink,
): Promise<void> {
  await post(calls, agent, path('update_link'), { link_id: linkId, ...linkBody(wanted) });
}

const linkBody = ({ name, userIds, departmentIds, skipsVerification }: WantedLink) => ({
  link_name: name,
  range: { user_list: userIds, ...given('department_list', departmentIds) },
  skip_verify: skipsVerification ?? true,
});

export async function deleteAcquisitionLink(
  calls: Calls,
  agent: CallingAgent,
  linkId: string,
): Promise<void> {
  await post(calls, agent, path('delete_link'), { link_id: linkId });
}

export async function listAcquisitionLinks(
  calls: Calls,
  agent: CallingAgent,
  after = '',
): Promise<Page<string>> {
  const answer = await post(calls, agent, path('list_link'), { limit: 100, cursor: after });
  const items = listFrom(answer['link_id_list']).map(textFrom);
  const next = textFrom(answer['next_cursor']);
  return { items, ...(next !== '' && { next }) };
}

export interface AcquiredCustomer {
  readonly externalUserId: string;
  readonly userId: string;
  readonly hasWritten: boolean;
  readonly state: string;
}

export async function listAcquired(
  calls: Calls,
  agent: CallingAgent,
  linkId: string,
  after = '',
): Promise<Page<AcquiredCustomer>> {
  const asked = { link_id: linkId, limit: 1_000, cursor: after };
  const answer = await post(calls, agent, path('customer'), asked);
  return pageFrom(answer, 'customer_list', (one) => ({
    externalUserId: textFrom(one['external_userid']),
    userId: textFrom(one['userid']),
    hasWritten: numberFrom(one['chat_status']) === 1,
    state: textFrom(one['state']),
  }));
}

export interface AcquisitionBalance {
  readonly total: number;
  readonly balance: number;
  /** Uses are bought in parts, each with an end of its own. */
  readonly parts: readonly { readonly expiresAt: number; readonly balance: number }[];
}

/** How many more customers the corp has paid for. */
export async function acquisitionBalance(
  calls: Calls,
  agent: CallingAgent,
): Promise<AcquisitionBalance> {
  const answer = await get(calls, agent, external('customer_acquisition_quota'));
  return {
    ...{ total: numberFrom(answer['total']), balance: numberFrom(answer['balance']) },
    parts: listFrom(answer['quota_list']).map((part) => {
      const { expire_date: expires, balance } = objectFrom(part);
      return { expiresAt: numberFrom(expires) * 1_000, balance: numberFrom(balance) };
    }),
  };
}
