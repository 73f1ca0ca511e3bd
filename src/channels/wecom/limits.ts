/**
 * Numbers of the platform in one place. How far each can be trusted stands behind it:
 * [doc] official page, [sdk] public SDKs agree, [mem] from memory only, [ours] our own choice.
 */
export const limits = {
  token: {
    /** Given up this long before its end. WeCom hands out the same token until shortly before. [ours] */
    marginMs: 240_000,
    /** After a dead token was replaced the next replacement waits this long. [ours] */
    renewEveryMs: 10_000,
  },
  contacts: {
    /** userids and rows of one page of `batch/get_by_user`. [doc] */
    batchUsers: 100,
    page: 100,
    /** Just after an event the relation may not be readable yet (84061): repeat after these. [doc] */
    staleAfterEventMs: [1_000, 3_000, 10_000],
  },
  remark: {
    /** Characters. [doc] */
    remark: 20,
    description: 150,
    company: 20,
  },
  tags: {
    /** Characters of a tag's or a group's name. [doc] */
    name: 30,
    /** In a corp. [doc] */
    count: 3_000,
    /** `mark_tag` calls under way at once, for a corp. [mem] */
    inFlight: 5,
  },
  contactWay: {
    /** Characters. [doc] */
    state: 30,
    remark: 30,
    /** Staff behind one code, departments counted by head. [doc] */
    staff: 100,
  },
  acquisitionLink: {
    /** Characters. [mem] */
    name: 30,
    /** WeCom warns below so many uses. [doc] */
    low: 20,
  },
  roomCode: {
    /** [doc] */
    rooms: 5,
    /** Characters of what rooms that WeCom makes are called. [doc] */
    baseName: 40,
  },
  welcome: {
    /** Life of a code. [doc] */
    codeMs: 20_000,
    /** UTF-8 bytes. [doc] */
    textBytes: 4_000,
    /** [doc] */
    attachments: 9,
  },
  roomWelcome: {
    /** UTF-8 bytes; one attachment at most. [doc] */
    textBytes: 3_000,
    /** In a corp. [doc] */
    templates: 100,
  },
  message: {
    linkTitleBytes: 128,
    linkDescriptionBytes: 512,
    linkUrlBytes: 2_048,
    miniProgramTitleBytes: 64,
    /** Bytes of a text to staff. [doc] */
    appTextBytes: 2_048,
    /** Staff named in one message. [doc] */
    appReceivers: 1_000,
  },
  massMessage: {
    /** Customers, or rooms, named in one order. [doc], [sdk] */
    customers: 10_000,
    rooms: 2_000,
    /** Reminders in 24 hours. [doc] */
    reminders: 3,
  },
  moment: {
    /** Of the words. [doc] */
    textCharacters: 2_000,
    textBytes: 4_000,
    /** Nine pictures, or one video, or one link. [doc] */
    pictures: 9,
    linkTitleBytes: 64,
    /** Moments of the corp that reach one customer in a calendar month. [mem] */
    perMonth: 4,
    /** How long WeCom knows the job by which one was ordered. [mem] */
    jobLifeMs: 86_400_000,
  },
  transfer: {
    /** Customers of one call. [doc] */
    customers: 100,
    /** Settles by itself unless refused. [doc] */
    settlesAfterMs: 86_400_000,
  },
  media: {
    /** Life of an upload. [doc] */
    lifeMs: 3 * 86_400_000,
    /** [doc] */
    fileBytes: 20 * 1_048_576,
  },
  kf: {
    /** Since the customer's last own message. [doc] */
    windowMs: 48 * 3_600_000,
    /** For each message of the customer's. [doc] */
    messages: 5,
    /** Messages of one pull. [doc] */
    page: 1_000,
    /** The token of a bell lives this long. [doc] */
    tokenMs: 600_000,
  },
} as const;
