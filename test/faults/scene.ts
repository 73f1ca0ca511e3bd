import type { Cluster } from '../support/cluster';
import { pause } from '../support/json-client';
import type { ServerProcess } from '../support/processes';
import type { Random } from '../support/seeded';

export type Report = {
  name: string;
  seed: number;
  seconds: number;
  kills: number;
  figures: Record<string, number | string>;
  notes: string[];
  violations: string[];
};

/** What one scenario found out: figures, what was killed where, and every promise that was broken. */
export class Scene {
  readonly figures: Record<string, number | string> = {};
  readonly notes: string[] = [];
  readonly violations: string[] = [];
  readonly hit = new Map<string, number>();
  private readonly background: Promise<void>[] = [];
  private isOver = false;
  kills = 0;

  readonly seed: number;
  readonly random: Random;
  readonly recipients: number;
  private readonly rounds: number;
  readonly say: (line: string) => void;

  constructor(
    readonly name: string,
    options: {
      seed: number;
      random: Random;
      recipients: number;
      /** How often each named point is died at. */
      rounds: number;
      say: (line: string) => void;
    },
  ) {
    this.seed = options.seed;
    this.random = options.random;
    this.recipients = options.recipients;
    this.rounds = options.rounds;
    this.say = options.say;
  }

  /** A promise of the product; when it is broken the run fails and says how. */
  promise(isKept: boolean, text: string): void {
    if (isKept) return;
    if (this.violations.length < 50) this.violations.push(text);
    this.say(`BROKEN ${text}`);
  }

  note(text: string): void {
    this.notes.push(text);
    this.say(text);
  }

  /** A process that ends without being killed has crashed. */
  async mustLive(member: ServerProcess): Promise<void> {
    if (member.starts === 0 || member.isRunning || member.isEndedByUs) return;
    const ended = await member.end(0);
    if (ended && ended.signal !== 'SIGKILL') {
      this.promise(false, `${member.name} ended by itself with code ${String(ended.code)}`);
    }
  }

  async killAtRandom(member: ServerProcess): Promise<void> {
    await this.mustLive(member);
    if (!member.isRunning) return;
    await member.kill();
    this.kills += 1;
  }

  /**
   * Starts a process that will kill itself at a named point and waits until it did. `meanwhile` is asked
   * now and then to see to it that there is work which leads past the point.
   */
  async dieAt(
    member: ServerProcess,
    fault: string,
    options: {
      withinMs?: number;
      meanwhile?: () => Promise<void>;
      isReady?: () => Promise<void>;
    } = {},
  ): Promise<boolean> {
    if (member.isRunning) await this.killAtRandom(member);
    else await this.mustLive(member);
    if (options.isReady) {
      await member.start({ FAULT: fault });
      await options.isReady();
    } else {
      member.launch({ FAULT: fault });
      // It may well die before it is ready: whoever starts takes up what was left.
      await member.ready(180_000).catch(() => undefined);
    }
    const until = Date.now() + (options.withinMs ?? 60_000);
    while (Date.now() < until) {
      const ended = await member.end(700);
      if (ended) {
        const isHit = ended.signal === 'SIGKILL';
        this.promise(
          isHit,
          `${member.name} (${fault}) ended by itself with code ${String(ended.code)}`,
        );
        if (isHit) this.struck(fault);
        return isHit;
      }
      await options.meanwhile?.().catch(() => undefined);
    }
    await member.kill();
    this.say(`not reached in time: ${fault}`);
    return false;
  }

  struck(fault: string): void {
    const [point = fault] = fault.split(':');
    this.kills += 1;
    this.hit.set(point, (this.hit.get(point) ?? 0) + 1);
    this.say(`killed at ${fault}`);
  }

  /** Every one of these points must have been hit, or the run proves less than it says. */
  pointsWere(points: readonly string[]): void {
    const without = points.filter((point) => !this.hit.has(point));
    this.promise(without.length === 0, `never reached: ${without.join(', ')}`);
    const hits = [...this.hit.values()].reduce((sum, n) => sum + n, 0);
    this.figures['kill points'] = `${points.length - without.length}/${points.length}`;
    this.figures['named kills'] = hits;
  }

  /** Repeats `work` beside the scenario until it is over. */
  beside(everyMs: number, work: () => Promise<void>): void {
    const loop = async () => {
      while (!this.isOver) {
        await work().catch(() => undefined);
        await pause(everyMs);
      }
    };
    this.background.push(loop());
  }

  async endBackground(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.background.splice(0));
  }

  async everybodyRuns(members: readonly ServerProcess[]): Promise<void> {
    for (const member of members) {
      await this.mustLive(member);
      if (!member.isRunning) member.launch();
    }
    for (const member of members) await member.ready();
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.random(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** Every item as often as there are rounds, mixed. */
  mixed<T>(items: readonly T[]): T[] {
    const rest = Array.from({ length: this.rounds }, () => items).flat();
    const out: T[] = [];
    while (rest.length > 0) out.push(...rest.splice(this.random(0, rest.length - 1), 1));
    return out;
  }
}

/** The processes of a cluster by what they do; on one machine it is the same process twice. */
export function partsOf(cluster: Cluster): { webs: ServerProcess[]; workers: ServerProcess[] } {
  const { members } = cluster;
  if (members.length === 1) return { webs: members, workers: members };
  return {
    webs: members.filter((member) => member.name.startsWith('web')),
    workers: members.filter((member) => member.name.startsWith('worker')),
  };
}
