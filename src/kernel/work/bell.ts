/**
 * The bell is not the book: it says that rows are waiting, spreads them over workers and delays them.
 * Every ring may be lost; whoever owns the rows also looks for due ones by itself.
 */
export interface Bell {
  readonly kind: 'in-process' | 'bullmq';
  /** Says that row `id` of `topic` waits. Called after the commit, never inside a transaction. */
  ring(topic: string, id: string, options?: { priority?: number; delayMs?: number }): void;
  /** What to do when a ring arrives. One listener for each topic and process. */
  answer(topic: string, listener: (id: string) => Promise<void>): void;
  ping(): Promise<void>;
  close(): Promise<void>;
}
