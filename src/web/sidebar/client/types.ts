/** Shapes of the sidebar's API; the server's zod schemas are the truth. */

export interface Session {
  rep: { userId: string; name: string };
  corp: { corpId: string; name: string };
  agentId: string;
  csrfToken: string;
  sandbox: boolean;
  zone: string;
  /** Null until the rep chose. */
  language: 'zh-CN' | 'en' | null;
}

/** A fact as a code, and the server's sentence for it. */
export interface Saying {
  code: string;
  text: string;
  params?: Readonly<Record<string, unknown>>;
}

export interface Stage {
  code: string;
  name: string;
}

export interface Tag {
  id: string;
  name: string;
}

export interface Field {
  key: string;
  name: string;
  type: string;
  options?: string[] | null;
  value: string | number | boolean | null;
}

export interface Entry {
  id: string;
  at: string;
  kind: string;
  title: string;
}

export interface Task {
  id: string;
  title: string;
  dueAt: string | null;
  state: 'open' | 'done' | 'dropped';
  contact: { externalUserId: string; name: string } | null;
  isLate: boolean;
}

export interface NextStep extends Saying {
  why: Saying[];
  suggestion: { scriptId: string; title: string; text: string } | null;
  question: { id: string; text: string } | null;
}

export interface Profile {
  externalUserId: string;
  personId: string;
  name: string;
  headline: Saying[];
  link: {
    state: string;
    firstAddedAt: string;
    addedAt: string;
    endedAt: string | null;
    addCount: number;
    addWay: string | null;
    source: string | null;
    remark: string | null;
  };
  stage: Stage | null;
  stages: Stage[];
  followers: {
    accountName: string;
    state: string;
    followedAt: string | null;
    followCount: number;
    source: { name: string | null; scene: string | null } | null;
  }[];
  reps: { userId: string; name: string; state: string; addedAt: string; isYou: boolean }[];
  joins: { reason: string; text: string; at: string }[];
  tags: Tag[];
  fields: Field[];
  next: NextStep | null;
  history: Entry[];
  asked: {
    id: string;
    at: string;
    text: string;
    answered: boolean;
    answer: string | null;
    by: string | null;
    rep: string | null;
  }[];
  recent: Entry[];
  notes: { id: string; at: string; text: string; by: string }[];
  tasks: Task[];
  receivedFen: number;
  asOf: string;
}

export interface Script {
  id: string;
  title: string;
  folder: string | null;
  text: string;
  isOwn: boolean;
  uses: number;
  rendered: string | null;
  problem: string | null;
}

/** More than by chance in common with what was looked for, or not. */
export type FoundScript = Script & { fits: boolean };

export interface Material {
  id: string;
  kind: string;
  title: string;
  description: string | null;
  coverUrl: string | null;
  tracked: boolean;
  sends: number;
  opens: number;
}

/** One thing that was sent to a customer, and what they did with it. */
export interface Sent {
  id: string;
  kind: string;
  title: string;
  sentAt: string | null;
  openCount: number;
  lastOpenedAt: string | null;
  readSeconds: number;
  tracked: boolean;
}

export interface Home {
  counts: { friends: number; newToday: number; lostThisWeek: number };
  tasks: Task[];
  orders: {
    id: string;
    kind: 'message' | 'moment';
    name: string;
    text: string;
    people: number;
    orderedAt: string | null;
  }[];
  first: {
    externalUserId: string;
    name: string;
    lastActiveAt: string | null;
    stage: Stage | null;
    reasons: Saying[];
  }[];
}
