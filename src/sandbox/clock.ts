import type { Store } from './store/database';
import { recall, remember } from './store/remembered';

const DAY = 86_400_000;
const CHINA = 8 * 3_600_000;

/** The platform's business clock: the system's plus an offset that is kept in the books. */
export class SandboxClock {
  private offset: number;

  constructor(private readonly store: Store) {
    this.offset = Number(recall(store, 'clock-offset') ?? '0');
  }

  now(): number {
    return Date.now() + this.offset;
  }

  get offsetMs(): number {
    return this.offset;
  }

  async setOffset(offsetMs: number): Promise<void> {
    await this.store.write(() => remember(this.store, 'clock-offset', String(offsetMs)));
    this.offset = offsetMs;
  }
}

/** The day WeChat counts in, e.g. `2026-11-21`, whatever zone the host has. */
export function chinaDay(ms: number): string {
  const day = Math.floor((ms + CHINA) / DAY);
  if (day !== lastDay.number)
    lastDay = { number: day, text: new Date(day * DAY).toISOString().slice(0, 10) };
  return lastDay.text;
}

// Asked for at every call, different once a day.
let lastDay = { number: -1, text: '' };

/** `YYYY-MM-DD HH:mm:ss` in Beijing, as WeChat Pay writes times. */
export function chinaTime(ms: number): string {
  return new Date(ms + CHINA).toISOString().slice(0, 19).replace('T', ' ');
}

export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
