import { call, query } from './call';
import type {
  Corp,
  Customer,
  FriendState,
  Kf,
  Order,
  Rep,
  RepCode,
  RepLink,
  WeComLine,
} from '../wecom/view';

interface WireLine {
  id: string;
  at: string;
  direction: 'in' | 'out';
  via: string;
  kind: string;
  text?: string;
  file?: { mediaId: string; name: string; bytes: number };
  [part: string]: unknown;
}

const textIn = (part: unknown, ...names: string[]): string => {
  const fields = (typeof part === 'object' && part !== null ? part : {}) as Record<string, unknown>;
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
};

function fileIn({ kind, file }: WireLine): WeComLine['file'] {
  if (!file || !['image', 'video', 'file'].includes(kind)) return undefined;
  const { mediaId, name, bytes } = file;
  return { url: `/sandbox/wecom/media/${encodeURIComponent(mediaId)}`, name, bytes };
}

function readLine(wire: WireLine): WeComLine {
  const own = wire[wire.kind];
  // A card to a rep lies flat, anybody else's in the part that is named by its kind.
  const part = typeof own === 'object' ? own : wire;
  const url = textIn(part, 'url', 'link', 'pic_url', 'page');
  const title = textIn(part, 'title');
  const description = textIn(part, 'desc', 'description');
  const pictureUrl = textIn(part, 'imgUrl', 'picurl');
  return {
    id: wire.id,
    at: Date.parse(wire.at),
    direction: wire.direction,
    via: wire.via,
    kind: wire.kind,
    text: wire.text || textIn(part, 'content'),
    file: fileIn(wire),
    card:
      title || url ? { title: title || wire.text || url, description, url, pictureUrl } : undefined,
  };
}

interface WireCorp {
  corpId: string;
  name: string;
  agents: { agentId: string; callback: { url: string } | null }[];
}

export async function listCorps(): Promise<Corp[]> {
  const { items } = await call<{ items: WireCorp[] }>('/wecom/corps');
  return items.map(({ corpId, name, agents }) => {
    const agent = agents.find((one) => one.callback) ?? agents[0];
    return { corpId, name, agentId: agent?.agentId ?? '' };
  });
}

const ofCorp = (corpId: string) => `/wecom/corps/${encodeURIComponent(corpId)}`;
const ofStaff = (corpId: string, userId: string) =>
  `${ofCorp(corpId)}/staff/${encodeURIComponent(userId)}`;

export async function listReps(corpId: string): Promise<Rep[]> {
  const { items } = await call<{
    items: (Rep & { isRep: boolean; hasLeft: boolean })[];
  }>(`${ofCorp(corpId)}/staff`);
  return items.filter((one) => one.isRep && !one.hasLeft);
}

export const listCodes = async (corpId: string): Promise<RepCode[]> =>
  (await call<{ items: RepCode[] }>(`${ofCorp(corpId)}/codes`)).items;

/** The reps behind a link, as the card shows them that it leads to. */
export async function readLink(linkId: string, customerChannel: string): Promise<RepCode> {
  const { userIds } = await call<{ userIds: string[] }>(
    `/wecom/links/${encodeURIComponent(linkId)}`,
  );
  return {
    ...{ kind: 'link', name: '', configId: '', linkId },
    ...{ state: customerChannel, userIds, url: '' },
  };
}

export async function listCustomers(corpId: string, userId: string): Promise<Customer[]> {
  const { items } = await call<{
    items: (Omit<Customer, 'last'> & { last: WireLine | null })[];
  }>(`${ofStaff(corpId, userId)}/customers`);
  return items.map((one) => ({ ...one, last: one.last ? readLine(one.last) : undefined }));
}

/** The reps this person has, or once had, in one corp. */
export async function listRepsOf(personId: string, corpId: string): Promise<RepLink[]> {
  const { contacts } = await call<{
    contacts: {
      corpId: string;
      externalUserId: string;
      reps: { userId: string; status: FriendState }[];
    }[];
  }>(`/wecom/people/${encodeURIComponent(personId)}`);
  return contacts
    .filter((contact) => contact.corpId === corpId)
    .flatMap(({ externalUserId, reps }) =>
      reps.map(({ userId, status }) => ({ userId, status, externalUserId })),
    );
}

export const listKf = async (corpId: string): Promise<Kf[]> =>
  (await call<{ items: Kf[] }>(`${ofCorp(corpId)}/kf`)).items;

/** What was said in customer service, the oldest first. */
export async function readKfChat(personId: string, kfId: string): Promise<WeComLine[]> {
  const path = `/wecom/people/${encodeURIComponent(personId)}/phone`;
  const { items } = await call<{ items: WireLine[] }>(path + query({ kfId, limit: 100 }));
  return items.map(readLine).reverse();
}

const pairOf = (personId: string, asked: { userId: string; limit: number; peek?: 1 | undefined }) =>
  call<{ items: WireLine[]; unread: number }>(
    `/wecom/people/${encodeURIComponent(personId)}/phone${query(asked)}`,
  );

/** What these two said, the oldest first; on the person's own phone it has been read then. */
export async function readPair(
  personId: string,
  userId: string,
  side: 'customer' | 'rep',
): Promise<WeComLine[]> {
  const peek = side === 'rep' ? 1 : undefined;
  const { items } = await pairOf(personId, { userId, limit: 100, peek });
  return items.map(readLine).reverse();
}

/** The newest of what these two said, and how much of it the person has not read. */
export async function peekAtPair(
  personId: string,
  userId: string,
): Promise<{ last: WeComLine | undefined; unread: number }> {
  const { items, unread } = await pairOf(personId, { userId, limit: 1, peek: 1 });
  return { last: items.map(readLine)[0], unread };
}

/** What the app told the rep, the oldest first. */
export async function readNotices(corpId: string, userId: string): Promise<WeComLine[]> {
  const path = `${ofStaff(corpId, userId)}/phone`;
  const { items } = await call<{ items: WireLine[] }>(path + query({ via: 'app', limit: 100 }));
  return items.map(readLine).reverse();
}

export async function listOrders(corpId: string, userId: string): Promise<Order[]> {
  type Ordered = { confirmed: boolean; content: { text?: string | { content?: string } } };
  const { mass, moments } = await call<{
    mass: (Ordered & { msgId: string })[];
    moments: (Ordered & { momentId: string })[];
  }>(`${ofStaff(corpId, userId)}/orders`);
  const read = (kind: Order['kind'], id: string, { confirmed, content }: Ordered): Order => {
    const { text = '' } = content;
    return { kind, id, confirmed, text: typeof text === 'string' ? text : (text.content ?? '') };
  };
  return [
    ...mass.map((one) => read('mass', one.msgId, one)),
    ...moments.map((one) => read('moment', one.momentId, one)),
  ];
}

export const personAct = <T = unknown>(
  personId: string,
  action: string,
  body: Record<string, unknown>,
): Promise<T> => call(`/wecom/people/${encodeURIComponent(personId)}/${action}`, body);

export const staffAct = <T = unknown>(
  corpId: string,
  userId: string,
  action: string,
  body: Record<string, unknown> = {},
): Promise<T> => call(`${ofStaff(corpId, userId)}/${action}?settle=0`, body);

/** This browser's WeCom is theirs from now on. */
export const sit = (corpId: string, userId: string): Promise<unknown> =>
  call(`${ofStaff(corpId, userId)}/sit`, {});

/** Is this page signed with the living ticket of the right kind? */
export const checkSignature = async (
  { corpId, agentId }: Pick<Corp, 'corpId' | 'agentId'>,
  signed: {
    kind: 'corp' | 'agent';
    url: string;
    timestamp: string;
    nonceStr: string;
    signature: string;
  },
): Promise<boolean> =>
  (await call<{ ok: boolean }>(`${ofCorp(corpId)}/agents/${agentId}/check-signature`, signed)).ok;
