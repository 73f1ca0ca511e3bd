import type { AcquisitionEvent, CorpTagEvent } from '../wecom-event';
import { listOf, numberOf, optional, textOf, type XmlTree } from '../wire/xml-tree';
import { isId, type Reader } from './reading';

const tagChanges: Readonly<Record<string, CorpTagEvent['change']>> = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  shuffle: 'reordered',
};

/** `change_external_tag`: whatever it was, the list has to be read again. */
export function corpTagsChanged(fields: XmlTree): ReturnType<Reader> {
  const type = textOf(fields, 'TagType');
  const target = type === 'tag' ? 'tag' : type === 'tag_group' ? 'tag-group' : undefined;
  const strategyId = textOf(fields, 'StrategyId');
  return {
    lane: 'tags',
    facts: {
      kind: 'corp-tags-changed',
      change: tagChanges[textOf(fields, 'ChangeType')] ?? 'unknown',
      ...(target && { target }),
      ...optional(fields, 'Id', 'tagId'),
      // Zero stands for "of no rule group".
      ...(strategyId !== '' && strategyId !== '0' && { strategyId }),
    },
  };
}

/** `message_from_customer` is a guess at a name that no source states. */
const acquisitionChanges: Readonly<Record<string, AcquisitionEvent['change']>> = {
  balance_low: 'balance-low',
  balance_exhausted: 'balance-exhausted',
  balance_increased: 'balance-increased',
  quota_expire_soon: 'quota-expires-soon',
  link_unavailable: 'link-unavailable',
  delete_link: 'link-deleted',
  open_profile: 'profile-opened',
  friend_request: 'friend-requested',
  customer_start_chat: 'chat-started',
  message_from_customer: 'chat-going-on',
};

/** `customer_acquisition`. An unknown change that brings a chat key is one of a chat going on. */
export function acquisitionChanged(fields: XmlTree): ReturnType<Reader> {
  const rawChange = textOf(fields, 'ChangeType');
  const chatKey = textOf(fields, 'ChatKey');
  const contact = textOf(fields, 'ExternalUserID');
  const expires = numberOf(fields, 'ExpireDate');
  const expiring = numberOf(fields, 'ExpireQuotaNum');
  return {
    ...(isId(contact) ? { about: contact } : { lane: 'acquisition' }),
    facts: {
      kind: 'acquisition-changed',
      change: acquisitionChanges[rawChange] ?? (chatKey === '' ? 'unknown' : 'chat-going-on'),
      rawChange,
      ...optional(fields, 'LinkId', 'linkId'),
      ...optional(fields, 'State', 'state'),
      ...optional(fields, 'UserID', 'userId'),
      ...optional(fields, 'ChatKey', 'chatKey'),
      ...(expires > 0 && { expiresAt: expires * 1000 }),
      ...(expiring > 0 && { expiring }),
    },
  };
}

/** `kf_msg_or_event` has no sender: it only says that something waits. */
export function messagesWaiting(fields: XmlTree): ReturnType<Reader> {
  const kfId = textOf(fields, 'OpenKfId');
  if (!isId(kfId)) return undefined;
  const token = textOf(fields, 'Token');
  return { lane: `kf:${kfId}`, facts: { kind: 'kf-messages-waiting', kfId, token } };
}

/** `kf_account_auth_change` repeats its elements, one for each account. */
export function kfAccountsChanged(fields: XmlTree): ReturnType<Reader> {
  const idsOf = (tag: string) =>
    listOf(fields, tag).filter((id): id is string => typeof id === 'string');
  return {
    lane: 'kf',
    facts: {
      kind: 'kf-accounts-changed',
      granted: idsOf('AuthAddOpenKfId'),
      withdrawn: idsOf('AuthDelOpenKfId'),
    },
  };
}
