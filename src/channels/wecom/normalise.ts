import type { InboundEvent } from '../inbound-event';
import { textOf, type XmlTree } from '../wire/xml-tree';
import type { WeComAgent } from './account';
import { appReaders, readAppMessage } from './read-app';
import { contactReaders } from './read-contact';
import {
  acquisitionChanged,
  corpTagsChanged,
  kfAccountsChanged,
  messagesWaiting,
} from './read-corp';
import { directoryReaders } from './read-directory';
import { roomReaders } from './read-room';
import type { Reader, Reading } from './reading';

const byChange =
  (readers: ReadonlyMap<string, Reader>): Reader =>
  (fields) =>
    readers.get(textOf(fields, 'ChangeType'))?.(fields);

const eventReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['change_external_contact', byChange(contactReaders)],
  ['change_external_chat', byChange(roomReaders)],
  ['change_external_tag', corpTagsChanged],
  ['customer_acquisition', acquisitionChanged],
  ['kf_msg_or_event', messagesWaiting],
  ['kf_account_auth_change', kfAccountsChanged],
  ['change_contact', byChange(directoryReaders)],
  ...appReaders,
]);

/**
 * Puts one opened callback into our words. Total: what is not understood becomes `unknown` and keeps its
 * fields. The key is the hash of the plain text, because senders are always `sys` and times whole seconds:
 * two apps of a corp that hear the same words hear one event; with welcome codes of their own they hear two.
 */
export function normaliseEvent(
  agent: Pick<WeComAgent, 'id' | 'corpId' | 'agentId'>,
  opened: { readonly fields: XmlTree; readonly digest: string },
  receivedAt: number,
): InboundEvent {
  const { fields } = opened;
  const messageType = textOf(fields, 'MsgType');
  const event = messageType === 'event' ? textOf(fields, 'Event') : undefined;
  const at = instantOf(textOf(fields, 'CreateTime'));
  const reading = read(messageType, event, fields);
  const { about = '', lane = 'corp' } = reading ?? {};
  const origin = {
    accountId: agent.id,
    appId: agent.corpId,
    dedupeKey: `w:${opened.digest}`,
    laneKey: `${agent.id}:${about === '' ? lane : about}`,
    openid: about,
    at: at ?? receivedAt,
  };
  if (reading && at !== undefined) return { ...origin, agentId: agent.agentId, ...reading.facts };
  const known = event !== undefined && eventReaders.has(event);
  const problem = at === undefined ? 'create-time' : known ? 'fields' : undefined;
  return {
    ...origin,
    kind: 'unknown',
    messageType,
    ...(event !== undefined && { event }),
    ...(problem && { problem }),
    raw: { ...fields },
  };
}

function read(
  messageType: string,
  event: string | undefined,
  fields: XmlTree,
): Reading | undefined {
  return event === undefined
    ? readAppMessage(messageType, fields)
    : eventReaders.get(event)?.(fields);
}

/** Whole seconds between 2001 and 2100; anything else is no instant of WeCom's. */
function instantOf(createTime: string): number | undefined {
  if (!/^[1-9]\d{9}$/.test(createTime)) return undefined;
  const at = Number(createTime) * 1000;
  return at < 4_102_444_800_000 ? at : undefined;
}
