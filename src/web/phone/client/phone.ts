import type { PhoneMessage } from '../view';
import { call, query } from './call';
import { readMessage, type WireMessage } from './read-message';

/** Newest first, as the sandbox gives it; `next` leads to older ones. Marks what was there as seen unless peeking. */
export async function readPhone(
  openid: string,
  appId: string,
  options: { cursor?: string; limit?: number; peek?: boolean } = {},
): Promise<{ messages: PhoneMessage[]; next: string | null; unread: number }> {
  const { cursor, limit = 40, peek } = options;
  const path = `/people/${encodeURIComponent(openid)}/phone`;
  const answer = await call<{ items: WireMessage[]; nextCursor: string | null; unread: number }>(
    path + query({ appId, cursor, limit, peek: peek ? 1 : undefined }),
  );
  const { items, nextCursor: next, unread } = answer;
  return { messages: items.map(readMessage), next, unread };
}

export interface Done {
  received: PhoneMessage[];
  eventIds: string[];
  packet: { amountFen: number; state: string } | undefined;
}

/**
 * One thing a person does with the phone; answers when the account's answer is there or its attempts are over.
 * What comes later is told by the stream, so nothing is waited for (`settle=0`).
 */
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
  }>(`${path}?settle=0`, { ...body, appId });
  return {
    received: (answer.received ?? []).map(readMessage),
    eventIds: (answer.events ?? []).map((event) => event.id),
    packet: answer.packet,
  };
}
