import type { Profile } from '../client/types';

/** Left, or handed over: shown as it was that day; nothing is added. */
export const isFormer = ({ link }: Profile): boolean =>
  link.endedAt !== null && !/^(friend|half)$/.test(link.state);
