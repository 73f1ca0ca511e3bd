import type { AttachmentSpec } from '../attachments';
import { recordChange, requireAccount, type Actor } from '../kernel/access';
import { execute, insertRows, select } from '../kernel/database';
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
    await parts.attachments.want(tx, content.accountId, allOf(body));
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
    await parts.attachments.want(tx, content.accountId, allOf(body));
    const { accountId, name, segmentId, text, links, startsAt, remindAfterHours } = before;
    await recordChange(tx, actor, {
      ...{ ...audit(kit, 'changed', id), after: body },
      before: { accountId, name, segmentId, text, links, startsAt, remindAfterHours },
    });
  });
}

const allOf = ({ links, attachments }: OutreachBody): AttachmentSpec[] => [
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
  const { accountId, name, segmentId, text, startsAt, remindAfterHours } = body;
  const links = JSON.stringify(allOf(body));
  if (segmentId !== null) {
    const sql = `SELECT id FROM segment WHERE id = ?`;
    const found = await kit.db.read.all(sql, [segmentId]);
    if (found.length === 0) throw new InvalidInput('segment_unknown', { path: 'segmentId' });
  }
  return {
    ...{ accountId, name, segmentId, text, links, remindAfterHours },
    startsAt: startsAt === null ? null : Date.parse(startsAt),
  };
}

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
