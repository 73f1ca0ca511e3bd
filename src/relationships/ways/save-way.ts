import type { Attachments } from '../../attachments';
import { Conflict } from '../../kernel/errors';
import { execute, insertOnce, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { enqueueSettling, wayScheduleKind } from './settle-way';
import { turningPoints } from './way-plan';
import type { WayForm, WayPatch } from './way.schema';

/** Without what the editor saw. */
type WrittenWay = Omit<WayPatch, 'version'>;
type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'settings' | 'schedules'>;

/** The row, the times at which to look at it again, and the work of making it on the platform. */
export async function addWay(
  kit: Part,
  tx: Tx,
  form: WayForm,
  attachments?: Attachments,
): Promise<string> {
  const id = kit.newId();
  const now = kit.clock.business();
  const { accountId, kind, isSingle } = form;
  const state = form.state ?? `w_${id.slice(-12).toLowerCase()}`;
  const row = {
    ...{ id, accountId, kind, state, isSingle: isSingle ? 1 : 0 },
    ...columnsOf(form),
    ...{ configId: null, qrUrl: null, linkUrl: null, behind: '[]', trouble: null, removedAt: null },
    ...{ createdAt: now, changedAt: now },
  };
  if (!(await insertOnce(tx, 'contact_way', row, ['accountId', 'state'])))
    throw new Conflict('way_state_taken');
  await followTimes(kit, tx, id, form);
  await attachments?.want(tx, accountId, form.attachments);
  await enqueueSettling(kit, tx, { id, accountId }, String(kit.clock.system()));
  return id;
}

export async function changeWay(
  kit: Part,
  tx: Tx,
  way: { id: string; accountId: string },
  form: WrittenWay,
  attachments: Attachments,
): Promise<void> {
  const columns = { ...columnsOf(form), changedAt: kit.clock.business() };
  const set = Object.keys(columns)
    .map((name) => `${name} = ?`)
    .join(', ');
  await execute(tx, `UPDATE contact_way SET ${set} WHERE id = ?`, [
    ...Object.values(columns),
    way.id,
  ]);
  await followTimes(kit, tx, way.id, form);
  await attachments.want(tx, way.accountId, form.attachments);
  await enqueueSettling(kit, tx, way, String(kit.clock.system()));
}

/** The printed picture is dead from then on; what came by it stays counted. */
export async function removeWay(
  kit: Part,
  tx: Tx,
  way: { id: string; accountId: string },
): Promise<void> {
  await execute(tx, `UPDATE contact_way SET removedAt = ? WHERE id = ? AND removedAt IS NULL`, [
    kit.clock.business(),
    way.id,
  ]);
  await forgetTimes(tx, way.id);
  await enqueueSettling(kit, tx, way, String(kit.clock.system()));
}

const columnsOf = (form: WrittenWay) => ({
  name: form.name,
  plan: JSON.stringify(form.plan),
  capPerDay: form.capPerDay,
  skipsVerification: form.skipsVerification ? 1 : 0,
  tags: JSON.stringify(form.tags),
  remark: form.remark,
  welcome: form.welcome,
  attachments: JSON.stringify(form.welcome === null ? [] : form.attachments),
});

async function forgetTimes(tx: Tx, ownerId: string): Promise<void> {
  await execute(
    tx,
    `UPDATE schedule SET active = 0, nextDueAt = NULL WHERE kind = ? AND ownerId = ?`,
    [wayScheduleKind, ownerId],
  );
}

/** Old timetables are let go rather than deleted: their ticks name them. */
async function followTimes(kit: Part, tx: Tx, ownerId: string, form: WrittenWay): Promise<void> {
  await forgetTimes(tx, ownerId);
  for (const cron of turningPoints(form.plan, form.capPerDay)) {
    await kit.schedules.save(tx, {
      ...{ id: kit.newId(), kind: wayScheduleKind, ownerId, cron, zone: kit.settings.orgZone },
      ...{ missed: 'once', active: true },
    });
  }
}
