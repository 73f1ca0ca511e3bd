import {
  closeSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { InboundEvent } from '../channels/inbound-event';
import { isServerRunning } from '../kernel/data-dir';
import { execute, insertOnce, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { makePrivateFolder } from '../kernel/private-files';

type Part = Pick<Kit, 'db' | 'clock' | 'log' | 'versions'>;
type Key = Pick<InboundEvent, 'accountId' | 'dedupeKey'>;

const topic = 'crash-suspects';
/** WeChat delivers three times: the third must be kept, whatever it does. */
const mostCrashes = 2;
const forgottenAfterMs = 24 * 3_600_000;
const fileName = /^in-hand-(\d+)-\d+$/;

/**
 * Finds events that take the whole process down while they are decided: by memory, by a loop that a supervisor
 * ends, by a native abort. What is in hand stands in small files, written without a flush, because they only have to
 * outlive the process; whoever starts next reads the files of the dead.
 */
export class CrashWatch {
  private readonly crashes = new Map<string, number>();
  private readonly slots: Slot[] = [];
  private made = 0;

  private constructor(
    private readonly kit: Part,
    private readonly dataDir: string,
  ) {}

  static async open(kit: Part, dataDir: string): Promise<CrashWatch> {
    makePrivateFolder(dataDir);
    const watch = new CrashWatch(kit, dataDir);
    const found = inHandOfTheDead(dataDir);
    if (found.length > 0) {
      kit.log.warn('intake.died_with_events_in_hand', { events: found.length });
      await kit.db.transact((tx) => watch.suspect(tx, found));
    }
    await kit.versions.on(topic, () => watch.load());
    return watch;
  }

  /** Was in hand when a process died: it is decided alone, so that nobody shares its fate again. */
  isSuspect = (event: Key): boolean => this.crashes.size > 0 && this.crashesOf(event) > 0;

  /** Was in hand too often: it is kept and not decided any more. */
  isPoison = (event: Key): boolean => this.crashes.size > 0 && this.crashesOf(event) >= mostCrashes;

  /** Notes what is about to be decided; the answer is called when that is over, well or badly. */
  inHand(events: readonly Key[]): () => void {
    const slot = this.slots.pop() ?? new Slot(this.dataDir, (this.made += 1));
    slot.write(JSON.stringify(events.map(({ accountId, dedupeKey }) => [accountId, dedupeKey])));
    return () => {
      slot.write('');
      this.slots.push(slot);
    };
  }

  close(): void {
    for (const slot of this.slots.splice(0)) slot.remove();
  }

  private crashesOf({ accountId, dedupeKey }: Key): number {
    return this.crashes.get(`${accountId} ${dedupeKey}`) ?? 0;
  }

  private async suspect(tx: Tx, keys: readonly Key[]): Promise<void> {
    const lastAt = this.kit.clock.system();
    await execute(tx, `DELETE FROM crash_suspect WHERE lastAt < ?`, [lastAt - forgottenAfterMs]);
    for (const { accountId, dedupeKey } of keys) {
      const row = { accountId, dedupeKey, crashes: 1, lastAt };
      if (await insertOnce(tx, 'crash_suspect', row, ['accountId', 'dedupeKey'])) continue;
      await execute(
        tx,
        `UPDATE crash_suspect SET crashes = crashes + 1, lastAt = ? WHERE accountId = ? AND dedupeKey = ?`,
        [lastAt, accountId, dedupeKey],
      );
    }
    await this.kit.versions.bump(tx, topic);
  }

  private async load(): Promise<void> {
    const rows = await this.kit.db.read.all<Key & { crashes: number }>(
      `SELECT accountId, dedupeKey, crashes FROM crash_suspect WHERE lastAt >= ?`,
      [this.kit.clock.system() - forgottenAfterMs],
    );
    this.crashes.clear();
    for (const row of rows) this.crashes.set(`${row.accountId} ${row.dedupeKey}`, row.crashes);
  }
}

/** One line that is overwritten in place; what is behind its end belongs to an earlier, longer one. */
class Slot {
  private readonly file: string;
  private readonly handle: number;

  constructor(dataDir: string, place: number) {
    this.file = join(dataDir, `in-hand-${process.pid}-${place}`);
    this.handle = openSync(this.file, 'w', 0o600);
  }

  write(line: string): void {
    writeSync(this.handle, `${line}\n`, 0);
  }

  remove(): void {
    closeSync(this.handle);
    rmSync(this.file, { force: true });
  }
}

/** Each file is taken by one of several starting processes: whoever renames it. */
function inHandOfTheDead(dataDir: string): Key[] {
  const files = readdirSync(dataDir).filter((name) => {
    const pid = Number(fileName.exec(name)?.[1]);
    return pid > 0 && (pid === process.pid || !isServerRunning(pid));
  });
  return files.flatMap((name) => {
    const taken = join(dataDir, `taken-${process.pid}-${name}`);
    try {
      renameSync(join(dataDir, name), taken);
      const [line = ''] = readFileSync(taken, 'utf8').split('\n');
      rmSync(taken, { force: true });
      return line === '' ? [] : keysIn(line);
    } catch {
      return [];
    }
  });
}

/** A line that was cut by the death of the machine says nothing. */
function keysIn(line: string): Key[] {
  const pairs = JSON.parse(line) as [string, string][];
  return pairs.map(([accountId, dedupeKey]) => ({ accountId, dedupeKey }));
}
