/** One identity of a person, by what its rows are found. */
export type Mine = {
  readonly identityId: string;
  readonly personId: string;
  readonly accountId: string;
  /** openid or external user id, as it was before it was replaced. */
  readonly externalId: string;
  readonly pseudonym: string;
};

/** `rename`: their outside id, where it stands inside a text, becomes the pseudonym. `id`: the row's own id instead. */
type Fate = 'null' | 'empty' | 'pseudonym' | 'rename' | 'id';

export type PersonalTable = {
  /** Which rows are about `{identity}`, `{person}` or `{external}`. */
  readonly whose: string;
  /** `delete`: the rows go. Else what becomes of each column that holds something of theirs. */
  readonly does: 'delete' | Readonly<Record<string, Fate>>;
  /** Text columns of rows that stay and tell nothing of them. */
  readonly stays?: string;
  /** Done elsewhere: with the order itself (`cut`), while all events are looked through (`sweep`), by their own words. */
  readonly by?: 'cut' | 'sweep' | 'words';
  /** Not part of the copy somebody may ask for: our own books, or rows that are found by looking through texts. */
  readonly isInternal?: true;
};

/** Timeline entries that are episodes or money; all others tell what somebody said, did or was called. */
const episodes = [
  ...['followed', 'returned', 'unfollowed', 'opted-out', 'opted-in', 'payout'],
  ...['template-sent', 'template-receipt', 'joined', 'unjoined', 'profile-cancelled'],
];
export const keptKinds = `(${episodes.map((kind) => `'${kind}'`).join(', ')})`;

const byIdentity = 'identityId = {identity}';
const gone = { whose: byIdentity, does: 'delete' } as const;
const like = (column: string, what: string) => `${column} LIKE CONCAT('%', {${what}}, '%')`;

/**
 * Every table with something of a follower or customer, and what erasing does to it. A column that is not here is
 * named in `impersonal.ts`, or the test of the map fails.
 */
export const dataMap: Readonly<Record<string, PersonalTable>> = {
  identity: {
    whose: 'id = {identity}',
    does: { externalId: 'pseudonym', unionid: 'null', windows: 'null', offered: 'null' },
    stays: 'id accountId kind personId state sourceKind sourceScene firstScene attended coolDowns',
    by: 'cut',
  },
  person: { whose: 'id = {person}', does: { displayName: 'null' }, stays: 'id', by: 'cut' },
  contact_profile: gone,
  identity_phone: gone,
  identity_field: gone,
  identity_tag: gone,
  link_corp_tag: gone,
  corp_tag_push: gone,
  follower_match: gone,
  menu_follower: gone,
  kf_chat: gone,
  sales_task: gone,
  sales_link: {
    whose: 'linkId IN (SELECT id FROM staff_link WHERE identityId = {identity})',
    does: 'delete',
  },
  staff_link: {
    whose: byIdentity,
    does: { remark: 'null' },
    stays: 'id identityId accountId userId state addedBy addWay source',
  },
  sales_send: {
    whose: byIdentity,
    does: { title: 'empty', token: 'id' },
    stays: 'id accountId userId agentId identityId kind sourceId state',
  },
  conversation: gone,
  conversation_message: gone,
  conversation_read: gone,
  model_call: {
    whose: byIdentity,
    does: { prompt: 'empty', answer: 'null' },
    stays: 'id accountId identityId day purpose model verdict faqId sources',
  },
  room_member: {
    whose: 'memberId = {external}',
    does: { memberId: 'pseudonym', name: 'empty' },
    stays: 'room kind joinedBy invitedBy source leftBy',
  },
  room_episode: {
    whose: 'accountId = {account} AND memberId = {external}',
    does: { memberId: 'pseudonym' },
    stays: 'id room accountId kind how',
  },
  handover_item: {
    whose: byIdentity,
    does: { externalUserId: 'pseudonym' },
    stays: 'handoverId identityId accountId toUserId state reason',
  },
  outreach_recipient: {
    whose: byIdentity,
    does: { externalUserId: 'pseudonym' },
    stays: 'outreachId identityId accountId userId orderId state reason',
  },
  payout_call: {
    whose: 'payoutId IN (SELECT id FROM payout WHERE identityId = {identity})',
    does: { detail: 'rename' },
    stays: 'id payoutId kind phase code state',
    isInternal: true,
  },
  payout: {
    whose: byIdentity,
    does: { request: 'rename' },
    stays:
      'id promotionId runId identityId accountId merchantAccountId billNo requestHash state moneyPlace reasonCode nextAction cause chinaDay leaseBy',
  },
  audit_entry: {
    whose: `targetId IN ({identity}, {person}, {external}) OR ${['identity', 'person', 'external']
      .flatMap((what) => [like('valueBefore', what), like('valueAfter', what)])
      .join(' OR ')}`,
    does: { valueBefore: 'null', valueAfter: 'null', targetId: 'rename' },
    stays: 'id actorKind actorId actorName action targetKind',
    isInternal: true,
  },
  idempotent_request: {
    whose: ['identity', 'person', 'external'].map((what) => like('body', what)).join(' OR '),
    does: 'delete',
    isInternal: true,
  },
  crash_suspect: { whose: like('dedupeKey', 'external'), does: 'delete', isInternal: true },
  // A reading that is under way stands on one id of its list, and is over in minutes.
  job: {
    whose: `kind <> 'erase-person'
      AND (state = 'dead' OR kind NOT IN ('sync-followers', 'repair-contacts')) AND (${[
        ...['identity', 'person', 'external'],
      ]
        .map((what) => like('payload', what))
        .join(' OR ')})`,
    does: 'delete',
    isInternal: true,
  },
  send_run: {
    whose: `origin IN ('operator', 'reply') AND id IN (SELECT runId FROM delivery WHERE identityId = {identity})`,
    does: { message: 'empty' },
    stays: 'id accountId origin channel title campaignId state pauseReason',
    by: 'sweep',
  },
  inbound_event: {
    whose: 'identityId = {identity}',
    does: { payload: 'empty', reply: 'null', dedupeKey: 'id' },
    stays: 'id accountId identityId kind replyState',
    by: 'sweep',
  },
  failed_event: {
    whose: 'eventId IN (SELECT id FROM inbound_event WHERE identityId = {identity})',
    does: 'delete',
    by: 'sweep',
    isInternal: true,
  },
  faq_miss: { whose: '1 = 0', does: 'delete', by: 'words', isInternal: true },
  faq_asked: { whose: '1 = 0', does: 'delete', by: 'words', isInternal: true },
  faq_candidate: { whose: '1 = 0', does: 'delete', by: 'words', isInternal: true },
  faq_origin: {
    whose: '1 = 0',
    does: { sentence: 'null' },
    stays: 'id faqId folded source byName accountId',
    by: 'words',
    isInternal: true,
  },
  timeline_entry: { whose: `identityId = {identity} AND kind NOT IN ${keptKinds}`, does: 'delete' },
};
