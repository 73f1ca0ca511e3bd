import { permissions, type Actor } from '../kernel/access';
import { execute, type Tx } from '../kernel/database';
import { Forbidden } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { Author, Life, LifeKit, Thing } from './life';
import { changeVersion, contentIn, type VersionRow } from './version.queries';

/** An owner, or a token with full rights. */
const mayAll = (actor: Actor) => permissions.every((one) => actor.permissions.has(one));

/** Whether what this actor writes is read by somebody else before followers do. */
export const needsReview = ({ settings }: Pick<Kit, 'settings'>, actor: Actor): boolean =>
  settings.repliesReview === 'required' && !mayAll(actor);

/** Whoever may publish; where review is required, not what they wrote themselves. */
export function requirePublisher(
  kit: Pick<Kit, 'settings'>,
  actor: Actor,
  author?: string | null,
): void {
  if (!actor.permissions.has('replies.publish')) throw new Forbidden('publish_needs_review');
  const isOwn = author !== undefined && author === actor.id;
  if (isOwn && needsReview(kit, actor)) throw new Forbidden('own_draft_needs_review');
}

/** Of a version from before names were kept, the house itself. */
export const authorOf = ({ savedById, savedByName }: VersionRow): Author => ({
  id: savedById ?? '',
  name: savedByName ?? '',
});

/** This version answers from the commit on; the one before goes into the history. */
export async function goLive<Row extends Thing, Content extends object>(
  tx: Tx,
  kit: LifeKit,
  life: Life<Row, Content>,
  row: Row,
  version: VersionRow,
): Promise<Row> {
  const content = contentIn<Content>(version);
  life.refuse(content);
  const after = await life.answer(tx, row, content, authorOf(version));
  await execute(
    tx,
    `UPDATE answer_version SET state = 'retired' WHERE kind = ? AND targetId = ? AND state = 'live'`,
    [life.kind, row.id],
  );
  const publishedAt = kit.clock.business();
  await changeVersion(tx, version, { state: 'live', publishedAt, publishAt: null });
  await kit.versions.bump(tx, life.topic);
  return after;
}
