/**
 * Short-lived facts shared by processes: tokens, locks, counters. Everything in it may vanish at any
 * moment; nothing that must survive is kept here only.
 */
export interface Cache {
  readonly kind: 'memory' | 'redis';
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Deletes only while the value is still `value`: how a lock is given back by its owner. */
  compareAndDelete(key: string, value: string): Promise<boolean>;
  /** Counts up within one window; the first count starts the window of `ttlMs`. */
  increment(key: string, ttlMs: number, by?: number): Promise<number>;
  /** Milliseconds until it vanishes by itself; 0 when it is not there. */
  timeLeft(key: string): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
