import { monotonicFactory } from 'ulid';

/** Makes ULIDs: 26 characters, sorted by time of making within one process. */
export type NewId = () => string;

export function ulids(): NewId {
  const next = monotonicFactory();
  return () => next();
}
