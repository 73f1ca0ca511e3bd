/** How many calls a merchant made within the last second of system time. */
export class Rate {
  private readonly recent = new Map<string, number[]>();
  private readonly lastTry = new Map<string, number>();

  /** Takes one place in the second; false when it is full. */
  take(mchId: string, perSecond: number): boolean {
    if (perSecond <= 0) return true;
    const now = performance.now();
    const kept = (this.recent.get(mchId) ?? []).filter((at) => now - at < 1_000);
    this.recent.set(mchId, kept);
    if (kept.length >= perSecond) return false;
    kept.push(now);
    return true;
  }

  /** False when the same number was tried less than `gapMs` ago. */
  mayRepeat(key: string, gapMs: number): boolean {
    if (gapMs <= 0) return true;
    const now = performance.now();
    const before = this.lastTry.get(key);
    this.lastTry.set(key, now);
    return before === undefined || now - before >= gapMs;
  }
}
