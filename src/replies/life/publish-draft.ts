import { recordChange, type Actor } from '../../kernel/access';
import { AppError, Conflict, InvalidInput } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import { enqueue } from '../../kernel/work';
import { findRule } from '../save-rule';
import { contentOf, type RuleRow } from './content';
import { goLive, refuseSilent, requirePublisher } from './go-live';
import { openIn, reviewedBy, step, type LifeKit } from './steps';
import { refuseRed, tryExamples, type LifeParts } from './try-draft';
import {
  changeVersion,
  contentIn,
  holdRule,
  NOTHING_KEPT,
  refuseMeanwhile,
  standingsOf,
  type VersionRow,
} from './version.queries';

const publishJob = 'reply-rule.publish';
/** A year: what is planned further ahead is forgotten by whoever planned it. */
const furthestMs = 366 * 24 * 3_600_000;
const unpublished = ['draft', 'in-review', 'scheduled', 'sent-back'] as const;

export type Publishing = {
  /** The number of the draft that was looked at. */
  readonly version: number;
  /** Business time; now when left out. */
  readonly at?: number | undefined;
  /** Although examples of other rules go red. */
  readonly mayBreak?: boolean | undefined;
};

/** The draft goes live now, or at a time to come. */
export async function publishDraft(
  kit: LifeKit,
  parts: LifeParts,
  actor: Actor,
  { rule, version, at, mayBreak }: Publishing & { readonly rule: RuleRow },
): Promise<void> {
  const now = kit.clock.business();
  const isLater = at !== undefined && at > now;
  if (isLater && at - now > furthestMs) {
    throw new InvalidInput('input_invalid', { errors: [{ path: 'at', code: 'too_far_ahead' }] });
  }
  const seen = (await standingsOf(kit.db, [rule.id])).get(rule.id) ?? NOTHING_KEPT;
  const { open } = seen;
  // A draft from before versions were kept has number 0 until this step keeps it.
  const isUnkept = seen.version === 0 && version === 0 && rule.status === 'draft';
  if (!open && !isUnkept) throw new Conflict('no_draft');
  if (open && open.version !== version) refuseMeanwhile(seen, version);
  requirePublisher(kit, actor, open?.savedById ?? null);
  const content = open ? contentIn(open) : contentOf(rule);
  refuseSilent(kit, content);
  const tried = await tryExamples(kit, parts, { id: rule.id, content }, isLater ? at : now);
  refuseRed(tried, mayBreak);
  await step(kit, actor, rule, isLater ? 'scheduled' : 'published', async (tx, standing) => {
    const draft = openIn(standing, ...unpublished);
    if (!isUnkept && draft.version !== version) refuseMeanwhile(standing, version);
    const before = standing.live ? contentIn(standing.live) : undefined;
    if (!isLater) {
      await changeVersion(tx, draft, reviewedBy(kit, actor));
      await goLive(tx, kit, rule, draft);
      return { done: undefined, after: { version: draft.version, before, content } };
    }
    const set = { state: 'scheduled', publishAt: at };
    await changeVersion(tx, draft, { ...set, ...reviewedBy(kit, actor) });
    await enqueue(tx, [
      {
        id: kit.newId(),
        kind: publishJob,
        payload: { ruleId: rule.id, version: draft.version },
        dedupeKey: `${rule.id}:${draft.version}:${at}`,
        dueAt: at,
        createdAt: kit.clock.system(),
      },
    ]);
    const planned = { version: draft.version, publishAt: new Date(at).toISOString() };
    return { done: undefined, after: { ...planned, before, content } };
  });
  if (isLater) kit.work.ring(at - now);
}

/** What was scheduled goes live when its time has come, in whichever process has the job. */
export function registerRulePublishing(kit: LifeKit, parts: LifeParts): void {
  kit.work.on(publishJob, async ({ payload }) => {
    const { ruleId, version } = payload as { ruleId: string; version: number };
    await publishScheduled(kit, parts, ruleId, version);
  });
}

async function publishScheduled(
  kit: LifeKit,
  parts: LifeParts,
  ruleId: string,
  version: number,
): Promise<void> {
  const rule = await findRule(kit, ruleId);
  const open = (await standingsOf(kit.db, [ruleId])).get(ruleId)?.open;
  if (!rule || !isDue(kit, open, version)) return;
  const actor = plannedBy(open);
  const draft = { id: ruleId, content: contentIn(open) };
  try {
    refuseRed(await tryExamples(kit, parts, draft, kit.clock.business()), true);
    await step(kit, actor, rule, 'published', async (tx, standing) => {
      // Cancelled, changed or done by another process since: nothing is left to do.
      if (!isDue(kit, standing.open, version)) throw new Conflict('draft_elsewhere');
      await goLive(tx, kit, rule, standing.open);
      return { done: undefined, after: { version, ...draft.content } };
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    kit.log.warn('replies.not-published', { rule: ruleId, code: error.code });
    await giveBack(kit, actor, rule, version, error.code);
  }
}

const isDue = (
  kit: Pick<Kit, 'clock'>,
  open: VersionRow | undefined,
  version: number,
): open is VersionRow =>
  open?.state === 'scheduled' &&
  open.version === version &&
  (open.publishAt ?? Infinity) <= kit.clock.business();

/** In the name of whoever chose the time. */
const plannedBy = (open: VersionRow): Actor => ({
  kind: 'system',
  id: open.reviewedById ?? 'schedule',
  name: open.reviewedByName ?? 'schedule',
  permissions: new Set(),
  accountIds: 'all',
});

/** The book has changed since it was planned: its author finds it sent back, with the reason. */
async function giveBack(
  kit: LifeKit,
  actor: Actor,
  rule: RuleRow,
  version: number,
  code: string,
): Promise<void> {
  await kit.db.transact(async (tx) => {
    const { open } = await holdRule(tx, kit, rule);
    if (!isDue(kit, open, version)) return;
    await changeVersion(tx, open, { state: 'sent-back', note: `:${code}`, publishAt: null });
    await recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action: 'reply-rule.sent-back',
      targetKind: 'reply-rule',
      targetId: rule.id,
      after: { version, code },
    });
  });
}
