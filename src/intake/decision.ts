import type { InboundEvent, Reply } from '../channels/inbound-event';
import type { Raw } from '../kernel/database';
import type { Changes, KnownFollower } from '../relationships';

/** What a handler makes of an event. Nothing of it is true until the event is committed. */
export type Decision = {
  reply?: Reply | undefined;
  /** An answer that needs the outside: worked out after the commit, within the reply budget if possible. */
  later?: { kind: string; payload: unknown } | undefined;
  changes?: Changes | undefined;
  /** Nobody after this one is asked: a person answers, and the bot has nothing to say or to count. */
  isLast?: true;
  /** Writes to other ledgers in the event's own transaction. */
  effect?: ((raw: Raw) => Promise<void>) | undefined;
  /** Once the event is committed: counters kept in memory. */
  afterCommit?: (() => void) | undefined;
  /** For the sandbox's behind-the-scenes panel: which rule, and why. */
  because?: { id: string; name: string; why: string } | undefined;
};

/**
 * Looks at an event and at the follower as the handlers before it left them, and says what to do.
 * Synchronous on purpose: it runs inside the transaction of its group and reads memory only.
 */
export type EventHandler = (event: InboundEvent, state: KnownFollower) => Decision | undefined;

/**
 * The segments that hold for followers of whom somebody asks, by identity id: read with the group, in its own
 * transaction. Undefined when nobody asks, which costs nothing.
 */
export type LookUp = (
  raw: Raw,
  known: readonly { event: InboundEvent; state: KnownFollower }[],
) => Promise<ReadonlyMap<string, ReadonlySet<string>>> | undefined;

export type Decided = {
  reply: Reply | undefined;
  later: { kind: string; payload: unknown } | undefined;
  after: KnownFollower;
  changes: Changes;
  effects: ((raw: Raw) => Promise<void>)[];
  afterCommit: (() => void)[];
  because: Decision['because'];
};
