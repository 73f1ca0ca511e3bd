import type { Actor } from '../kernel/access';
import type { Tx } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import { goLive } from './go-live';
import type { Life, LifeKit, Thing } from './life';
import { noteStep, type Stepping } from './steps';
import {
  changeVersion,
  contentIn,
  hold,
  keepFirst,
  newestContent,
  NOTHING_KEPT,
  refuseMeanwhile,
  saveDraft,
  standingIn,
  versionIn,
} from './version.queries';

/**
 * What becomes of what is saved: it answers at once, waits for a reviewer, or stays a draft beside what
 * answers; `stop` makes a draft of it that nothing answers beside.
 */
export type Wish = 'live' | 'review' | 'draft' | 'stop';

type Saving<Content> = {
  readonly content: Content;
  readonly wish: Wish;
  /** What the version says of itself, such as the import it came with. */
  readonly note?: string | undefined;
  /** What the audit log calls it when it answers at once; `changed`. */
  readonly action?: string;
};
type At<Row extends Thing, Content extends object> = {
  readonly kit: LifeKit;
  readonly life: Life<Row, Content>;
  readonly actor: Actor;
};

const stateOf = (wish: Wish) => (wish === 'review' ? 'in-review' : 'draft');

/** A new one. */
export async function saveNew<Row extends Thing, Content extends object>(
  tx: Tx,
  at: At<Row, Content>,
  { id, content, wish, note }: Saving<Content> & { readonly id: string },
): Promise<Row> {
  const { kit, life, actor } = at;
  const row = await life.add(tx, id, content, actor);
  const written = { content, by: actor, state: stateOf(wish), note } as const;
  const draft = await saveDraft(tx, kit, life, { id, standing: NOTHING_KEPT }, written);
  const after = wish === 'live' ? await goLive(tx, kit, life, row, draft) : row;
  if (wish !== 'live') await kit.versions.bump(tx, life.topic);
  const status = wish === 'live' ? 'published' : 'draft';
  await noteStep(tx, at, id, 'created', { after: { ...content, status } });
  return after;
}

/** A change; `seen` is the version that the writer had read. */
export async function saveChange<Row extends Thing, Content extends object>(
  tx: Tx,
  at: Stepping<Row, Content>,
  {
    content,
    wish,
    note,
    seen,
    action = 'changed',
  }: Saving<Content> & {
    readonly seen: number | undefined;
  },
): Promise<Row> {
  const { kit, life, actor, row } = at;
  const held = await hold(tx, life, row);
  refuseMeanwhile(life.kind, held, seen);
  const standing = await keepFirst(tx, kit, life, row, held);
  const written = { content, by: actor, state: stateOf(wish), note } as const;
  const draft = await saveDraft(tx, kit, life, { id: row.id, standing }, written);
  const wasLive =
    standing.version === 0 ? life.first(row)?.isLive === true : standing.live !== undefined;
  const tell = (step: string, status: string) =>
    noteStep(tx, at, row.id, step, {
      before: { ...newestContent(life, row, standing), status: wasLive ? 'published' : 'draft' },
      after: { ...content, status },
    });
  if (wish === 'live') {
    const after = await goLive(tx, kit, life, row, draft);
    await tell(action, 'published');
    return after;
  }
  if (wasLive && wish !== 'stop') {
    await tell(wish === 'review' ? 'submitted' : 'draft-changed', 'published');
    return row;
  }
  if (standing.live) await changeVersion(tx, standing.live, retired);
  const after = await life.rest(tx, row, content, actor);
  await kit.versions.bump(tx, life.topic);
  await tell(wish === 'review' ? 'submitted' : 'changed', 'draft');
  return after;
}

const retired = { state: 'retired', publishAt: null } as const;

/** Its versions stay, so that it can be brought back with all it has been. */
export async function deleteThing<Row extends Thing, Content extends object>(
  at: Stepping<Row, Content>,
  seen?: number,
): Promise<void> {
  const { kit, life, row } = at;
  await kit.db.transact(async (tx) => {
    const held = await hold(tx, life, row);
    refuseMeanwhile(life.kind, held, seen);
    const standing = await keepFirst(tx, kit, life, row, held);
    const { live, open } = standing;
    const status = live ? 'published' : 'draft';
    const content = live ? contentIn<Content>(live) : newestContent(life, row, standing);
    await life.remove(tx, row);
    for (const one of [live, open]) if (one) await changeVersion(tx, one, retired);
    await kit.versions.bump(tx, life.topic);
    await noteStep(tx, at, row.id, 'deleted', { before: { ...content, status } });
  });
  await kit.versions.check(true);
}

/** What was deleted is there again, as a draft of its newest version. */
export async function bringBack<Row extends Thing, Content extends object>(
  at: At<Row, Content>,
  id: string,
  mayHave: (content: Content) => void,
): Promise<Row> {
  const { kit, life, actor } = at;
  const isThere = (await life.find(id)) !== undefined;
  const row = await kit.db.transact(async (tx) => {
    const standing = await standingIn(tx, life.kind, id);
    if (isThere || standing.version === 0) throw new NotFound();
    const content = contentIn<Content>(await versionIn(tx, life.kind, id, standing.version));
    mayHave(content);
    const added = await life.add(tx, id, content, actor);
    await saveDraft(tx, kit, life, { id, standing }, { content, by: actor });
    await kit.versions.bump(tx, life.topic);
    await noteStep(tx, at, id, 'brought-back', { after: content });
    return added;
  });
  await kit.versions.check(true);
  return row;
}
