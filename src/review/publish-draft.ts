import { recordChange, type Actor } from '../kernel/access';
import { AppError, Conflict, InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { goLive, requirePublisher } from './go-live';
import type { Life, PlanningKit, Thing } from './life';
import { openIn, reviewedBy, step, type Stepping } from './steps';
import {
  changeVersion,
  contentIn,
  hold,
  refuseMeanwhile,
  standingOf,
  type VersionRow,
} from './version.queries';

/** A year: what is planned further ahead is forgotten by whoever planned it. */
const furthestMs = 366 * 24 * 3_600_000;
const unpublished = ['draft', 'in-review', 'scheduled', 'sent-back'] as const;

const jobOf = ({ named }: { named: string }) => `${named}.publish`;

export type Publishing = {
  /** The number of the draft that was looked at. */
  readonly version: number;
  /** Business time; now when left out. */
  readonly at?: number | undefined;
  /** Although what others are tried with goes red. */
  readonly mayBreak?: boolean | undefined;
};

/** The draft goes live now, or at a time to come. */
export async function publishDraft<Row extends Thing, Content extends object>(
  at: Stepping<Row, Content> & { readonly kit: PlanningKit },
  { version, at: wanted, mayBreak = false }: Publishing,
): Promise<void> {
  const { kit, life, actor, row } = at;
  const now = kit.clock.business();
  const isLater = wanted !== undefined && wanted > now;
  if (isLater && wanted - now > furthestMs) {
    throw new InvalidInput('input_invalid', { errors: [{ path: 'at', code: 'too_far_ahead' }] });
  }
  const seen = await standingOf(kit.db, life.kind, row.id);
  const { open } = seen;
  const first = life.first(row);
  // A draft from before versions were kept has number 0 until this step keeps it.
  const unkept = seen.version === 0 && version === 0 && !first?.isLive ? first : undefined;
  if (!open && !unkept) throw new Conflict('no_draft');
  if (open && open.version !== version) refuseMeanwhile(life.kind, seen, version);
  requirePublisher(kit, actor, open?.savedById ?? null);
  const content = open ? contentIn<Content>(open) : unkept?.content;
  if (!content) throw new Conflict('no_draft');
  life.refuse(content);
  await life.tryOut?.(row, content, { at: isLater ? wanted : now, mayBreak });
  await step(at, isLater ? 'scheduled' : 'published', async (tx, standing) => {
    const draft = openIn(standing, ...unpublished);
    if (!unkept && draft.version !== version) refuseMeanwhile(life.kind, standing, version);
    const before = standing.live ? contentIn(standing.live) : undefined;
    if (!isLater) {
      await changeVersion(tx, draft, reviewedBy(kit, actor));
      await goLive(tx, kit, life, row, draft);
      return { done: undefined, after: { version: draft.version, before, content } };
    }
    const set = { state: 'scheduled', publishAt: wanted };
    await changeVersion(tx, draft, { ...set, ...reviewedBy(kit, actor) });
    await enqueue(tx, [
      {
        id: kit.newId(),
        kind: jobOf(life),
        payload: { id: row.id, version: draft.version },
        dedupeKey: `${row.id}:${draft.version}:${wanted}`,
        dueAt: wanted,
        createdAt: kit.clock.system(),
      },
    ]);
    const planned = { version: draft.version, publishAt: new Date(wanted).toISOString() };
    return { done: undefined, after: { ...planned, before, content } };
  });
  if (isLater) kit.work.ring(wanted - now);
}

/** What was scheduled goes live when its time has come, in whichever process has the job. */
export function registerPublishing<Row extends Thing, Content extends object>(
  kit: PlanningKit,
  life: Life<Row, Content>,
): void {
  kit.work.on(jobOf(life), async ({ payload }) => {
    // Plans made before version 36 of the schema name a rule.
    const { id, ruleId, version } = payload as { id?: string; ruleId?: string; version: number };
    await publishScheduled(kit, life, id ?? ruleId ?? '', version);
  });
}

async function publishScheduled<Row extends Thing, Content extends object>(
  kit: PlanningKit,
  life: Life<Row, Content>,
  id: string,
  version: number,
): Promise<void> {
  const row = await life.find(id);
  const { open } = await standingOf(kit.db, life.kind, id);
  if (!row || !isDue(kit, open, version)) return;
  const at = { kit, life, actor: plannedBy(open), row };
  const content = contentIn<Content>(open);
  try {
    await life.tryOut?.(row, content, { at: kit.clock.business(), mayBreak: true });
    await step(at, 'published', async (tx, standing) => {
      // Cancelled, changed or done by another process since: nothing is left to do.
      if (!isDue(kit, standing.open, version)) throw new Conflict('draft_elsewhere');
      await goLive(tx, kit, life, row, standing.open);
      return { done: undefined, after: { version, ...content } };
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    kit.log.warn('replies.not-published', { [life.kind]: id, code: error.code });
    await giveBack(at, version, error.code);
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

/** What answers has changed since it was planned: its author finds it sent back, with the reason. */
async function giveBack<Row extends Thing, Content extends object>(
  { kit, life, actor, row }: Stepping<Row, Content>,
  version: number,
  code: string,
): Promise<void> {
  await kit.db.transact(async (tx) => {
    const { open } = await hold(tx, life, row);
    if (!isDue(kit, open, version)) return;
    await changeVersion(tx, open, { state: 'sent-back', note: `:${code}`, publishAt: null });
    await recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action: `${life.named}.sent-back` },
      ...{
        targetKind: life.named,
        targetId: life.noted?.(row) ?? row.id,
        after: { version, code },
      },
    });
  });
}
