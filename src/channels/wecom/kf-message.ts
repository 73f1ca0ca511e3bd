import { numberFrom, objectFrom, textFrom, type JsonObject } from '../wire/json';

type KfArrival<Kind extends string, Facts = unknown> = {
  readonly kind: Kind;
  readonly messageId: string;
  readonly kfId: string;
  readonly externalUserId: string;
  /** Epoch milliseconds. */
  readonly at: number;
} & Readonly<Facts>;

/** What a pull brings: words of the visitor or of a servicer, and what happened to the chat. */
export type KfMessage =
  | KfArrival<
      'said',
      {
        by: 'visitor' | 'servicer';
        servicer?: string;
        /** The wire's word: text, image, … */
        type: string;
        text?: string;
        mediaId?: string;
        /** The choice of a menu that was tapped. */
        choiceId?: string;
        raw: JsonObject;
      }
    >
  /** The code allows one greeting within 20 s. */
  | KfArrival<'entered', { scene?: string; sceneParam?: string; welcomeCode?: string }>
  /** `failedId` is one of ours; `reason` the platform's number. */
  | KfArrival<'send-failed', { failedId: string; reason: number }>
  | KfArrival<
      'session-changed',
      {
        change: 'taken' | 'handed-over' | 'ended' | 'taken-again' | 'unknown';
        from?: string;
        to?: string;
        code?: string;
      }
    >
  | KfArrival<'servicer-changed', { servicer: string; isServing: boolean }>
  | KfArrival<'recalled', { recalledId: string }>
  | KfArrival<'unknown', { type: string; raw: JsonObject }>;

const sessionChanges = ['unknown', 'taken', 'handed-over', 'ended', 'taken-again'] as const;
const sayable = ['text', 'image', 'voice', 'video', 'file'];

/** For events the ids stand inside, for messages beside. */
export function readKfMessage(body: JsonObject): KfMessage {
  const type = textFrom(body['msgtype']);
  const part = objectFrom(body[type]);
  const isEvent = type === 'event';
  const origin = {
    messageId: textFrom(body['msgid']),
    kfId: textFrom(isEvent ? part['open_kfid'] : body['open_kfid']),
    externalUserId: textFrom(isEvent ? part['external_userid'] : body['external_userid']),
    at: numberFrom(body['send_time']) * 1000,
  };
  return { ...origin, ...(isEvent ? eventFacts(part) : saidFacts(body, type, part)) };
}

type FactsOf<Message> = Message extends unknown
  ? Omit<Message, 'messageId' | 'kfId' | 'externalUserId' | 'at'>
  : never;
type Facts = FactsOf<KfMessage>;

function saidFacts(body: JsonObject, type: string, part: JsonObject): Facts {
  const servicer = textFrom(body['servicer_userid']);
  return {
    kind: 'said',
    by: numberFrom(body['origin']) === 5 ? 'servicer' : 'visitor',
    ...(servicer !== '' && { servicer }),
    type,
    ...filled(part, 'content', 'text'),
    ...(sayable.includes(type) ? filled(part, 'media_id', 'mediaId') : {}),
    ...filled(part, 'menu_id', 'choiceId'),
    raw: part,
  };
}

function eventFacts(part: JsonObject): Facts {
  const type = textFrom(part['event_type']);
  switch (type) {
    case 'enter_session':
      return {
        kind: 'entered',
        ...filled(part, 'scene', 'scene'),
        ...filled(part, 'scene_param', 'sceneParam'),
        ...filled(part, 'welcome_code', 'welcomeCode'),
      };
    case 'msg_send_fail':
      return {
        kind: 'send-failed',
        failedId: textFrom(part['fail_msgid']),
        reason: numberFrom(part['fail_type']),
      };
    case 'session_status_change':
      return {
        kind: 'session-changed',
        change: sessionChanges[numberFrom(part['change_type'])] ?? 'unknown',
        ...filled(part, 'old_servicer_userid', 'from'),
        ...filled(part, 'new_servicer_userid', 'to'),
        ...filled(part, 'msg_code', 'code'),
      };
    case 'servicer_status_change':
      return {
        kind: 'servicer-changed',
        servicer: textFrom(part['servicer_userid']),
        isServing: numberFrom(part['status']) === 1,
      };
    case 'user_recall_msg':
    case 'servicer_recall_msg':
      return { kind: 'recalled', recalledId: textFrom(part['recall_msgid']) };
    default:
      return { kind: 'unknown', type, raw: part };
  }
}

function filled<Name extends string>(
  part: JsonObject,
  field: string,
  name: Name,
): { [Key in Name]?: string } {
  const text = textFrom(part[field]);
  return text === '' ? {} : ({ [name]: text } as { [Key in Name]?: string });
}
