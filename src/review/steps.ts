import { recordChange, type Actor } from '../kernel/access';
import type { Tx } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { authorOf, goLive, requirePublisher } from './go-live';
import type { Life, LifeKit, Thing } from './life';
import type { VersionState } from './version-states';
import {
  addVersions,
  changeVersion,
  contentIn,
  findVersion,
  hold,
  keepFirst,
  refuseMeanwhile,
  saveDraft,
  type Standing,
  type VersionRow,
} from './version.queries';

export type Stepping<Row extends Thing, Content extends object> = {
  readonly kit: LifeKit;
  readonly life: Life<Row, Content>;
  readonly actor: Actor;
  readonly row: Row;
};

export const noteStep = <Row extends Thing, Content extends object>(
  tx: Tx,
  { kit, life, actor, row }: Omit<Stepping<Row, Content>, 'row'> & { readonly row?: Row },
  targetId: string,
  action: string,
  values: { before?: unknown; after?: unknown },
): Promise<void> =>
  recordChange(tx, actor, {
    ...{ id: kit.newId(), at: kit.clock.system(), action: `${life.named}.${action}` },
    ...{ targetKind: life.named, targetId: (row && life.noted?.(row)) ?? targetId, ...values },
  });

/** One step in a thing's life: under its lock, with its entry in the audit log; `seen` is the version that was read. */
export async function step<T, Row extends Thing, Content extends object>(
  at: Stepping<Row, Content>,
  action: string,
  work: (tx: Tx, standing: Standing) => Promise<{ done: T; after: object }>,
  seen?: number,
): Promise<T> {
  const { kit, life, row } = at;
  const done = await kit.db.transact(async (tx) => {
    const held = await hold(tx, life, row);
    refuseMeanwhile(life.kind, held, seen);
    const standing = await keepFirst(tx, kit, life, row, held);
    const result = await work(tx, standing);
    await noteStep(tx, at, row.id, action, { after: result.after });
    return result.done;
  });
  await kit.versions.check(true);
  return done;
}

/** The draft, when it stands where this step may begin. */
export function openIn(standing: Standing, ...states: readonly VersionState[]): VersionRow {
  const { open } = standing;
  if (!open) throw new Conflict('no_draft');
  if (!states.includes(open.state)) throw new Conflict('draft_elsewhere', { state: open.state });
  return open;
}

type Submitting = { note?: string | undefined; version?: number | undefined };

export function submitDraft<Row extends Thing, Content extends object>(
  at: Stepping<Row, Content>,
  given: Submitting,
) {
  const submit = async (tx: Tx, standing: Standing) => {
    const open = openIn(standing, 'draft', 'sent-back');
    const set = { state: 'in-review', note: given.note ?? null };
    await changeVersion(tx, open, { ...set, reviewedById: null, reviewedByName: null });
    return { done: undefined, after: { version: open.version, ...set } };
  };
  return step(at, 'submitted', submit, given.version);
}

export function sendBack<Row extends Thing, Content extends object>(
  at: Stepping<Row, Content>,
  note: string,
  version?: number,
) {
  requirePublisher(at.kit, at.actor);
  return step(at, 'sent-back', async (tx, standing) => {
    const open = openIn(standing, 'in-review', 'scheduled');
    if (open.version !== version) refuseMeanwhile(at.life.kind, standing, version);
    const set = { state: 'sent-back', note, publishAt: null };
    await changeVersion(tx, open, { ...set, ...reviewedBy(at.kit, at.actor) });
    return { done: undefined, after: { version: open.version, ...set } };
  });
}

export const reviewedBy = (kit: Pick<Kit, 'clock'>, actor: Actor) => ({
  reviewedById: actor.id,
  reviewedByName: actor.name,
  reviewedAt: kit.clock.business(),
});

export function unscheduleDraft<Row extends Thing, Content extends object>(
  at: Stepping<Row, Content>,
) {
  return step(at, 'unscheduled', async (tx, standing) => {
    const open = openIn(standing, 'scheduled');
    await changeVersion(tx, open, { state: 'draft', publishAt: null });
    return { done: undefined, after: { version: open.version } };
  });
}

/** What was being written stays in the history, where it can be found again. */
export function discardDraft<Row extends Thing, Content extends object>(
  at: Stepping<Row, Content>,
  seen?: number,
) {
  const discard = async (tx: Tx, standing: Standing) => {
    if (!standing.open) throw new Conflict('no_draft');
    if (!standing.live) throw new Conflict('nothing_live');
    await changeVersion(tx, standing.open, { state: 'retired', publishAt: null });
    return { done: undefined, after: { version: standing.open.version } };
  };
  return step(at, 'draft-discarded', discard, seen);
}

/** Stops answering. What it said becomes the draft, unless one is there already. */
export function stopAnswering<Row extends Thing, Content extends object>(
  at: Stepping<Row, Content>,
  seen?: number,
) {
  const { kit, life, actor, row } = at;
  const stop = async (tx: Tx, standing: Standing) => {
    const { live } = standing;
    if (!live) throw new Conflict('nothing_live');
    await changeVersion(tx, live, { state: 'retired' });
    const content = contentIn<Content>(live);
    const draft =
      standing.open ??
      (await saveDraft(tx, kit, life, { id: row.id, standing }, { content, by: actor }));
    await life.rest(tx, row, contentIn<Content>(draft), authorOf(draft));
    await kit.versions.bump(tx, life.topic);
    return { done: undefined, after: { version: live.version } };
  };
  return step(at, 'stopped', stop, seen);
}

/** A version of before answers again, under a new number; a draft beside it stays. It was tried when it went live. */
export async function rollBack<Row extends Thing, Content extends object>(
  at: Stepping<Row, Content>,
  { version, seen }: { version: number; seen?: number | undefined },
): Promise<number> {
  const { kit, life, actor, row } = at;
  requirePublisher(kit, actor);
  const wanted = await findVersion(kit.db, life.kind, row.id, version);
  if (wanted.publishedAt === null) throw new Conflict('version_never_live');
  const content = contentIn<Content>(wanted);
  const again = async (tx: Tx, standing: Standing) => {
    const [added] = await addVersions(tx, kit, life, [
      {
        ...{ targetId: row.id, version: standing.version + 1, content, by: actor },
        // Between two lines of this transaction only: `goLive` makes it live.
        state: 'retired',
        savedAt: kit.clock.business(),
        note: `:restored:${version}`,
      },
    ]);
    if (!added) throw new Error('a version that was added is there');
    await goLive(tx, kit, life, row, added);
    const before = standing.live ? contentIn(standing.live) : life.first(row)?.content;
    return { done: added.version, after: { from: version, before, content } };
  };
  return step(at, 'rolled-back', again, seen);
}
