import type { Actor } from '../kernel/access';
import { execute, marksFor, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { First, Life, Thing } from './life';
import { addVersions, standingsIn, type NewVersion } from './version.queries';

export type MadeLive<Content> = {
  readonly id: string;
  readonly content: Content;
  /** What it was, when it was there; kept as version 1 where no version was. */
  readonly before?: First<Content> | undefined;
};

/**
 * What a file, or a sentence a reviewer accepted, has made live stands in the history too. A draft beside
 * it stays. The rows themselves are written by now, and held by that.
 */
export async function keepLive<Content extends object>(
  tx: Tx,
  kit: Pick<Kit, 'newId' | 'clock'>,
  life: Pick<Life<Thing, Content>, 'kind' | 'accountOf'>,
  by: Actor,
  made: readonly MadeLive<Content>[],
): Promise<void> {
  if (made.length === 0) return;
  const savedAt = kit.clock.business();
  const standings = await standingsIn(
    tx,
    life.kind,
    made.map(({ id }) => id),
  );
  const old = [...standings.values()].flatMap(({ live }) => (live ? [live.id] : []));
  if (old.length > 0) {
    const sql = `UPDATE answer_version SET state = 'retired' WHERE id IN (${marksFor(old)})`;
    await execute(tx, sql, old);
  }
  const versions = made.flatMap(({ id, content, before }): NewVersion<Content>[] => {
    const newest = standings.get(id)?.version ?? 0;
    const first: NewVersion<Content>[] =
      before && newest === 0
        ? [
            {
              ...{ targetId: id, version: 1, state: 'retired', content: before.content },
              ...{ savedAt: before.savedAt, publishedAt: before.publishedAt },
            },
          ]
        : [];
    const version = newest + first.length + 1;
    const now = { savedAt, publishedAt: savedAt, by };
    return [...first, { targetId: id, version, state: 'live', content, ...now }];
  });
  await addVersions(tx, kit, life, versions);
}
