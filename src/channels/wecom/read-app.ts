import type { AppMenuKind, AppMessage } from '../wecom-event';
import { listOf, numberOf, textOf, treeOf, treesOf, type XmlTree } from '../wire/xml-tree';
import { isId, type Facts, type Reader } from './reading';

/** Events of the app itself by their wire name; the sender is a member of staff. */
export const appReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['subscribe', byMember((userId) => ({ kind: 'app-opened-to-member', userId }))],
  ['unsubscribe', byMember((userId) => ({ kind: 'app-closed-to-member', userId }))],
  ['enter_agent', byMember((userId) => ({ kind: 'app-entered', userId }))],
  [
    'LOCATION',
    byMember((userId, fields) => ({
      kind: 'app-location-reported',
      userId,
      latitude: numberOf(fields, 'Latitude'),
      longitude: numberOf(fields, 'Longitude'),
      precision: numberOf(fields, 'Precision'),
    })),
  ],
  ['click', tapped('click')],
  ['view', tapped('view')],
  ['scancode_push', tapped('scan')],
  ['scancode_waitmsg', tapped('scan-wait')],
  ['pic_sysphoto', tapped('camera')],
  ['pic_photo_or_album', tapped('camera-or-album')],
  ['pic_weixin', tapped('album')],
  ['location_select', tapped('location')],
  ['template_card_event', cardAnswered(false)],
  ['template_card_menu_event', cardAnswered(true)],
  ['taskcard_click', cardAnswered(false)],
  ['close_inactive_agent', () => ({ lane: 'app', facts: { kind: 'app-suspended' } })],
  ['reopen_inactive_agent', () => ({ lane: 'app', facts: { kind: 'app-resumed' } })],
  ['batch_job_result', jobDone],
  ...[
    'share_agent_change',
    'open_approval_change',
    'sys_approval_change',
    'msgaudit_notify',
    'living_status_change',
    'upload_media_job_finish',
  ].map((notice): [string, Reader] => [notice, (fields) => corpNotice(notice, fields)]),
]);

function byMember(read: (userId: string, fields: XmlTree) => Facts): Reader {
  return (fields) => {
    const userId = textOf(fields, 'FromUserName');
    return isId(userId) ? { facts: read(userId, fields), lane: `staff:${userId}` } : undefined;
  };
}

function tapped(menu: AppMenuKind): Reader {
  return byMember((userId, fields) => {
    const scan = treeOf(fields, 'ScanCodeInfo');
    return {
      kind: 'app-menu-tapped',
      userId,
      menu,
      key: textOf(fields, 'EventKey'),
      ...((menu === 'scan' || menu === 'scan-wait') && {
        scanned: { type: textOf(scan, 'ScanType'), result: textOf(scan, 'ScanResult') },
      }),
    };
  });
}

function cardAnswered(fromMenu: boolean): Reader {
  return byMember((userId, fields) => ({
    kind: 'app-card-answered',
    userId,
    key: textOf(fields, 'EventKey'),
    taskId: textOf(fields, 'TaskId'),
    cardType: textOf(fields, 'CardType'),
    responseCode: textOf(fields, 'ResponseCode'),
    fromMenu,
    selected: treesOf(treeOf(fields, 'SelectedItems'), 'SelectedItem').map((item) => ({
      question: textOf(item, 'QuestionKey'),
      options: optionsOf(item),
    })),
  }));
}

/** The official sample misspells both names; whichever comes is taken. */
function optionsOf(item: XmlTree): readonly string[] {
  const options = [
    ...listOf(treeOf(item, 'OptionIds'), 'OptionId'),
    ...listOf(treeOf(item, 'OpitonIds'), 'OpitonId'),
  ];
  return options.filter((option): option is string => typeof option === 'string');
}

function jobDone(fields: XmlTree): ReturnType<Reader> {
  const job = treeOf(fields, 'BatchJob');
  return {
    lane: 'departments',
    facts: {
      kind: 'directory-job-done',
      jobId: textOf(job, 'JobId'),
      jobType: textOf(job, 'JobType'),
      errcode: numberOf(job, 'ErrCode'),
      errmsg: textOf(job, 'ErrMsg'),
    },
  };
}

function corpNotice(notice: string, fields: XmlTree): ReturnType<Reader> {
  const sender = textOf(fields, 'FromUserName');
  const userId = sender === 'sys' || !isId(sender) ? {} : { userId: sender };
  return { lane: 'notices', facts: { kind: 'corp-notice', notice, ...userId } };
}

const messages: Readonly<Record<string, (fields: XmlTree) => AppMessage>> = {
  text: (fields) => ({ type: 'text', text: textOf(fields, 'Content') }),
  image: (fields) => ({
    type: 'image',
    mediaId: textOf(fields, 'MediaId'),
    url: textOf(fields, 'PicUrl'),
  }),
  voice: (fields) => ({
    type: 'voice',
    mediaId: textOf(fields, 'MediaId'),
    format: textOf(fields, 'Format'),
  }),
  video: (fields) => ({
    type: 'video',
    mediaId: textOf(fields, 'MediaId'),
    thumbMediaId: textOf(fields, 'ThumbMediaId'),
  }),
  location: (fields) => ({
    type: 'location',
    latitude: numberOf(fields, 'Location_X'),
    longitude: numberOf(fields, 'Location_Y'),
    scale: numberOf(fields, 'Scale'),
    label: textOf(fields, 'Label'),
  }),
  link: (fields) => ({
    type: 'link',
    title: textOf(fields, 'Title'),
    description: textOf(fields, 'Description'),
    url: textOf(fields, 'Url'),
    pictureUrl: textOf(fields, 'PicUrl'),
  }),
};

/** What a member of staff wrote to the app, by MsgType. */
export function readAppMessage(messageType: string, fields: XmlTree): ReturnType<Reader> {
  const read = Object.hasOwn(messages, messageType) ? messages[messageType] : undefined;
  const messageId = textOf(fields, 'MsgId');
  if (!read || !/^\d{1,32}$/.test(messageId)) return undefined;
  return byMember((userId) => ({ kind: 'app-message', userId, messageId, message: read(fields) }))(
    fields,
  );
}
