/** What the page draws of WeCom. */

export interface Corp {
  corpId: string;
  name: string;
  /** The app whose page stands beside the chat: the first one that is connected. */
  agentId: string;
}

export interface Rep {
  userId: string;
  name: string;
  position: string;
}

/** An account of the corp's WeChat customer service. */
export interface Kf {
  kfId: string;
  name: string;
}

/** A code or a link on the wall, or a link that was opened. */
export interface RepCode {
  kind: 'contact' | 'room' | 'link';
  /** Of a code for rooms the first of them, of a link its own; those of reps have none. */
  name: string;
  /** What the corp wrote beside it, to know it by. */
  remark?: string;
  configId: string;
  linkId?: string;
  state: string;
  userIds: string[];
  /** What is encoded in it. */
  url: string;
}

/** As the platform names it: half-way, both, the customer left, the rep left. */
export type FriendState = 'half' | 'friends' | 'one-sided' | 'ended';

/** One customer of a rep. */
export interface Customer {
  externalUserId: string;
  personId: string;
  name: string;
  remark: string;
  status: FriendState;
  last: WeComLine | undefined;
}

/** One rep of a person. */
export interface RepLink {
  userId: string;
  status: FriendState;
  externalUserId: string;
}

export interface WeComLine {
  id: string;
  at: number;
  /** Who said it, seen from the customer: `out` is the customer. */
  direction: 'in' | 'out';
  via: string;
  kind: string;
  text: string;
  /** Of a card: where it leads and what stands on it. */
  card: { title: string; description: string; url: string; pictureUrl: string } | undefined;
  /** Of a picture, a film or a document. */
  file: { url: string; name: string; bytes: number } | undefined;
}

/** A mass message or a moment that waits for the rep's thumb. */
export interface Order {
  kind: 'mass' | 'moment';
  id: string;
  confirmed: boolean;
  text: string;
}
