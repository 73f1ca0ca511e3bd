import { permissions, type Actor } from '../../kernel/access';
import { execute, select, type Scalar, type Tx } from '../../kernel/database';
import { Forbidden, InvalidInput } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import { keepMark } from '../../relationships';
import { refuseUnsaid } from '../answers/render-answer';
import { HEAVIEST_TOGETHER, weightOf } from '../matching';
import { columnsOf, type RuleContent, type RuleRow } from './content';
import { changeVersion, contentIn, type VersionRow } from './version.queries';

type LiveKit = Pick<Kit, 'clock' | 'versions' | 'settings' | 'newId'>;

/** An owner, or a token with full rights. */
const mayAll = (actor: Actor) => permissions.every((one) => actor.permissions.has(one));

/** Whoever may publish; where review is required, not what they wrote themselves. */
export function requirePublisher(
  { settings }: Pick<Kit, 'settings'>,
  actor: Actor,
  author?: string | null,
): void {
  if (!actor.permissions.has('replies.publish')) throw new Forbidden('publish_needs_review');
  const isOwn = author !== undefined && author === actor.id;
  if (isOwn && settings.repliesReview === 'required' && !mayAll(actor)) {
    throw new Forbidden('own_draft_needs_review');
  }
}

/** Patterns are tried one after the other, so what counts is what all published ones take together. */
export async function checkWeight(
  tx: Tx,
  id: string,
  { match, accountId, keywords }: Pick<RuleContent, 'match' | 'accountId' | 'keywords'>,
): Promise<void> {
  if (match !== 'pattern') return;
  const others = await select<{ keywords: string }>(
    tx,
    `SELECT keywords FROM reply_rule WHERE matchKind = 'pattern' AND status = 'published' AND id <> ?
     ${accountId === null ? '' : 'AND (accountId IS NULL OR accountId = ?)'}`,
    accountId === null ? [id] : [id, accountId],
  );
  const weights = [keywords, ...others.map((row) => JSON.parse(row.keywords) as string[])].map(
    weightOf,
  );
  if (weights.reduce((sum, weight) => sum + weight, 0) <= HEAVIEST_TOGETHER) return;
  throw new InvalidInput('input_invalid', {
    errors: [{ path: 'keywords', code: 'pattern_too_heavy' }],
  });
}

export async function changeRule(
  tx: Tx,
  id: string,
  set: Readonly<Record<string, Scalar>>,
): Promise<void> {
  const names = Object.keys(set);
  await execute(
    tx,
    `UPDATE reply_rule SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
    [...Object.values(set), id],
  );
}

/** What makes a version unable to go live whenever it is. */
export function refuseSilent(kit: LiveKit, { answer }: RuleContent): void {
  refuseUnsaid(answer, 'answer', kit.settings.orgZone, kit.clock.business());
}

/** This version answers from the commit on; the one before goes into the history. */
export async function goLive(
  tx: Tx,
  kit: LiveKit,
  rule: RuleRow,
  version: VersionRow,
): Promise<RuleRow> {
  const now = kit.clock.business();
  const content = contentIn(version);
  refuseSilent(kit, content);
  await checkWeight(tx, rule.id, content);
  const columns = {
    ...columnsOf(content),
    status: 'published' as const,
    publishedAt: now,
    updatedAt: now,
  };
  await changeRule(tx, rule.id, columns);
  await execute(
    tx,
    `UPDATE reply_rule_version SET state = 'retired' WHERE ruleId = ? AND state = 'live'`,
    [rule.id],
  );
  if (content.also?.mark) await keepMark(tx, { newId: kit.newId, now }, content.also.mark.name);
  await changeVersion(tx, version, { state: 'live', publishedAt: now, publishAt: null });
  await kit.versions.bump(tx, 'replies');
  return { ...rule, ...columns };
}
