/** Every call the page makes to the sandbox, and nothing else. Shapes as the sandbox sends them end here. */
import type {
  Account,
  Attempt,
  BackstageEvent,
  FaultRow,
  MenuButton,
  MessageBody,
  Person,
  PhoneMessage,
  Poster,
  Trace,
  Wallet,
} from './view';
import { letterOf } from './parts/letter';

export class SandboxRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The server did not answer at all, or a proxy answered for it. */
export class SandboxGone extends Error {}

async function call<T>(path: string, body?: unknown, method = body ? 'POST' : 'GET'): Promise<T> {
  const response = await fetch(`/sandbox/api${path}`, {
    method,
    ...(body
      ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      : {}),
  }).catch(() => {
    throw new SandboxGone(path);
  });
  if (response.status >= 500) throw new SandboxGone(path);
  const answer = (await response.json().catch(() => ({}))) as T & {
    code?: string;
    message?: string;
  };
  if (!response.ok)
    throw new SandboxRefusal(response.status, answer.code ?? '', answer.message ?? '');
  return answer;
}

const query = (values: Record<string, string | number | undefined>): string => {
  const filled = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return filled.length ? `?${new URLSearchParams(filled.map(([k, v]) => [k, String(v)]))}` : '';
};
const instant = (iso: string | null | undefined): number | undefined =>
  iso ? Date.parse(iso) : undefined;

// ---- accounts -------------------------------------------------------------------------------

interface WireButton {
  name: string;
  type?: string;
  key?: string;
  url?: string;
  sub_button?: WireButton[] | { list?: WireButton[] };
}

function readButton(wire: WireButton): MenuButton {
  const below = Array.isArray(wire.sub_button) ? wire.sub_button : (wire.sub_button?.list ?? []);
  return {
    name: wire.name,
    kind: below.length ? 'group' : (wire.type ?? 'click'),
    key: wire.key,
    url: wire.url,
    children: below.map(readButton),
  };
}

export async function listAccounts(): Promise<Account[]> {
  const { items } = await call<{
    items: { kind: string; appId: string; name: string; originalId: string }[];
  }>('/accounts');
  const accounts = items.filter((item) => item.kind === 'official-account');
  return Promise.all(
    accounts.map(async ({ appId, name, originalId }) => {
      const menu = await call<{ button?: WireButton[] }>(`/menu${query({ appId })}`);
      return { appId, name, originalId, menu: (menu.button ?? []).map(readButton) };
    }),
  );
}

export async function listPosters(appId: string): Promise<Poster[]> {
  const { items } = await call<{
    items: { ticket: string; scene: string; name: string | null; url: string }[];
  }>(`/posters${query({ appId, limit: 50 })}`);
  return items.map((item) => ({
    ticket: item.ticket,
    scene: item.scene,
    name: item.name ?? item.scene,
    url: item.url,
  }));
}

// ---- people ---------------------------------------------------------------------------------

interface WirePerson {
  personId: string;
  name: string | null;
  unionid: string | null;
  avatar: string | null;
  unread: number;
  wallet?: { receivedFen: number; packets: number };
  followers: {
    appId: string;
    openid: string;
    following: boolean;
    followedAt: string | null;
    unfollowedAt: string | null;
  }[];
}

function readPerson(wire: WirePerson): Person {
  const name = wire.name ?? '';
  return {
    id: wire.personId,
    name,
    letter: wire.avatar && wire.avatar.length <= 12 ? wire.avatar : letterOf(name),
    unionid: wire.unionid ?? '',
    unread: wire.unread,
    receivedFen: wire.wallet?.receivedFen ?? 0,
    contacts: Object.fromEntries(
      wire.followers.map((one) => [
        one.appId,
        {
          openid: one.openid,
          state: one.following ? 'following' : one.unfollowedAt ? 'unfollowed' : 'never',
          since: instant(one.following ? one.followedAt : one.unfollowedAt),
        },
      ]),
    ),
  };
}

export async function listPeople(
  q: string,
  cursor?: string,
): Promise<{ people: Person[]; next: string | null; crowd: number }> {
  const answer = await call<{
    items: WirePerson[];
    nextCursor: string | null;
    crowdCount?: number;
  }>(`/people${query({ q, cursor, limit: 50 })}`);
  return {
    people: answer.items.map(readPerson),
    next: answer.nextCursor,
    crowd: answer.crowdCount ?? 0,
  };
}

export async function readOnePerson(openid: string): Promise<Person> {
  return readPerson(await call<WirePerson>(`/people/${encodeURIComponent(openid)}`));
}

export async function makePerson(wanted: {
  name?: string;
  avatar?: string;
  unionid?: string;
}): Promise<{ openid: string; personId: string }> {
  return call('/people', wanted);
}

// ---- the phone ------------------------------------------------------------------------------

interface WireMessage {
  id: string;
  at: string;
  openid: string;
  appId: string;
  direction: 'in' | 'out';
  kind: string;
  via: string;
  text?: string | null;
  url?: string;
  mediaId?: string;
  title?: string;
  description?: string;
  articles?: { title: string; description?: string; url?: string; picUrl?: string }[];
  choices?: { head: string; items: { id: string; text: string }[]; tail?: string };
  template?: { title: string; fields: { name: string; value: string }[]; url?: string | null };
  redPacket?: {
    billNo: string;
    amountFen: number;
    state: string;
    sendName: string;
    wishing: string;
  };
  eventId: string | null;
}

const deeds = new Set(['tap', 'scan', 'follow', 'unfollow']);

function readBody(wire: WireMessage): MessageBody {
  const text = wire.text ?? '';
  if (wire.template)
    return {
      kind: 'template',
      title: wire.template.title,
      rows: wire.template.fields.map((field) => ({ label: field.name, value: field.value })),
      url: wire.template.url ?? '',
    };
  if (wire.redPacket) {
    const { billNo, amountFen, state, sendName, wishing } = wire.redPacket;
    const opened = state === 'RECEIVED';
    return {
      kind: 'packet',
      billNo,
      wish: wishing,
      sender: sendName,
      amountFen: opened ? amountFen : undefined,
      state: opened
        ? 'opened'
        : ['RFUND_ING', 'REFUND', 'FAILED'].includes(state)
          ? 'returned'
          : 'waiting',
    };
  }
  if (wire.articles)
    return {
      kind: 'articles',
      articles: wire.articles.map((one) => ({
        title: one.title,
        description: one.description ?? '',
        picture: one.picUrl ?? '',
        url: one.url ?? '',
      })),
    };
  if (wire.choices)
    return {
      kind: 'choices',
      head: wire.choices.head,
      choices: wire.choices.items,
      tail: wire.choices.tail ?? '',
    };
  if (deeds.has(wire.kind)) return { kind: 'deed', deed: wire.kind, detail: text };
  switch (wire.kind) {
    case 'text':
      return { kind: 'text', text };
    case 'notice':
      return { kind: 'notice', text };
    case 'image':
      return { kind: 'image', url: wire.url ?? '' };
    case 'voice':
      return { kind: 'voice' };
    case 'video':
    case 'shortvideo':
    case 'music':
      return {
        kind: wire.kind === 'music' ? 'music' : 'video',
        title: wire.title ?? text,
        description: wire.description ?? '',
      };
    case 'location':
      return { kind: 'location', label: text };
    case 'mini-program':
      return { kind: 'mini-program', title: wire.title ?? text };
    default:
      return { kind: 'other', name: wire.kind, text };
  }
}

export function readMessage(wire: WireMessage): PhoneMessage {
  const body = readBody(wire);
  const middle = body.kind === 'deed' || body.kind === 'notice';
  return {
    id: wire.id,
    at: Date.parse(wire.at),
    openid: wire.openid,
    appId: wire.appId,
    side: middle ? 'middle' : wire.direction === 'out' ? 'mine' : 'theirs',
    body,
    eventId: wire.eventId ?? undefined,
  };
}

/** Newest first, as the sandbox gives it; `next` leads to older ones. Marks what was there as seen unless peeking. */
export async function readPhone(
  openid: string,
  appId: string,
  options: { cursor?: string; limit?: number; peek?: boolean } = {},
): Promise<{ messages: PhoneMessage[]; next: string | null }> {
  const { cursor, limit = 40, peek } = options;
  const path = `/people/${encodeURIComponent(openid)}/phone`;
  const answer = await call<{ items: WireMessage[]; nextCursor: string | null }>(
    path + query({ appId, cursor, limit, peek: peek ? 1 : undefined }),
  );
  return { messages: answer.items.map(readMessage), next: answer.nextCursor };
}

export interface Done {
  received: PhoneMessage[];
  eventIds: string[];
  packet: { amountFen: number; state: string } | undefined;
}

/** One thing a person does with the phone; answers when the account's answer is there or its attempts are over. */
export async function act(
  openid: string,
  appId: string,
  action: string,
  body: Record<string, unknown> = {},
): Promise<Done> {
  const path = `/people/${encodeURIComponent(openid)}/${action}`;
  const answer = await call<{
    received?: WireMessage[];
    events?: { id: string }[];
    packet?: { amountFen: number; state: string };
  }>(path, { ...body, appId });
  return {
    received: (answer.received ?? []).map(readMessage),
    eventIds: (answer.events ?? []).map((event) => event.id),
    packet: answer.packet,
  };
}

export async function readWallet(openids: string[]): Promise<Wallet> {
  const pages = await Promise.all(
    openids.map((openid) =>
      call<{
        items: {
          billNo: string;
          appId: string;
          amountFen: number;
          state: string;
          receivedAt: string | null;
        }[];
      }>(`/books/packets${query({ openid, state: 'RECEIVED', limit: 200 })}`),
    ),
  );
  const entries = pages
    .flatMap((page) => page.items)
    .map((item) => ({
      id: item.billNo,
      at: instant(item.receivedAt) ?? 0,
      amountFen: item.amountFen,
      appId: item.appId,
    }))
    .sort((a, b) => b.at - a.at);
  return { balanceFen: entries.reduce((sum, entry) => sum + entry.amountFen, 0), entries };
}

// ---- behind the scenes ----------------------------------------------------------------------

interface WireAttempt {
  n: number;
  at: string;
  ms: number;
  status: number | null;
  url: string;
  bodyEncrypted?: string | null;
  replyRaw: string | null;
  replyPlain: string | null;
  verdict: string;
  reason?: string | null;
  trace?: unknown;
}

interface WireEvent {
  id: string;
  appId: string;
  kind: string;
  at: string;
  verdict: string;
  mode: string;
  request: { method: string; url: string; bodyEncrypted: string | null; bodyPlain: string };
  attempts: WireAttempt[];
  trace?: unknown;
}

/** The app's own account of one callback: an object, or the header as it came (base64url JSON). Absent or unreadable: nothing. */
export function readTrace(value: unknown): Trace | undefined {
  let found = value;
  if (typeof value === 'string') {
    try {
      const bytes = Uint8Array.from(atob(value.replace(/-/g, '+').replace(/_/g, '/')), (sign) =>
        sign.charCodeAt(0),
      );
      found = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return undefined;
    }
  }
  if (typeof found !== 'object' || found === null) return undefined;
  const trace = found as Partial<Trace>;
  return { steps: trace.steps ?? [], written: trace.written ?? [], rule: trace.rule };
}

export async function readEvent(id: string): Promise<BackstageEvent> {
  const wire = await call<WireEvent>(`/events/${encodeURIComponent(id)}`);
  const attempts: Attempt[] = wire.attempts.map((attempt) => ({
    number: attempt.n,
    at: Date.parse(attempt.at),
    ms: attempt.ms,
    status: attempt.status ?? undefined,
    address: attempt.url,
    verdict: attempt.verdict,
    reason: attempt.reason ?? '',
    sealed: attempt.bodyEncrypted ?? wire.request.bodyEncrypted ?? '',
    replyRaw: attempt.replyRaw ?? '',
    replyPlain: attempt.replyPlain ?? '',
    trace: readTrace(attempt.trace),
  }));
  const only = readTrace(wire.trace);
  const last = attempts.at(-1);
  if (only && last && !attempts.some((attempt) => attempt.trace)) last.trace = only;
  return {
    id: wire.id,
    appId: wire.appId,
    kind: wire.kind,
    at: Date.parse(wire.at),
    mode: wire.mode,
    verdict: wire.verdict,
    method: wire.request.method,
    address: wire.request.url,
    plain: wire.request.bodyPlain,
    attempts,
  };
}

export const repeatEvent = (id: string): Promise<unknown> =>
  call(`/events/${encodeURIComponent(id)}/repeat`, { times: 1 });

// ---- the world ------------------------------------------------------------------------------

/** The sandbox's business time, epoch milliseconds. */
export const readClock = async (): Promise<number> =>
  (await call<{ nowMs: number }>('/clock')).nowMs;
export const advanceClock = async (advanceMs: number): Promise<number> =>
  (await call<{ nowMs: number }>('/clock', { advanceMs })).nowMs;

export const listFaults = async (): Promise<FaultRow[]> =>
  (await call<{ items: FaultRow[] }>('/faults')).items;
export const addFault = (fault: { where: string; kind: string; rate: number }): Promise<unknown> =>
  call('/faults', { op: 'add', ...fault });
export const clearFault = (id?: string): Promise<unknown> =>
  call('/faults', { op: 'clear', ...(id ? { id } : {}) });

export const makeCrowd = (appId: string, followers: number, scenes: string[]): Promise<unknown> =>
  call('/crowd', { appId, followers, ...(scenes.length ? { scenes } : {}) });
