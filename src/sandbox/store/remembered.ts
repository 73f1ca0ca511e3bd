import type { Store } from './database';

export function recall(store: Store, name: string): string | undefined {
  return store.sql<{ value: string }>('SELECT value FROM remembered WHERE name = ?').get(name)
    ?.value;
}

/** Inside a work only. */
export function remember(store: Store, name: string, value: string): void {
  store.sql('INSERT OR REPLACE INTO remembered (name, value) VALUES (?, ?)').run(name, value);
}
