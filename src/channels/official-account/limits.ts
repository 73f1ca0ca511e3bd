import { callbackLimits } from '../wire/callback-limits';

/**
 * Numbers of the platform in one place. How far each can be trusted stands behind it:
 * [doc] official page, [sdk] public SDKs agree, [seen] widely observed, [ours] our own choice.
 */
export const limits = {
  callback: callbackLimits,
  reply: {
    /** UTF-8 bytes of a passive or customer-service text. [seen] */
    textBytes: 2_048,
    /** Articles shown when answering a message. [doc] */
    articles: 1,
  },
  window: {
    /** [doc] Twenty until some time after 2021. */
    messages: { count: 5, ms: 48 * 3_600_000 },
    /** [doc] Tap on click, scancode_push or scancode_waitmsg. */
    menu: { count: 3, ms: 60_000 },
    /** [doc] */
    followed: { count: 3, ms: 60_000 },
    /** [doc] */
    scanned: { count: 3, ms: 60_000 },
    /** [doc] Service accounts: no count while it lasts. */
    paid: { count: Number.MAX_SAFE_INTEGER, ms: 48 * 3_600_000 },
  },
  followers: {
    /** Per page of the list. [doc] */
    page: 10_000,
    /** Per detail call. [doc] */
    batch: 100,
    /** Per tagging call. [doc] */
    tagging: 50,
  },
  template: {
    /** [seen] */
    clientMessageIdLength: 32,
    /** How long WeChat recognises a repeated client_msg_id. [doc] */
    clientMessageIdMs: 10 * 60_000,
  },
  menu: {
    /** Entries at the foot of the chat, and buttons under one of them. [doc] */
    entries: 3,
    buttons: 5,
    /** UTF-8 bytes. [doc] */
    entryNameBytes: 16,
    buttonNameBytes: 60,
    keyBytes: 128,
    urlBytes: 1_024,
    /** All personal menus of an account together. [doc] */
    personalDomains: 3,
    /** [doc] Phones pull a menu again when theirs is older. */
    refreshMs: 5 * 60_000,
  },
  media: {
    /** Temporary material. [doc] */
    livesMs: 3 * 86_400_000,
    /** [doc] The page that says 10 MB says 2 MB for pictures elsewhere. */
    bytes: { image: 10_485_760, voice: 2_097_152, video: 10_485_760, thumb: 65_536 },
    /** [doc] */
    voiceSeconds: 60,
  },
  qrCode: {
    /** [doc] */
    temporarySeconds: 2_592_000,
    /** [doc] */
    sceneLength: 64,
  },
  token: {
    /** WeChat mints the next token when this little is left; we ask a little later. [doc] */
    overlapMs: 300_000,
    marginMs: 240_000,
    /** Two forced refreshes need this distance. [doc] */
    forcedEveryMs: 30_000,
    /** After a token was found dead and replaced, the next replacement waits this long. [ours] */
    renewEveryMs: 10_000,
  },
} as const;
