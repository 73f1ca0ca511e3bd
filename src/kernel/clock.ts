/**
 * Two clocks. Business time (due dates, windows, quotas, schedules, segments) can be moved in the
 * sandbox world; system time (leases, sessions, time-outs, signature stamps) never moves.
 * Both are epoch milliseconds.
 */
export interface Clock {
  system(): number;
  business(): number;
  sleep(ms: number): Promise<void>;
}

/** A stamp of the system's clock for those who look by business time: minutes ago stays minutes ago. */
export const asBusiness = (clock: Clock, systemAt: number): number =>
  systemAt - clock.system() + clock.business();

/** The clock of a running server; `moveBusinessTime` is called by whoever watches the world clock row. */
export class WorldClock implements Clock {
  private offsetMs = 0;

  system(): number {
    return Date.now();
  }

  business(): number {
    return Date.now() + this.offsetMs;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  moveBusinessTime(offsetMs: number): void {
    this.offsetMs = offsetMs;
  }

  get offset(): number {
    return this.offsetMs;
  }
}

/** For tests: stands still until told to move, both clocks together unless said otherwise. */
export class StillClock implements Clock {
  constructor(private at: number) {}

  system(): number {
    return this.at;
  }

  business(): number {
    return this.at;
  }

  sleep(ms: number): Promise<void> {
    this.at += ms;
    return new Promise((resolve) => setImmediate(resolve));
  }

  set(at: number): void {
    this.at = at;
  }

  advance(ms: number): void {
    this.at += ms;
  }
}
