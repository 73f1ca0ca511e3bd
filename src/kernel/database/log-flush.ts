import { fdatasync, closeSync, openSync } from 'node:fs';

type Waiting = { resolve: () => void; reject: (error: Error) => void };

/** What was committed may not be on the disk. Nothing more is promised until the process starts again. */
class FlushFailed extends Error {
  /** As a lost connection: nobody is acknowledged. */
  readonly fatal = true;

  constructor(cause: Error) {
    super('the disk did not keep what was written', { cause });
  }
}

/**
 * Brings the write-ahead log of the embedded engine to the disk, away from the thread that answers. Who
 * asks while a flush is under way shares the next one, so many groups need few.
 */
export class LogFlush {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private file: number | undefined;
  private failure: FlushFailed | undefined;

  constructor(private readonly path: string) {}

  /** Holds when everything that was committed before the call is on the disk. */
  flushed(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.running ??= this.run();
    });
  }

  async close(): Promise<void> {
    await this.running;
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const served = this.waiting;
      this.waiting = [];
      const failure = await this.flush();
      for (const one of served) {
        if (failure) one.reject(failure);
        else one.resolve();
      }
    }
    this.running = undefined;
  }

  /** After a failed flush the system counts the pages as written, so that a second one would lie. */
  private async flush(): Promise<FlushFailed | undefined> {
    this.failure ??= await this.synchronise();
    return this.failure;
  }

  private synchronise(): Promise<FlushFailed | undefined> {
    return new Promise((resolve) => {
      try {
        this.file ??= openSync(this.path, 'r+');
        fdatasync(this.file, (error) => resolve(error ? new FlushFailed(error) : undefined));
      } catch (error) {
        resolve(new FlushFailed(error as Error));
      }
    });
  }
}
