import type { Clock } from './clock';
import { execute, insertOnce, type Db, type Tx } from './database';

/**
 * Rules, questions and settings are answered from memory. Whoever changes them raises the version of
 * their topic in the same transaction; whoever answers from memory looks at the versions first.
 */
export class Versions {
  private readonly topics = new Map<string, { seen: number; reload: () => Promise<void> }>();
  private lookedAt = 0;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    /** How old an answer from memory may be when another process made the change. */
    private readonly staleMs = 200,
  ) {}

  /** Loads now and again whenever the version moved. */
  async on(topic: string, reload: () => Promise<void>): Promise<void> {
    const versions = await this.read();
    this.topics.set(topic, { seen: versions.get(topic) ?? 0, reload });
    await reload();
  }

  async bump(tx: Tx, topic: string): Promise<void> {
    this.lookedAt = 0;
    const isNew = await insertOnce(tx, 'setting_version', { topic, version: 1 }, ['topic']);
    if (isNew) return;
    await execute(tx, `UPDATE setting_version SET version = version + 1 WHERE topic = ?`, [topic]);
  }

  /** Before answering from memory: reloads what changed; cheap when looked at a moment ago. */
  check(force = false): Promise<void> | undefined {
    if (!force && this.clock.system() - this.lookedAt < this.staleMs) return this.looking;
    this.looking ??= this.look().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async look(): Promise<void> {
    const at = this.clock.system();
    const versions = await this.read();
    this.lookedAt = at;
    for (const [topic, known] of this.topics) {
      const version = versions.get(topic) ?? 0;
      if (version === known.seen) continue;
      await known.reload();
      known.seen = version;
    }
  }

  private async read(): Promise<Map<string, number>> {
    const rows = await this.db.read.all<{ topic: string; version: number }>(
      `SELECT topic, version FROM setting_version`,
    );
    return new Map(rows.map((row) => [row.topic, row.version]));
  }
}
