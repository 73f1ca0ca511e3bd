import type { Store } from './database';

/** How often each call was made and how it ended. Counted in memory, written with the next commit. */
export class Tally {
  private readonly fresh = new Map<string, number>();

  constructor(private readonly store: Store) {
    store.beforeCommit(() => this.save());
  }

  count(owner: string, name: string, result: string): void {
    const key = `${owner}\u0000${name}\u0000${result}`;
    this.fresh.set(key, (this.fresh.get(key) ?? 0) + 1);
    this.store.touch();
  }

  list(owner?: string): { owner: string; endpoint: string; result: string; count: number }[] {
    return this.store
      .sql<{ owner: string; endpoint: string; result: string; count: number }>(
        `SELECT owner, name AS endpoint, result, count FROM tally WHERE ? IS NULL OR owner = ? ORDER BY owner, name, result`,
      )
      .all(owner ?? null, owner ?? null);
  }

  private save(): void {
    for (const [key, count] of this.fresh) {
      const [owner = '', name = '', result = ''] = key.split('\u0000');
      this.store
        .sql(
          `INSERT INTO tally (owner, name, result, count) VALUES (?, ?, ?, ?)
           ON CONFLICT (owner, name, result) DO UPDATE SET count = count + excluded.count`,
        )
        .run(owner, name, result, count);
    }
    this.fresh.clear();
  }
}
