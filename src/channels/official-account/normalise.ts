import { hash } from 'node:crypto';
import { dedupeKeyLimit, type InboundEvent, type UnknownProblem } from '../inbound-event';
import { textOf, type XmlTree } from '../wire/xml-tree';
import type { ChannelAccount } from './account';
import { eventReaders } from './normalise-event';
import { messageReaders } from './normalise-message';

/**
 * Puts one opened callback into our words. Total: what is not understood becomes `unknown` and keeps
 * its fields. `receivedAt` stands in for a CreateTime that cannot be true.
 */
export function normaliseMessage(
  account: Pick<ChannelAccount, 'id' | 'appId'>,
  fields: XmlTree,
  receivedAt: number,
): InboundEvent {
  const messageType = textOf(fields, 'MsgType');
  const event = messageType === 'event' ? textOf(fields, 'Event') : undefined;
  const sender = textOf(fields, 'FromUserName');
  const createTime = textOf(fields, 'CreateTime');
  const at = instantOf(createTime);
  const reader = event === undefined ? messageReaders.get(messageType) : eventReaders.get(event);
  const reading = reader?.(fields);
  const known = typeof reading === 'object' ? reading : undefined;
  const openid = known?.openid ?? sender;

  const problem: UnknownProblem | undefined =
    !isName(sender) || !isName(openid)
      ? 'sender'
      : at === undefined
        ? 'create-time'
        : typeof reading === 'string'
          ? reading
          : undefined;
  const unproblematic = known !== undefined && problem === undefined;
  const who = isName(openid) ? openid : '';
  const origin = {
    accountId: account.id,
    appId: account.appId,
    laneKey: `${account.id}:${who}`,
    openid: who,
    at: at ?? receivedAt,
  };
  if (unproblematic) {
    const key =
      event === undefined
        ? `m:${known.key}:${sender}`
        : `e:${createTime}:${sender}:${event}:${known.key}`;
    return { ...origin, ...known.facts, dedupeKey: bounded(key) };
  }
  return {
    ...origin,
    kind: 'unknown',
    dedupeKey: bounded(
      `u:${createTime}:${sender}:${event ?? messageType}:${JSON.stringify(fields)}`,
    ),
    messageType,
    ...(event !== undefined && { event }),
    ...(problem && { problem }),
    raw: { ...fields },
  };
}

/** Long or foreign keys become their hash, so that every key fits one ASCII column. */
function bounded(key: string): string {
  const fits = key.length <= dedupeKeyLimit && /^[\x20-\x7e]*$/.test(key);
  return fits ? key : `${key.slice(0, 2)}#${hash('sha256', key, 'base64url')}`;
}

const isName = (text: string) => /^[\w@.-]{1,64}$/.test(text);

/** Whole seconds between 2001 and 2100; anything else is no instant of WeChat's. */
function instantOf(createTime: string): number | undefined {
  if (!/^[1-9]\d{9}$/.test(createTime)) return undefined;
  const at = Number(createTime) * 1000;
  return at < 4_102_444_800_000 ? at : undefined;
}
