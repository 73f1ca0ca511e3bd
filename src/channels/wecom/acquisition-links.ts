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

/** A link that adds one of up to 100 reps without a code. Each app sees only those it made. */
export async function createAcquisitionLink(
  calls: Calls,
  agent: CallingAgent,
  wanted: {
    readonly name: string;
    readonly userIds: readonly string[];
    readonly departmentIds?: readonly number[];
    readonly skipsVerification?: boolean;
  },
): Promise<AcquisitionLink> {
  const answer = await post(calls, agent, path('create_link'), {
    link_name: wanted.name,
    range: {
      user_list: wanted.userIds,
      ...given('department_list', wanted.departmentIds),
    },
    skip_verify: wanted.skipsVerification ?? true,
  });
  const link = objectFrom(answer['link']);
  return {
    linkId: textFrom(link['link_id']),
    name: textFrom(link['link_name']),
    url: textFrom(link['url']),
  };
}

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

/** How many more customers the corp has paid for. */
export async function acquisitionBalance(
  calls: Calls,
  agent: CallingAgent,
): Promise<{ readonly total: number; readonly balance: number }> {
  const answer = await get(calls, agent, external('customer_acquisition_quota'));
  return { total: numberFrom(answer['total']), balance: numberFrom(answer['balance']) };
}
