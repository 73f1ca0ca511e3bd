import type { Cache } from '../kernel/cache/cache';
import type { Clock } from '../kernel/clock';

type Parts = { cache: Cache; clock: Clock; perSecond: number };

/** What was granted; `giveBack` returns what was not used. */
export type Grant = { readonly granted: number; giveBack(unused: number): Promise<void> };

/**
 * How fast an account may speak on one channel, counted in short windows. With Redis all processes draw
 * from one count; while Redis is away each has a quarter for itself, which is safe for up to four.
 */
export class SendBudget {
  private readonly windowMs: number;
  private readonly perWindow: number;
  private alone = { window: 0, used: 0 };

  constructor(
    private readonly parts: Parts,
    private readonly name: string,
  ) {
    this.windowMs = parts.perSecond >= 5 ? 200 : 1_000;
    this.perWindow = Math.max(1, Math.floor((parts.perSecond * this.windowMs) / 1_000));
  }

  async take(wanted: number): Promise<Grant> {
    const window = Math.floor(this.parts.clock.system() / this.windowMs);
    const key = `send-budget:${this.name}:${window}`;
    try {
      const counted = await this.parts.cache.increment(key, this.windowMs * 5, wanted);
      const over = Math.max(0, counted - this.perWindow);
      const granted = Math.max(0, wanted - over);
      const giveBack = async (unused: number) => {
        if (unused <= 0) return;
        await this.parts.cache.increment(key, this.windowMs * 5, -unused).catch(() => undefined);
      };
      // What was asked for in vain stays counted: this window is over for everybody.
      return { granted, giveBack };
    } catch {
      return this.takeAlone(wanted, window);
    }
  }

  /** Until the next window begins, ms. */
  nextWindowInMs(): number {
    return this.windowMs - (this.parts.clock.system() % this.windowMs);
  }

  private takeAlone(wanted: number, window: number): Grant {
    if (this.alone.window !== window) this.alone = { window, used: 0 };
    const share = Math.max(1, Math.floor(this.perWindow / 4));
    const granted = Math.max(0, Math.min(wanted, share - this.alone.used));
    this.alone.used += granted;
    return {
      granted,
      giveBack: (unused) => {
        this.alone.used -= unused;
        return Promise.resolve();
      },
    };
  }
}
