/**
 * What arrives from WeChat and what goes back, in our own words. Wire names end in `normalise.ts`.
 * Everything here is plain JSON: an event is stored and replayed as it stands.
 */
import type { Arrival } from './arrival';
import type { WeComEvent } from './wecom-event';

type Message<Kind extends string, Facts> = Arrival<
  Kind,
  Facts & {
    /** 64-bit decimal: a string for ever. */
    readonly messageId: string;
    /** Set when the message was written from inside one of our articles. */
    readonly article?: { readonly dataId: string; readonly index: number };
    /** Set when it was said in a corp's WeChat customer service. */
    readonly kf?: KfOrigin;
  }
>;

/** Where in WeChat customer service something was said. */
export type KfOrigin = {
  readonly kfId: string;
  readonly agentId: string;
  /**
   * Too old for the bot: `history` from before we read this account, which nobody answers any more;
   * `missed` while we were away, which a person should see.
   */
  readonly late?: 'history' | 'missed';
};

export type MessageEvent =
  | Message<
      'text',
      { text: string; /** The choice of a menu message that was tapped. */ menuChoiceId?: string }
    >
  | Message<'image', { mediaId: string; url: string }>
  | Message<'voice', { mediaId: string; format: string; mediaId16k?: string; recognised?: string }>
  | Message<'video', { mediaId: string; thumbMediaId: string; short: boolean }>
  | Message<'location', { latitude: number; longitude: number; scale: number; label: string }>
  | Message<'link', { title: string; description: string; url: string }>
  | Message<
      'file',
      { title: string; description: string; fileKey: string; md5: string; size: number }
    >;

/** `click` and the two scans open a customer-service window; `view` and `mini-program` do not. */
export type MenuKind = 'click' | 'view' | 'mini-program' | 'scan' | 'scan-wait';

export type HappeningEvent =
  /** `scene` came by one of our QR codes; `sourceKey` is any other source WeChat names, kept raw. */
  | Arrival<'followed', { scene?: string; ticket?: string; sourceKey?: string }>
  | Arrival<'unfollowed'>
  /** A QR code read by someone who follows already. */
  | Arrival<'scanned', { scene: string; ticket?: string }>
  | Arrival<
      'menu-tapped',
      { menu: MenuKind; key: string; menuId?: string; scanned?: { type: string; result: string } }
    >
  | Arrival<'location-reported', { latitude: number; longitude: number; precision: number }>
  | Arrival<
      'location-chosen',
      {
        key: string;
        latitude: number;
        longitude: number;
        scale: number;
        label: string;
        place: string;
      }
    >
  | Arrival<
      'pictures-chosen',
      {
        key: string;
        from: 'camera' | 'camera-or-album' | 'album';
        count: number;
        md5s: readonly string[];
      }
    >;

export type ReceiptOutcome = 'delivered' | 'blocked' | 'failed';

export type ReceiptEvent =
  | Arrival<'template-receipt', { messageId: string; outcome: ReceiptOutcome; reason: string }>
  | Arrival<
      'mass-receipt',
      {
        messageId: string;
        outcome: 'sent' | 'failed';
        reason: string;
        total: number;
        filtered: number;
        sent: number;
        failed: number;
        articleUrls: readonly string[];
      }
    >
  | Arrival<
      'publish-receipt',
      {
        publishId: string;
        state: PublishState;
        articleId?: string;
        articles: readonly { index: number; url: string }[];
        failedIndexes: readonly number[];
      }
    >
  | Arrival<
      'subscription-receipt',
      {
        receipts: readonly {
          templateId: string;
          messageId: string;
          outcome: 'delivered' | 'failed';
          errorCode: string;
          reason: string;
        }[];
      }
    >;

export type PublishState =
  | 'published'
  | 'publishing'
  | 'not-original'
  | 'failed'
  | 'review-failed'
  | 'deleted'
  | 'banned'
  | 'unknown';

export type ConsentEvent =
  | Arrival<
      'subscription-consent',
      {
        /** `popup`: asked on a page; `settings`: changed later in the account's settings. */
        by: 'popup' | 'settings';
        changes: readonly { templateId: string; accepted: boolean; scene?: string }[];
      }
    >
  /** The follower withdrew web authorisation; delete what the codes name (201–207 of the platform). */
  | Arrival<'authorization-revoked', { codes: readonly string[]; unionid?: string }>
  /** Someone's profile was cleaned by the platform. */
  | Arrival<'profile-modified', { unionid?: string }>
  /** Someone closed their WeChat account. */
  | Arrival<'profile-cancelled', { unionid?: string }>;

export type AccountEvent =
  | Arrival<
      'kf-session',
      { change: 'opened' | 'closed' | 'switched'; agent: string; fromAgent?: string }
    >
  | Arrival<
      'account-notice',
      { notice: string; expiresAt?: number; failedAt?: number; reason?: string }
    >
  /** Not understood, acknowledged and kept. `problem` says what was wrong, if anything was. */
  | Arrival<
      'unknown',
      {
        messageType: string;
        event?: string;
        problem?: UnknownProblem;
        raw: Readonly<Record<string, unknown>>;
      }
    >;

export type UnknownProblem = 'sender' | 'create-time' | 'message-id' | 'fields';

export type InboundEvent =
  MessageEvent | HappeningEvent | ReceiptEvent | ConsentEvent | AccountEvent | WeComEvent;

export type InboundKind = InboundEvent['kind'];

/** Longest `dedupeKey`, in ASCII characters. */
export const dedupeKeyLimit = 160;

/** The word a `message-type` reply rule is written with, or nothing when the event is not a message. */
export type MessageType = MessageEvent['kind'];

const messageTypes: ReadonlySet<string> = new Set<MessageType>([
  'text',
  'image',
  'voice',
  'video',
  'location',
  'link',
  'file',
]);

export function isMessage(event: InboundEvent): event is MessageEvent {
  return messageTypes.has(event.kind);
}

export function messageTypeOf(event: InboundEvent): MessageType | undefined {
  return isMessage(event) ? event.kind : undefined;
}

const menuWords: Record<MenuKind, string> = {
  click: 'CLICK',
  view: 'VIEW',
  'mini-program': 'view_miniprogram',
  scan: 'scancode_push',
  'scan-wait': 'scancode_waitmsg',
};

const pictureWords = {
  camera: 'pic_sysphoto',
  'camera-or-album': 'pic_photo_or_album',
  album: 'pic_weixin',
} as const;

/** Events that carry a key, as `CLICK:HELP`; nobody can be answered who leaves. */
export const eventWordsWithKey: readonly string[] = [
  'subscribe',
  'SCAN',
  ...Object.values(menuWords),
  'location_select',
  ...Object.values(pictureWords),
];
export const eventWords: readonly string[] = [...eventWordsWithKey, 'LOCATION'];

/**
 * The words an `event` reply rule may be written with, most specific first:
 * `SCAN:store-42`, `SCAN`; `CLICK:HELP`, `CLICK`; `subscribe:store-42`, `subscribe`.
 */
export function eventKeysOf(event: InboundEvent): readonly string[] {
  switch (event.kind) {
    case 'followed':
      return keyed('subscribe', event.scene);
    case 'unfollowed':
      return ['unsubscribe'];
    case 'scanned':
      return keyed('SCAN', event.scene);
    case 'menu-tapped':
      return keyed(menuWords[event.menu], event.key);
    case 'location-reported':
      return ['LOCATION'];
    case 'location-chosen':
      return keyed('location_select', event.key);
    case 'pictures-chosen':
      return keyed(pictureWords[event.from], event.key);
    case 'unknown':
      return event.event === undefined ? [] : [event.event];
    default:
      return [];
  }
}

/** The one word that names this event in lists and logs: `subscribe`, `CLICK:HELP`, `SCAN:store-42`. */
export function eventKeyOf(event: InboundEvent): string | undefined {
  return event.kind === 'followed' ? 'subscribe' : eventKeysOf(event)[0];
}

function keyed(word: string, key: string | undefined): readonly string[] {
  return key === undefined || key === '' ? [word] : [`${word}:${key}`, word];
}

export type Article = {
  readonly title: string;
  readonly description?: string;
  readonly pictureUrl?: string;
  readonly url: string;
};

/** A passive reply: the answer given inside WeChat's five seconds. */
export type Reply =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly mediaId: string }
  | { readonly kind: 'voice'; readonly mediaId: string }
  | {
      readonly kind: 'video';
      readonly mediaId: string;
      readonly title?: string;
      readonly description?: string;
    }
  | {
      readonly kind: 'music';
      readonly title?: string;
      readonly description?: string;
      readonly url?: string;
      readonly highQualityUrl?: string;
      readonly thumbMediaId: string;
    }
  /** WeChat shows the first article only; the rest is dropped before sending. */
  | { readonly kind: 'articles'; readonly articles: readonly Article[] }
  /** Hands the conversation to WeChat's own human customer service. */
  | { readonly kind: 'transfer-to-agent'; readonly agent?: string };

/** A customer-service message: said later, inside a window that the follower opened. */
export type OutgoingMessage =
  | Exclude<Reply, { kind: 'articles' | 'transfer-to-agent' | 'video' }>
  | {
      readonly kind: 'video';
      readonly mediaId: string;
      readonly thumbMediaId?: string;
      readonly title?: string;
      readonly description?: string;
    }
  | { readonly kind: 'article'; readonly article: Article }
  | { readonly kind: 'published-article'; readonly articleId: string }
  | {
      readonly kind: 'choices';
      readonly before: string;
      readonly choices: readonly { readonly id: string; readonly label: string }[];
      readonly after?: string;
    }
  | { readonly kind: 'coupon-card'; readonly cardId: string }
  | {
      readonly kind: 'mini-program';
      readonly title: string;
      readonly appId: string;
      readonly path: string;
      readonly thumbMediaId: string;
    };
