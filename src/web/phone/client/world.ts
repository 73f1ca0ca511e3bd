import type { FaultRow } from '../view';
import { call } from './call';

/** The sandbox's business time, epoch milliseconds. */
export const readClock = async (): Promise<number> =>
  (await call<{ nowMs: number }>('/clock')).nowMs;
export const advanceClock = async (advanceMs: number): Promise<number> =>
  (await call<{ nowMs: number }>('/clock', { advanceMs })).nowMs;

export const listFaults = async (): Promise<FaultRow[]> =>
  (await call<{ items: FaultRow[] }>('/faults')).items;
export const addFault = (fault: { where: string; kind: string; rate: number }): Promise<unknown> =>
  call('/faults', { op: 'add', ...fault });
export const clearFault = (id?: string): Promise<unknown> =>
  call('/faults', { op: 'clear', ...(id ? { id } : {}) });

export const makeCrowd = (appId: string, followers: number, scenes: string[]): Promise<unknown> =>
  call('/crowd', { appId, followers, ...(scenes.length ? { scenes } : {}) });
