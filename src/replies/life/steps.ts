import { recordChange, type Actor } from '../../kernel/access';
import type { Tx } from '../../kernel/database';
import { Conflict } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import { columnsOf, contentOf, type RuleRow } from './content';
import { changeRule, goLive, requirePublisher } from './go-live';
import type { VersionState } from './version-states';
import {
  addVersion,
  changeVersion,
  contentIn,
  findVersion,
  holdRule,
  keepFirst,
  refuseMeanwhile,
  saveDraft,
  type Standing,
  type VersionRow,
} from './version.queries';

export type LifeKit = Pick<
  Kit,
  'db' | 'clock' | 'newId' | 'versions' | 'settings' | 'work' | 'log'
>;

/** One step in a rule's life: under its lock, with its entry in the audit log; `seen` is the version that was read. */
export async function step<T>(
  kit: LifeKit,
  actor: Actor,
  rule: RuleRow,
  action: string,
  work: (tx: Tx, standing: Standing) => Promise<{ done: T; after: object }>,
  seen?: number,
): Promise<T> {
  const done = await kit.db.transact(async (tx) => {
    const held = await holdRule(tx, kit, rule);
    refuseMeanwhile(held, seen);
    const standing = await keepFirst(tx, kit, rule, held);
    const result = await work(tx, standing);
    await recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action: `reply-rule.${action}`,
      targetKind: 'reply-rule',
      targetId: rule.id,
      after: result.after,
    });
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

export function submitDraft(kit: LifeKit, actor: Actor, rule: RuleRow, given: Submitting) {
  const submit = async (tx: Tx, standing: Standing) => {
    const open = openIn(standing, 'draft', 'sent-back');
    const set = { state: 'in-review', note: given.note ?? null };
    await changeVersion(tx, open, { ...set, reviewedById: null, reviewedByName: null });
    return { done: undefined, after: { version: open.version, ...set } };
  };
  return step(kit, actor, rule, 'submitted', submit, given.version);
}

export function sendBack(kit: LifeKit, actor: Actor, rule: RuleRow, note: string) {
  requirePublisher(kit, actor);
  return step(kit, actor, rule, 'sent-back', async (tx, standing) => {
    const open = openIn(standing, 'in-review', 'scheduled');
    const set = { state: 'sent-back', note, publishAt: null };
    await changeVersion(tx, open, { ...set, ...reviewedBy(kit, actor) });
    return { done: undefined, after: { version: open.version, ...set } };
  });
}

export const reviewedBy = (kit: Pick<Kit, 'clock'>, actor: Actor) => ({
  reviewedById: actor.id,
  reviewedByName: actor.name,
  reviewedAt: kit.clock.business(),
});

export function unscheduleDraft(kit: LifeKit, actor: Actor, rule: RuleRow) {
  return step(kit, actor, rule, 'unscheduled', async (tx, standing) => {
    const open = openIn(standing, 'scheduled');
    await changeVersion(tx, open, { state: 'draft', publishAt: null });
    return { done: undefined, after: { version: open.version } };
  });
}

/** What was being written stays in the history, where it can be found again. */
export function discardDraft(kit: LifeKit, actor: Actor, rule: RuleRow, seen?: number) {
  const discard = async (tx: Tx, standing: Standing) => {
    if (!standing.open) throw new Conflict('no_draft');
    if (!standing.live) throw new Conflict('nothing_live');
    await changeVersion(tx, standing.open, { state: 'retired', publishAt: null });
    return { done: undefined, after: { version: standing.open.version } };
  };
  return step(kit, actor, rule, 'draft-discarded', discard, seen);
}

/** Stops answering. What it said becomes the draft, unless one is there already. */
export function retireRule(kit: LifeKit, actor: Actor, rule: RuleRow, seen?: number) {
  const stop = async (tx: Tx, standing: Standing) => {
    const { live } = standing;
    if (!live) throw new Conflict('nothing_live');
    await changeVersion(tx, live, { state: 'retired' });
    const content = contentIn(live);
    const draft =
      standing.open ?? (await saveDraft(tx, kit, rule, standing, { content, by: actor }));
    const stopped = { status: 'draft', publishedAt: null, updatedAt: kit.clock.business() };
    await changeRule(tx, rule.id, { ...columnsOf(contentIn(draft)), ...stopped });
    await kit.versions.bump(tx, 'replies');
    return { done: undefined, after: { version: live.version } };
  };
  return step(kit, actor, rule, 'stopped', stop, seen);
}

/** A version of before answers again, under a new number; a draft beside it stays. It was tried when it went live. */
export async function rollBack(
  kit: LifeKit,
  actor: Actor,
  rule: RuleRow,
  { version, seen }: { version: number; seen?: number | undefined },
): Promise<number> {
  requirePublisher(kit, actor);
  const wanted = await findVersion(kit.db, rule.id, version);
  if (wanted.publishedAt === null) throw new Conflict('version_never_live');
  const content = contentIn(wanted);
  return step(kit, actor, rule, 'rolled-back', async (tx, standing) => {
    refuseMeanwhile(standing, seen);
    const added = await addVersion(tx, kit, {
      ruleId: rule.id,
      version: standing.version + 1,
      // Between two lines of this transaction only: `goLive` makes it live.
      state: 'retired',
      content,
      savedAt: kit.clock.business(),
      by: actor,
    });
    await changeVersion(tx, added, { note: `:restored:${version}` });
    await goLive(tx, kit, rule, added);
    const before = standing.live ? contentIn(standing.live) : contentOf(rule);
    return { done: added.version, after: { from: version, before, content } };
  });
}
