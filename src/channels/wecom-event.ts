import type { Arrival } from './arrival';

/**
 * What WeCom tells a corp's app, in our words: friends won and lost, rooms, tags, staff, and what staff do
 * inside the app. Several apps of a corp may be told the same; `agentId` is the one that heard this.
 */
type Told<Kind extends string, Facts = unknown> = Arrival<
  Kind,
  Readonly<Facts> & { readonly agentId: string }
>;

type Rep = { readonly userId: string };

/** `state` is what the contact way or the acquisition link carries. */
type Arriving = Rep & {
  readonly state?: string;
  /** Good for one welcome by the app that heard it, within 20 s; absent when somebody else greets. */
  readonly welcomeCode?: string;
};

/** About one external contact (`openid`) and one of our staff (`userId`). */
export type ContactEvent =
  | Told<'contact-added', Arriving>
  /** The customer came by a way that needs no consent; it is not mutual yet. */
  | Told<'contact-half-added', Arriving>
  /** Remark, description or tags were changed by hand; what they are now has to be asked. */
  | Told<'contact-edited', Rep & { state?: string }>
  /** The rep deleted the customer, or a hand-over took them away. */
  | Told<'contact-deleted-by-rep', Rep & { byTransfer: boolean }>
  /** The customer deleted or blocked the rep. The rep still sees them. */
  | Told<'contact-deleted-by-customer', Rep>
  /** `userId` is who was to take over. */
  | Told<'contact-transfer-failed', Rep & { reason: TransferFailure; rawReason: string }>
  /** The customer agreed to message archiving. */
  | Told<'contact-agreed-to-archive', Rep & { welcomeCode?: string }>;

export type TransferFailure = 'customer-refused' | 'rep-full' | 'unknown';

export type RoomChange =
  | 'members-joined'
  | 'members-left'
  | 'owner-changed'
  | 'name-changed'
  | 'notice-changed'
  | 'unknown';

export type RoomEvent =
  | Told<'room-created', { roomId: string }>
  | Told<'room-dismissed', { roomId: string }>
  | Told<
      'room-changed',
      {
        roomId: string;
        change: RoomChange;
        /** How they joined. Not the words of the member list, which has one more. */
        joinedBy?: 'invitation' | 'qr-code';
        leftBy?: 'themselves' | 'removal';
        count?: number;
        /** Staff and external ids alike; absent on older corps, then the lists must be compared. */
        memberIds?: readonly string[];
        /** Versions of the member list before and after: equal to what we hold means nothing to fetch. */
        versionBefore?: string;
        version?: string;
      }
    >;

export type CorpTagEvent = Told<
  'corp-tags-changed',
  {
    change: 'created' | 'updated' | 'deleted' | 'reordered' | 'unknown';
    target?: 'tag' | 'tag-group';
    /** A tag's or a tag group's; absent when the groups themselves were reordered. */
    tagId?: string;
    /** Set on tags of a rule group, which are not the corp's own. */
    strategyId?: string;
  }
>;

export type AcquisitionEvent = Told<
  'acquisition-changed',
  {
    change:
      | 'balance-low'
      | 'balance-exhausted'
      | 'balance-increased'
      | 'quota-expires-soon'
      | 'link-unavailable'
      | 'link-deleted'
      | 'profile-opened'
      | 'friend-requested'
      | 'chat-started'
      | 'chat-going-on'
      | 'unknown';
    /** The wire's word, for changes nobody told us about. */
    rawChange: string;
    linkId?: string;
    state?: string;
    userId?: string;
    /** To be exchanged for what was said so far within 30 minutes. */
    chatKey?: string;
    expiresAt?: number;
    expiring?: number;
  }
>;

export type CustomerServiceEvent =
  /** Only a bell: the messages have to be pulled. The token lives ten minutes. */
  | Told<'kf-messages-waiting', { kfId: string; token: string }>
  | Told<'kf-accounts-changed', { granted: readonly string[]; withdrawn: readonly string[] }>
  /** Somebody opened the chat; the code allows one greeting within 20 s. */
  | Told<'kf-entered', { kfId: string; scene?: string; sceneParam?: string; welcomeCode?: string }>
  /** One of our staff answered in WeCom itself. */
  | Told<
      'kf-servicer-said',
      {
        kfId: string;
        userId: string;
        /** As the directory has it when the message was read. */
        name: string;
        messageId: string;
        messageKind: string;
        text: string;
        mediaId?: string;
      }
    >
  /** What we said did not arrive; `reason` is the platform's number. */
  | Told<'kf-send-failed', { kfId: string; failedId: string; reason: number }>
  | Told<'kf-recalled', { kfId: string; recalledId: string }>
  /** `person`: staff answer in WeCom; `ended`: nobody does until the customer writes again. */
  | Told<
      'kf-session-changed',
      { kfId: string; to: 'person' | 'ended'; userId: string; name: string }
    >;

export type DirectoryEvent =
  | Told<
      'staff-changed',
      Rep & {
        change: 'joined' | 'updated' | 'left';
        /** The userid itself was changed: a rename everywhere. */
        newUserId?: string;
        name?: string;
        departmentIds?: readonly string[];
        mainDepartmentId?: string;
        position?: string;
        status?: 'active' | 'disabled' | 'not-activated' | 'quit';
      }
    >
  | Told<
      'department-changed',
      {
        change: 'created' | 'updated' | 'deleted';
        departmentId: string;
        name?: string;
        parentId?: string;
        order?: number;
      }
    >
  | Told<
      'staff-tag-changed',
      {
        staffTagId: string;
        addedUserIds: readonly string[];
        removedUserIds: readonly string[];
        addedDepartmentIds: readonly string[];
        removedDepartmentIds: readonly string[];
      }
    >;

/** What a member of staff wrote to the app. What customers write to staff never comes this way. */
export type AppMessage =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly mediaId: string; readonly url: string }
  | { readonly type: 'voice'; readonly mediaId: string; readonly format: string }
  | { readonly type: 'video'; readonly mediaId: string; readonly thumbMediaId: string }
  | {
      readonly type: 'location';
      readonly latitude: number;
      readonly longitude: number;
      readonly scale: number;
      readonly label: string;
    }
  | {
      readonly type: 'link';
      readonly title: string;
      readonly description: string;
      readonly url: string;
      readonly pictureUrl: string;
    };

export type AppMenuKind =
  'click' | 'view' | 'scan' | 'scan-wait' | 'camera' | 'camera-or-album' | 'album' | 'location';

export type AppEvent =
  | Told<'app-message', Rep & { messageId: string; message: AppMessage }>
  | Told<'app-entered', Rep>
  /** The member came into, or fell out of, those who may use the app. */
  | Told<'app-opened-to-member', Rep>
  | Told<'app-closed-to-member', Rep>
  | Told<'app-location-reported', Rep & { latitude: number; longitude: number; precision: number }>
  | Told<
      'app-menu-tapped',
      Rep & { menu: AppMenuKind; key: string; scanned?: { type: string; result: string } }
    >
  | Told<
      'app-card-answered',
      Rep & {
        /** The button; empty for a vote that was merely sent. */
        key: string;
        taskId: string;
        cardType: string;
        /** Lets the card be rewritten once, within 72 hours. */
        responseCode: string;
        /** From the menu in the card's corner. */
        fromMenu: boolean;
        selected: readonly { question: string; options: readonly string[] }[];
      }
    >
  /** Unused for too long, or in use again. */
  | Told<'app-suspended'>
  | Told<'app-resumed'>
  | Told<'directory-job-done', { jobId: string; jobType: string; errcode: number; errmsg: string }>
  /** Of products we do not use; kept by name. */
  | Told<'corp-notice', { notice: string; userId?: string }>;

export type WeComEvent =
  | ContactEvent
  | RoomEvent
  | CorpTagEvent
  | AcquisitionEvent
  | CustomerServiceEvent
  | DirectoryEvent
  | AppEvent;
