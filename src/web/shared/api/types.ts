/** Shapes of the API as the pages use them; the server's zod schemas are the truth. */

export interface Account {
  id: string;
  kind: 'official-account' | 'merchant' | 'wecom';
  platformId: string;
  originalId: string | null;
  name: string;
  world: 'sandbox' | 'real';
  mode: 'secure' | 'compatible' | 'plain' | null;
  enabled: boolean;
  callbackUrl: string | null;
  apps: { agentId: string; callbackUrl: string }[];
  health: AccountHealth;
}

/** What a session says of an account. */
export type KnownAccount = Pick<
  Account,
  'id' | 'kind' | 'platformId' | 'name' | 'world' | 'enabled'
>;

export interface AccountHealth {
  token: {
    state: 'ok' | 'failing' | 'unknown';
    checkedAt: string | null;
    expiresAt: string | null;
    errorCode?: string | number | null;
    errorName?: string;
  };
  callback: { state: 'ok' | 'silent' | 'never'; lastAt: string | null };
  followers: number;
  friendships: number | null;
  listedThoughLeft: number | null;
}

export interface WorkItem {
  id: string;
  kind: string;
  title: string;
  done: number;
  total: number;
  state: 'running' | 'done' | 'failed';
  startedAt: string;
  updatedAt: string;
  etaSeconds: number | null;
  href?: string | null;
}

export interface Source {
  kind: string | null;
  scene: string | null;
  name: string | null;
}

export interface Follower {
  identityId: string;
  accountId: string;
  appId: string;
  accountName: string;
  openid: string;
  state: 'following' | 'unfollowed' | 'unknown';
  followedAt: string | null;
  unfollowedAt: string | null;
  firstFollowedAt: string | null;
  followCount: number;
  source: Source | null;
  optedOut?: boolean;
  window?: { until: string | null; left: number | null } | null;
  remark?: string | null;
}

/** One rep of a corp and one contact. */
export interface RepLink {
  userId: string;
  name: string | null;
  /** How it ended, when it did: the customer left, the rep dropped them, or both. */
  state: 'friend' | 'half' | 'left' | 'dropped' | 'parted' | 'transferred' | 'none';
  firstAddedAt: string | null;
  addedAt: string | null;
  endedAt: string | null;
  addCount: number;
  addWay: string | null;
  source: string | null;
  wayName: string | null;
  remark: string | null;
}

export interface Contact {
  identityId: string;
  accountId: string;
  accountName: string;
  externalUserId: string;
  name: string | null;
  state: 'following' | 'unfollowed' | 'unknown';
  firstAddedAt: string | null;
  addedAt: string | null;
  endedAt: string | null;
  reps: RepLink[];
}

export interface Join {
  id: string;
  identityId: string;
  reason: string;
  text: string;
  at: string;
}

/** Shown in part; checked by an operator, or noted by a rep. */
export interface PhoneRef {
  id: string;
  phone: string;
  checked: boolean;
  by: string;
  at: string;
}

export interface TagRef {
  id: string;
  name: string;
}

export interface Person {
  id: string;
  name: string;
  named: boolean;
  followers: Follower[];
  contacts: Contact[];
  joins: Join[];
  phones: PhoneRef[];
  tags: TagRef[];
  fields: Record<string, string | number | null>;
  lastActiveAt: string | null;
  receivedFen: number;
}

export interface TimelineEntry {
  id: string;
  at: string;
  kind: string;
  title: string;
  /** The cause, one quiet line. */
  detail?: string | null;
  accountId: string;
  params?: Record<string, unknown>;
  ref?: { kind: string; id: string } | null;
}

export interface Tag {
  id: string;
  name: string;
  colour?: string | null;
  count?: number;
}
