import { chinaDay } from '../clock';
import type { Store } from './database';

/** Daily counters in UTC+8 days, kept in memory and written with the commit of the calls they count. */
export class Quotas {
  private readonly used = new Map<string, number>();
  private readonly dirty = new Set<string>();

  constructor(private readonly store: Store) {
    store.beforeCommit(() => this.save());
  }

  usedToday(owner: string, name: string, now: number): number {
    const day = chinaDay(now);
    const key = `${owner}\u0000${name}\u0000${day}`;
    const known = this.used.get(key);
    if (known !== undefined) return known;
    const row = this.store
      .sql<{ used: number }>('SELECT used FROM quota WHERE owner = ? AND name = ? AND day = ?')
      .get(owner, name, day);
    this.used.set(key, row?.used ?? 0);
    return row?.used ?? 0;
  }

  add(owner: string, name: string, now: number): void {
    const key = `${owner}\u0000${name}\u0000${chinaDay(now)}`;
    this.used.set(key, this.usedToday(owner, name, now) + 1);
    this.dirty.add(key);
  }

  clear(owner: string): void {
    this.used.clear();
    this.dirty.clear();
    this.store.sql('DELETE FROM quota WHERE owner = ?').run(owner);
  }

  private save(): void {
    for (const key of this.dirty) {
      const [owner = '', name = '', day = ''] = key.split('\u0000');
      this.store
        .sql('INSERT OR REPLACE INTO quota (owner, name, day, used) VALUES (?, ?, ?, ?)')
        .run(owner, name, day, this.used.get(key) ?? 0);
    }
    this.dirty.clear();
  }
}
