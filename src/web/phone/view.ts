/** What the page draws, in the page's own words. `client/` turns the sandbox's answers into these. */

export interface MenuButton {
  name: string;
  /** WeChat's menu kinds; `view` opens an address, `group` holds others, everything else is a tap the account hears of. */
  kind: string;
  key?: string | undefined;
  url?: string | undefined;
  children: MenuButton[];
}

export interface Account {
  appId: string;
  name: string;
  originalId: string;
  menu: MenuButton[];
}

export interface Poster {
  /** Empty for the account's plain card code, which carries no scene. */
  ticket: string;
  scene: string;
  name: string;
  /** What is encoded in the code. */
  url: string;
}

export type FollowState = 'never' | 'following' | 'unfollowed';

/** One person's relation to one account. */
export interface Contact {
  openid: string;
  state: FollowState;
  /** Since when, epoch milliseconds of the sandbox's clock. */
  since: number | undefined;
}

export interface Person {
  id: string;
  name: string;
  /** One character on the face; the last of the name when nothing was chosen. */
  letter: string;
  unionid: string;
  unread: number;
  receivedFen: number;
  /** By appId. */
  contacts: Record<string, Contact>;
}

export interface Article {
  title: string;
  description: string;
  picture: string;
  url: string;
}

export interface TemplateRow {
  label: string;
  value: string;
}

export type PacketState = 'waiting' | 'opened' | 'returned';

export type MessageBody =
  | { kind: 'text'; text: string }
  | { kind: 'image'; url: string }
  | { kind: 'voice' }
  | { kind: 'video' | 'music'; title: string; description: string }
  | { kind: 'location'; label: string }
  | { kind: 'mini-program'; title: string }
  | { kind: 'articles'; articles: Article[] }
  | { kind: 'template'; title: string; rows: TemplateRow[]; url: string }
  | { kind: 'choices'; head: string; choices: { id: string; text: string }[]; tail: string }
  | {
      kind: 'packet';
      billNo: string;
      wish: string;
      sender: string;
      amountFen: number | undefined;
      state: PacketState;
    }
  /** Something the person did that is not a message (followed, scanned, tapped). */
  | { kind: 'deed'; deed: string; detail: string }
  /** Said by the phone itself, such as that the account failed to answer. */
  | { kind: 'notice'; text: string }
  | { kind: 'other'; name: string; text: string };

export interface PhoneMessage {
  id: string;
  /** Epoch milliseconds of the sandbox's clock. */
  at: number;
  openid: string;
  appId: string;
  side: 'mine' | 'theirs' | 'middle';
  body: MessageBody;
  /** The callback this belongs to, when there is one to look behind. */
  eventId: string | undefined;
  /** Written on the page, not yet confirmed by the sandbox. */
  pending?: boolean;
  failed?: boolean;
}

export interface WalletEntry {
  id: string;
  at: number;
  amountFen: number;
  appId: string;
}

export interface Wallet {
  balanceFen: number;
  entries: WalletEntry[];
}

export interface FaultRow {
  id: string;
  where: string;
  kind: string;
  rate: number;
  /** How often it struck so far. */
  fired: number;
}

export interface TraceStep {
  code: string;
  ms: number;
}

/** What the app says about one callback: where the time went, what it wrote, which rule won. */
export interface Trace {
  steps: TraceStep[];
  written: { table: string; rows: number }[];
  rule: { id: string; name: string; why: string } | undefined;
}

/** One delivery of a callback to the account's server. */
export interface Attempt {
  number: number;
  /** System time. */
  at: number;
  ms: number;
  /** HTTP status; undefined when nothing came back. */
  status: number | undefined;
  address: string;
  verdict: string;
  reason: string;
  /** The body as it went out: encrypted, empty in plain mode. */
  sealed: string;
  replyRaw: string;
  replyPlain: string;
  trace: Trace | undefined;
}

export interface BackstageEvent {
  id: string;
  appId: string;
  kind: string;
  at: number;
  mode: string;
  verdict: string;
  method: string;
  address: string;
  /** The message inside, before encryption. */
  plain: string;
  attempts: Attempt[];
}
