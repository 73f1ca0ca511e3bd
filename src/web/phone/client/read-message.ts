import type { MessageBody, PhoneMessage } from '../view';

/** A line of a phone as the sandbox sends it. */
export interface WireMessage {
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

const deeds = new Set(['tap', 'scan', 'follow', 'unfollow', 'withdraw']);

function readBody(wire: WireMessage): MessageBody {
  const text = wire.text ?? '';
  if (wire.template)
    return {
      kind: 'template',
      title: wire.template.title,
      rows: wire.template.fields.map((field) => ({ label: field.name, value: field.value })),
      url: wire.template.url ?? '',
    };
  // The notice that it was opened tells of the packet too, and is no second packet.
  if (wire.kind === 'red-packet' && wire.redPacket) {
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
      return {
        kind: 'image',
        url: wire.url ?? (wire.mediaId ? `/sandbox/api/media/${wire.mediaId}` : ''),
      };
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
