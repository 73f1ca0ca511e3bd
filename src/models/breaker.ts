export type BreakerState = 'closed' | 'open' | 'half-open';

const failuresToOpen = 5;
const openMs = 30_000;

/**
 * Stops asking an endpoint that keeps failing, so that followers do not wait for it: closed, after five failures
 * in a row open for 30 s, then half-open for one try that decides. One for each endpoint and process; all
 * instants are system time.
 */
export class Breaker {
  private failures = 0;
  private openUntil = 0;
  private isTrying = false;

  state(now: number): BreakerState {
    if (this.failures < failuresToOpen) return 'closed';
    return now < this.openUntil ? 'open' : 'half-open';
  }

  /** Whether a call would be let through now. */
  allows(now: number): boolean {
    const state = this.state(now);
    return state === 'closed' || (state === 'half-open' && !this.isTrying);
  }

  /** Before a call; whoever is let through must say how it went. */
  enter(now: number): boolean {
    if (!this.allows(now)) return false;
    if (this.state(now) === 'half-open') this.isTrying = true;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
    this.isTrying = false;
  }

  failed(now: number): void {
    this.failures += 1;
    this.isTrying = false;
    if (this.failures >= failuresToOpen) this.openUntil = now + openMs;
  }

  /** Of a call that was let through and then not made. */
  left(): void {
    this.isTrying = false;
  }

  /** System time, epoch ms; undefined while calls go through. */
  blockedUntil(now: number): number | undefined {
    return this.state(now) === 'open' ? this.openUntil : undefined;
  }
}
