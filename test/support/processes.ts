import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { isBuildFresh } from './script-process';

const root = join(__dirname, '../..');

/** How a process ended. */
export type Ended = { code: number | null; signal: NodeJS.Signals | null; ms: number };
export type Environment = Record<string, string>;

/** The built server when it is of this source, else the source itself, which starts more slowly. */
function entry(): string[] {
  const given = process.env['TEST_ENTRY'];
  if (given) return [given];
  if (isBuildFresh()) return [join(root, 'dist/src/main.js')];
  return ['--import', 'tsx', join(root, 'src/main.ts')];
}
let known: string[] | undefined;

/** A test that dies must not leave servers behind. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A server process of ours that a test starts, kills and starts again; its output goes to one file. */
export class ServerProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<Ended> = Promise.resolve({ code: null, signal: null, ms: 0 });
  starts = 0;
  /** Starts that gave up, for example because the database was away just then. */
  failedStarts = 0;
  private more: Environment = {};
  /** Whether this life was ended by us. */
  isEndedByUs = false;

  constructor(
    readonly name: string,
    readonly port: number,
    private readonly env: Environment,
    private readonly logFile: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isRunning(): boolean {
    return (
      this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null
    );
  }

  /** Starts without waiting; `more` is added to the environment of this one life. */
  launch(more: Environment = {}): void {
    if (this.isRunning) throw new Error(`${this.name} runs already`);
    known ??= entry();
    this.more = more;
    const log = openSync(this.logFile, 'a');
    const began = Date.now();
    const child = spawn(process.execPath, known, {
      cwd: root,
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'] ?? '', ...this.env, ...more, PORT: String(this.port) },
    });
    closeSync(log);
    this.child = child;
    this.isEndedByUs = false;
    alive.add(child);
    child.once('exit', () => alive.delete(child));
    this.starts += 1;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal, ms: Date.now() - began }));
    });
  }

  /** Starts and waits until it is ready; as a supervisor would, it tries a start that failed again. */
  async start(more: Environment = {}): Promise<void> {
    this.launch(more);
    await this.ready();
  }

  async ready(withinMs = 180_000): Promise<void> {
    const until = Date.now() + withinMs;
    while (Date.now() < until) {
      if (!this.isRunning) {
        const { code } = await this.ended;
        if (code !== 1 || this.failedStarts >= 5) {
          throw new Error(`${this.name} ended while starting, see ${this.logFile}`);
        }
        this.failedStarts += 1;
        this.launch(this.more);
      }
      const isReady = await fetch(`${this.url}/readyz`, {
        signal: AbortSignal.timeout(5_000),
      }).then(
        (answer) => answer.ok,
        () => false,
      );
      if (isReady) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.name} was not ready in time, see ${this.logFile}`);
  }

  /** How it ended, or undefined when it still runs after `withinMs`. */
  async end(withinMs: number): Promise<Ended | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), withinMs);
    });
    const ended = await Promise.race([this.ended, late]);
    clearTimeout(timer);
    return ended;
  }

  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.isEndedByUs = true;
    this.child?.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to stop; how it ended and how long that took. */
  async stop(withinMs = 20_000): Promise<Ended & { tookMs: number }> {
    const asked = Date.now();
    this.isEndedByUs = true;
    this.child?.kill('SIGTERM');
    const ended = await this.end(withinMs);
    if (ended) return { ...ended, tookMs: Date.now() - asked };
    await this.kill();
    return { ...(await this.ended), tookMs: Date.now() - asked };
  }
}
