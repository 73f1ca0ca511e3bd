import type { Corp } from './corps';
import { refuse } from './refusal';

const MINUTE = 60_000;

/** Calls of one kind a minute and corp, on the business clock; a breach blocks until the minute is over. */
export class Rates {
  private minute = -1;
  private readonly used = new Map<string, number>();

  spend(corp: Corp, where: string, now: number): void {
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.minute) {
      this.minute = minute;
      this.used.clear();
    }
    const key = `${corp.corpId} ${where}`;
    const used = (this.used.get(key) ?? 0) + 1;
    this.used.set(key, used);
    if (used > corp.settings.callsPerMinute) refuse(45009);
  }
}
