import { hash } from 'node:crypto';
import type { MenuKind, PublishState, ReceiptOutcome } from '../inbound-event';
import { listOf, textOf, treeOf, treesOf, type XmlTree } from '../wire/xml-tree';
import { numberOf, optional, type Facts, type Reader } from './reading';

const scenePrefix = 'qrscene_';

/** Events (MsgType `event`) by their wire name, which is case-sensitive and inconsistent on purpose of nobody. */
export const eventReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['subscribe', byKey(followed)],
  ['unsubscribe', byKey(() => ({ kind: 'unfollowed' }))],
  [
    'SCAN',
    byKey((fields) => ({
      kind: 'scanned',
      scene: textOf(fields, 'EventKey'),
      ...optional(fields, 'Ticket', 'ticket'),
    })),
  ],
  [
    'LOCATION',
    byKey((fields) => ({
      kind: 'location-reported',
      latitude: numberOf(fields, 'Latitude'),
      longitude: numberOf(fields, 'Longitude'),
      precision: numberOf(fields, 'Precision'),
    })),
  ],
  ['CLICK', menuTap('click')],
  ['VIEW', menuTap('view')],
  ['view_miniprogram', menuTap('mini-program')],
  ['scancode_push', menuTap('scan')],
  ['scancode_waitmsg', menuTap('scan-wait')],
  ['pic_sysphoto', pictures('camera')],
  ['pic_photo_or_album', pictures('camera-or-album')],
  ['pic_weixin', pictures('album')],
  ['location_select', byKey(locationChosen)],
  ['TEMPLATESENDJOBFINISH', byMessage(templateReceipt)],
  ['MASSSENDJOBFINISH', byMessage(massReceipt)],
  ['PUBLISHJOBFINISH', byContent(publishReceipt)],
  ['FREEPUBLISHJOBFINISH', byContent(publishReceipt)],
  ['subscribe_msg_popup_event', byContent((fields) => consent(fields, 'popup'))],
  ['subscribe_msg_change_event', byContent((fields) => consent(fields, 'settings'))],
  ['subscribe_msg_sent_event', byContent(subscriptionReceipts)],
  ['kf_create_session', byContent((fields) => session('opened', fields))],
  ['kf_close_session', byContent((fields) => session('closed', fields))],
  ['kf_switch_session', byContent((fields) => session('switched', fields))],
  ['user_authorization_revoke', aboutPerson(revoked)],
  ['user_info_modified', aboutPerson(profile('profile-modified'))],
  ['user_authorization_cancellation', aboutPerson(profile('profile-cancelled'))],
  ...[
    'qualification_verify_success',
    'qualification_verify_fail',
    'naming_verify_success',
    'naming_verify_fail',
    'annual_renew',
    'verify_expired',
  ].map((notice): [string, Reader] => [notice, byKey((fields) => accountNotice(notice, fields))]),
]);

type ReadFacts = (fields: XmlTree) => Facts;

/** Told apart by the event key, which may be empty. */
function byKey(read: ReadFacts): Reader {
  return (fields) => ({ facts: read(fields), key: textOf(fields, 'EventKey') });
}

/** Receipts: two of one second differ in their MsgID. */
function byMessage(read: ReadFacts): Reader {
  return (fields) =>
    isMessageId(messageIdOf(fields))
      ? { facts: read(fields), key: messageIdOf(fields) }
      : 'message-id';
}

/** Told apart by everything they say; a repeat says exactly the same. */
function byContent(read: ReadFacts): Reader {
  return (fields) => ({
    facts: read(fields),
    key: hash('sha256', JSON.stringify(fields), 'base64url'),
  });
}

/** The sender is the platform's own user here; the person is named inside. */
function aboutPerson(read: ReadFacts): Reader {
  return (fields) => {
    const openid = textOf(fields, 'OpenID');
    if (openid === '') return 'fields';
    return { facts: read(fields), key: `${openid}:${textOf(fields, 'RevokeInfo')}`, openid };
  };
}

function followed(fields: XmlTree): Facts {
  const key = textOf(fields, 'EventKey');
  // The prefix comes off once: a scene may itself begin with it. Other prefixes are not ours to read.
  const source = key.startsWith(scenePrefix)
    ? { scene: key.slice(scenePrefix.length) }
    : key === ''
      ? {}
      : { sourceKey: key };
  return { kind: 'followed', ...source, ...optional(fields, 'Ticket', 'ticket') };
}

function menuTap(menu: MenuKind): Reader {
  return byKey((fields) => {
    const scan = treeOf(fields, 'ScanCodeInfo');
    const isScan = menu === 'scan' || menu === 'scan-wait';
    return {
      kind: 'menu-tapped',
      menu,
      key: textOf(fields, 'EventKey'),
      ...optional(fields, 'MenuId', 'menuId'),
      ...(isScan && {
        scanned: { type: textOf(scan, 'ScanType'), result: textOf(scan, 'ScanResult') },
      }),
    };
  });
}

function pictures(from: 'camera' | 'camera-or-album' | 'album'): Reader {
  return byKey((fields) => {
    const sent = treeOf(fields, 'SendPicsInfo');
    const md5s = treesOf(treeOf(sent, 'PicList'), 'item').map((item) => textOf(item, 'PicMd5Sum'));
    const count = numberOf(sent, 'Count');
    return { kind: 'pictures-chosen', key: textOf(fields, 'EventKey'), from, count, md5s };
  });
}

function locationChosen(fields: XmlTree): Facts {
  const chosen = treeOf(fields, 'SendLocationInfo');
  return {
    kind: 'location-chosen',
    key: textOf(fields, 'EventKey'),
    latitude: numberOf(chosen, 'Location_X'),
    longitude: numberOf(chosen, 'Location_Y'),
    scale: numberOf(chosen, 'Scale'),
    label: textOf(chosen, 'Label'),
    place: textOf(chosen, 'Poiname'),
  };
}

function templateReceipt(fields: XmlTree): Facts {
  const reason = textOf(fields, 'Status').trim();
  return {
    kind: 'template-receipt',
    messageId: messageIdOf(fields),
    outcome: outcomeOfStatus(reason),
    reason,
  };
}

/** `success`, `failed:user block`, `failed: system failed` and more to come: read by prefix. */
function outcomeOfStatus(status: string): ReceiptOutcome {
  const word = status.toLowerCase();
  if (word === 'success') return 'delivered';
  return /^failed\s*:\s*user block/.test(word) ? 'blocked' : 'failed';
}

function massReceipt(fields: XmlTree): Facts {
  const reason = textOf(fields, 'Status').trim();
  const urls = treesOf(treeOf(treeOf(fields, 'ArticleUrlResult'), 'ResultList'), 'item');
  return {
    kind: 'mass-receipt',
    messageId: messageIdOf(fields),
    outcome: reason.toLowerCase() === 'send success' ? 'sent' : 'failed',
    reason,
    total: numberOf(fields, 'TotalCount'),
    filtered: numberOf(fields, 'FilterCount'),
    sent: numberOf(fields, 'SentCount'),
    failed: numberOf(fields, 'ErrorCount'),
    articleUrls: urls.map((item) => textOf(item, 'ArticleUrl')),
  };
}

const publishStates: readonly PublishState[] = [
  'published',
  'publishing',
  'not-original',
  'failed',
  'review-failed',
  'deleted',
  'banned',
];

function publishReceipt(fields: XmlTree): Facts {
  const info = treeOf(fields, 'PublishEventInfo');
  const status = textOf(info, 'publish_status');
  const details = treesOf(treeOf(info, 'article_detail'), 'item');
  return {
    kind: 'publish-receipt',
    publishId: textOf(info, 'publish_id'),
    state: (/^\d$/.test(status) ? publishStates[Number(status)] : undefined) ?? 'unknown',
    ...optional(info, 'article_id', 'articleId'),
    articles: details.map((item) => ({
      index: numberOf(item, 'idx'),
      url: textOf(item, 'article_url'),
    })),
    failedIndexes: listOf(info, 'fail_idx').map(Number),
  };
}

/** The official page wraps changes in the popup's element by misprint; both are taken. */
function consent(fields: XmlTree, by: 'popup' | 'settings'): Facts {
  const lists = [
    ...treesOf(treeOf(fields, 'SubscribeMsgPopupEvent'), 'List'),
    ...treesOf(treeOf(fields, 'SubscribeMsgChangeEvent'), 'List'),
  ];
  return {
    kind: 'subscription-consent',
    by,
    changes: lists.map((change) => ({
      templateId: textOf(change, 'TemplateId'),
      accepted: textOf(change, 'SubscribeStatusString').trim().toLowerCase() === 'accept',
      ...optional(change, 'PopupScene', 'scene'),
    })),
  };
}

function subscriptionReceipts(fields: XmlTree): Facts {
  const receipts = treesOf(treeOf(fields, 'SubscribeMsgSentEvent'), 'List');
  return {
    kind: 'subscription-receipt',
    receipts: receipts.map((receipt) => ({
      templateId: textOf(receipt, 'TemplateId'),
      messageId: messageIdOf(receipt),
      outcome: textOf(receipt, 'ErrorCode') === '0' ? 'delivered' : 'failed',
      errorCode: textOf(receipt, 'ErrorCode'),
      reason: textOf(receipt, 'ErrorStatus'),
    })),
  };
}

function session(change: 'opened' | 'closed' | 'switched', fields: XmlTree): Facts {
  const agent = textOf(fields, change === 'switched' ? 'ToKfAccount' : 'KfAccount');
  return { kind: 'kf-session', change, agent, ...optional(fields, 'FromKfAccount', 'fromAgent') };
}

function revoked(fields: XmlTree): Facts {
  const codes = textOf(fields, 'RevokeInfo').match(/\d+/g) ?? [];
  return { kind: 'authorization-revoked', codes, ...optional(fields, 'UnionID', 'unionid') };
}

function profile(kind: 'profile-modified' | 'profile-cancelled'): ReadFacts {
  return (fields) => ({ kind, ...optional(fields, 'UnionID', 'unionid') });
}

function accountNotice(notice: string, fields: XmlTree): Facts {
  const expires = numberOf(fields, 'ExpiredTime');
  const failed = numberOf(fields, 'FailTime');
  return {
    kind: 'account-notice',
    notice,
    ...(expires > 0 && { expiresAt: expires * 1000 }),
    ...(failed > 0 && { failedAt: failed * 1000 }),
    ...optional(fields, 'FailReason', 'reason'),
  };
}

/** `MsgID` on receipts, `MsgId` elsewhere: either is accepted. */
const messageIdOf = (fields: XmlTree) => textOf(fields, 'MsgID') || textOf(fields, 'MsgId');
const isMessageId = (text: string) => /^\d{1,32}$/.test(text);
