import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where one story is played: on one engine, with an own list of what is to be closed after it, last first. */
export type Stage = {
  engine: string;
  closing: (() => unknown)[];
  /** An empty folder that goes with the story. */
  folder(): string;
};

const engines = process.env['TEST_MARIADB_URL'] === undefined ? ['sqlite'] : ['sqlite', 'mysql'];

/** A story that is mostly waiting: played on both engines at the same time, and told by each. */
export function storyOnBothEngines(
  name: string,
  play: (stage: Stage) => Promise<void>,
  withinMs: number,
): void {
  describe(name, () => {
    const ends = new Map<string, Promise<PromiseSettledResult<void>[]>>();
    const start = (engine: string) => {
      for (const one of engines) {
        if (!ends.has(one)) ends.set(one, Promise.allSettled([playAndClear(one, play)]));
      }
      return ends.get(engine);
    };
    test.each(engines)(
      'on %s',
      async (engine) => {
        const [end] = (await start(engine)) ?? [];
        if (end?.status !== 'fulfilled') throw end?.reason;
      },
      withinMs,
    );
  });
}

async function playAndClear(engine: string, play: (stage: Stage) => Promise<void>): Promise<void> {
  const closing: Stage['closing'] = [];
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'guanxi-story-'));
    closing.push(() => rmSync(made, { recursive: true, force: true }));
    return made;
  };
  try {
    await play({ engine, closing, folder });
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
