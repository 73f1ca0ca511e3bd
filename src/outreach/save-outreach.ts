import type { AnyAttachment } from '../attachments';
import { recordChange, requireAccount, type Actor } from '../kernel/access';
import { execute, insertRows, marksFor, select, type Tx } from '../kernel/database';
import { Conflict, InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { audit, visibleOutreach, type OutreachParts } from './outreach-kit';
import type { OutreachBody } from './outreach.schema';

export async function addOutreach(
  kit: Kit,
  parts: OutreachParts,
  actor: Actor,
  body: OutreachBody,
): Promise<string> {
  const content = await checked(kit, parts, actor, body);
  const id = kit.newId();
  const now = kit.clock.business();
  await kit.db.transact(async (tx) => {
    await insertRows(tx, 'outreach', [
      {
        ...{ id, ...content, rule: null, status: 'draft', outsiders: 0 },
        ...{ createdBy: actor.name.slice(0, 64), createdAt: now, updatedAt: now },
        ...{ frozenAt: null, endedAt: null },
      },
    ]);
    await keepMoment(tx, id, body);
    await parts.attachments.want(tx, content.accountId, allOf(body), body.kind);
    await recordChange(tx, actor, { ...audit(kit, 'created', id), after: body });
  });
  return id;
}

/** Only a draft changes: what reps have been asked to confirm stays as it was. */
export async function changeOutreach(
  kit: Kit,
  parts: OutreachParts,
  actor: Actor,
  id: string,
  body: OutreachBody,
): Promise<void> {
  const before = await visibleOutreach(kit, actor, id);
  if (body.kind !== before.kind) throw new Conflict('outreach_kind_fixed');
  const content = await checked(kit, parts, actor, body);
  await kit.db.transact(async (tx) => {
    const set = { ...content, updatedAt: kit.clock.business() };
    const names = Object.keys(set).map((name) => `${name} = ?`);
    const changed = await execute(
      tx,
      `UPDATE outreach SET ${names.join(', ')} WHERE id = ? AND status = 'draft'`,
      [...Object.values(set), id],
    );
    if (changed === 0) throw new Conflict('outreach_not_draft');
    await keepMoment(tx, id, body);
    await parts.attachments.want(tx, content.accountId, allOf(body), body.kind);
    const { accountId, name, segmentId, text, links, startsAt, remindAfterHours } = before;
    await recordChange(tx, actor, {
      ...{ ...audit(kit, 'changed', id), after: body },
      before: { accountId, name, segmentId, text, links, startsAt, remindAfterHours },
    });
  });
}

async function keepMoment(
  tx: Tx,
  outreachId: string,
  { kind, accountId, userIds, tagIds }: OutreachBody,
): Promise<void> {
  if (kind !== 'moment') return;
  const chosen = {
    accountId,
    userIds: JSON.stringify([...new Set(userIds)]),
    corpTags: JSON.stringify([...new Set(tagIds)]),
  };
  const row = { state: 'queued', reason: null, jobId: null, momentId: null, askedAt: null };
  await insertRows(tx, 'outreach_moment', [{ outreachId, ...chosen, ...row, looks: 0 }], {
    ...{ onConflict: ['outreachId'], update: Object.keys(chosen) },
  });
}

const allOf = ({ links, attachments }: OutreachBody): AnyAttachment[] => [
  ...links.map((card) => ({ kind: 'link' as const, ...card })),
  ...attachments,
];

async function checked(
  kit: Kit,
  { book, attachments }: OutreachParts,
  actor: Actor,
  body: OutreachBody,
) {
  requireAccount(actor, body.accountId);
  book.weComOrThrow(body.accountId);
  await attachments.check(actor, body.attachments, 'attachments');
  await checkNames(kit, body);
  const { kind, accountId, name, segmentId, text, startsAt, remindAfterHours } = body;
  const links = JSON.stringify(allOf(body));
  if (segmentId !== null) {
    const sql = `SELECT id FROM segment WHERE id = ?`;
    const found = await kit.db.read.all(sql, [segmentId]);
    if (found.length === 0) throw new InvalidInput('segment_unknown', { path: 'segmentId' });
  }
  return {
    ...{ kind, accountId, name, segmentId, text, links, remindAfterHours },
    startsAt: startsAt === null ? null : Date.parse(startsAt),
  };
}

/** Reps of the directory and tags of the corp, of today. */
async function checkNames(kit: Kit, { accountId, userIds, tagIds }: OutreachBody): Promise<void> {
  const of = async <T extends object>(sql: string, keys: readonly string[]): Promise<T[]> =>
    keys.length === 0 ? [] : kit.db.read.all<T>(`${sql} (${marksFor(keys)})`, [accountId, ...keys]);
  const staff = await of<{ userId: string; name: string; status: string }>(
    `SELECT userId, name, status FROM staff WHERE accountId = ? AND userId IN`,
    userIds,
  );
  const unknown = userIds.filter((id) => !staff.some(({ userId }) => userId === id));
  if (unknown.length > 0) throw refusal('userIds', 'staff_unknown', unknown);
  const left = staff.filter(({ status }) => status === 'quit').map(({ name }) => name);
  if (left.length > 0) throw refusal('userIds', 'staff_left', left);
  const tags = await of(
    `SELECT id FROM corp_tag WHERE accountId = ? AND isGone = 0 AND id IN`,
    tagIds,
  );
  if (tags.length < new Set(tagIds).size) throw refusal('tagIds', 'tag_unknown');
}

const refusal = (path: string, code: string, names: readonly string[] = []) =>
  new InvalidInput('input_invalid', {
    errors: [{ path, code, ...(names.length > 0 && { params: { names: names.join(', ') } }) }],
  });

/** Messages that have not begun and would go to this segment. */
export async function outreachUsing(
  tx: Parameters<typeof select>[0],
  segmentId: string,
): Promise<number> {
  const [row] = await select<{ n: number }>(
    tx,
    `SELECT COUNT(*) AS n FROM outreach WHERE segmentId = ? AND status IN ('draft', 'scheduled')`,
    [segmentId],
  );
  return Number(row?.n);
}
