import type { Engine, Raw, Scalar } from './db';

/** What the asker wants of a statement: rows, how many rows it touched, or nothing but that it holds. */
export type Wants = 'rows' | 'count' | 'nothing';

/** Rows of a query, or the number of rows a change touched. */
export type Result = unknown[] | number;

/** The way to the database: how statements are written for it, and how several travel at once. */
export interface Wire<Statement> {
  readonly engine: Engine;
  statement(sql: string, params: readonly Scalar[], wants: Wants): Statement;
  /** Characters it takes on the way. */
  lengthOf(statement: Statement): number;
  /** In order, and none after the first that fails; then the whole batch is refused. */
  send(batch: readonly Statement[]): Promise<readonly Result[]>;
}

/** Far below the smallest packet a server takes, so that what waits never makes one too large. */
const mostWaiting = 1_000_000;

type Waiting<Statement> = {
  statement: Statement;
  resolve?: (result: Result | undefined) => void;
  reject?: (error: unknown) => void;
};

/** Statements asked for in one turn travel in one round trip, with the writes that came before them. */
export class StatementQueue<Statement> implements Raw {
  readonly engine: Engine;
  private waiting: Waiting<Statement>[] = [];
  private length = 0;
  private isScheduled = false;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly wire: Wire<Statement>) {
    this.engine = wire.engine;
  }

  write(sql: string, params: readonly Scalar[] = []): void {
    this.add({ statement: this.wire.statement(sql, params, 'nothing') });
  }

  async run(sql: string, params: readonly Scalar[] = []): Promise<number> {
    return Number(await this.ask(sql, params, 'count'));
  }

  async all<T>(sql: string, params: readonly Scalar[] = []): Promise<T[]> {
    return (await this.ask(sql, params, 'rows')) as T[];
  }

  private ask(sql: string, params: readonly Scalar[], wants: Wants): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      this.add({ statement: this.wire.statement(sql, params, wants), resolve, reject });
      if (this.isScheduled) return;
      this.isScheduled = true;
      queueMicrotask(() => {
        this.isScheduled = false;
        this.flush();
      });
    });
  }

  private add(one: Waiting<Statement>): void {
    const length = this.wire.lengthOf(one.statement);
    if (this.length + length > mostWaiting) this.flush();
    this.waiting.push(one);
    this.length += length;
  }

  /** The database stops at the first statement that fails, and nothing more is sent after that. */
  private flush(): void {
    const batch = this.waiting;
    if (batch.length === 0) return;
    this.waiting = [];
    this.length = 0;
    const before = this.last;
    this.last = (async () => {
      try {
        await before;
        const results = await this.wire.send(batch.map((one) => one.statement));
        batch.forEach((one, index) => one.resolve?.(results[index]));
      } catch (error) {
        for (const one of batch) one.reject?.(error);
        // Whoever asked decides what it means. A write that nobody asked about fails all that follows.
        if (batch.some((one) => !one.reject)) throw error;
      }
    })();
    this.last.catch(() => undefined);
  }
}
