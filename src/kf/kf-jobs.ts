import type { NewJob } from '../kernel/work';

type Job = Omit<NewJob, 'id' | 'createdAt'>;

export const readingKind = 'kf-read';
export type Reading = {
  readonly accountId: string;
  readonly kfId: string;
  /** Of the bell, and when it rang; without one WeCom lets us read less often. */
  readonly token?: string;
  readonly at: number;
};

/** Before all other work: a greeting may be among the messages, and it can be said for seconds. */
export const readingJob = (reading: Reading, dueAt: number, dedupeKey?: string): Job => ({
  ...{ kind: readingKind, accountId: reading.accountId, priority: 0, dueAt, payload: reading },
  ...(dedupeKey === undefined ? {} : { dedupeKey }),
});

export const greetingKind = 'kf-greet';
export type Greeting = {
  readonly accountId: string;
  readonly agentId: string;
  readonly kfId: string;
  readonly identityId: string;
  readonly code: string;
  readonly at: number;
};

export const greetingJob = (greeting: Greeting, dueAt: number): Job => ({
  ...{ kind: greetingKind, dedupeKey: greeting.code.slice(0, 64), accountId: greeting.accountId },
  ...{ priority: 0, dueAt, payload: greeting },
});

export const movingKind = 'kf-move';
export type Moving = {
  readonly accountId: string;
  readonly agentId: string;
  readonly kfId: string;
  readonly identityId: string;
  readonly externalUserId: string;
};

/** The customer waits for WeCom's own staff from now on. */
export const movingJob = (moving: Moving, dueAt: number): Job => ({
  ...{ kind: movingKind, accountId: moving.accountId, priority: 1, dueAt, payload: moving },
});

export const listingKind = 'kf-list';
export const listingJob = (accountId: string, dueAt: number): Job => ({
  ...{ kind: listingKind, dedupeKey: accountId, accountId, dueAt, payload: { accountId } },
});
