export interface WeComEventRow {
  id: number;
  corpId: string;
  agentId: string;
  lane: string;
  /** `change_external_contact/add_external_contact`, `kf_msg_or_event`, `text`. */
  kind: string;
  userId: string | null;
  externalUserId: string | null;
  /** The decrypted body, the same at every delivery. */
  plain: string;
  createdAt: number;
  state: 'waiting' | 'done';
  verdict: string | null;
}

export interface WeComAttempt {
  eventId: number;
  n: number;
  /** System time, unlike the event's own instant. */
  systemAt: number;
  ms: number;
  status: number | null;
  reply: string;
  verdict: string;
  reason: string | null;
  trace: string | null;
}

export interface WeComDelivered {
  event: WeComEventRow;
  attempts: WeComAttempt[];
}

/** Brings events to the corps' apps. */
export interface WeComMessenger {
  /** Inside the work that adds an event which the caller will deliver: keeps `ring` away from it. */
  claim: (id: number) => number;
  /** Resolves when the app answered or all attempts are over. */
  deliver: (id: number) => Promise<WeComDelivered | undefined>;
  /** The same words again under a fresh seal. */
  repeat: (id: number) => Promise<WeComDelivered | undefined>;
  /** Looks for events that nobody delivers: those of before a restart. */
  ring: () => void;
  /** The GET with an encrypted echo, before an address is accepted. */
  verify: (
    corpId: string,
    target: { url: string; token: string; aesKey: string },
  ) => Promise<{ ok: boolean; status: number | null; reply: string; reason: string }>;
  close: () => Promise<void>;
}
