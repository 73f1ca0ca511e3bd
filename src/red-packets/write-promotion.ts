import { recordChange, requireAccount, type Actor } from '../kernel/access';
import { execute, insertRows, select, type Scalar, type Tx } from '../kernel/database';
import { Conflict, InvalidInput, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { checkTimetable } from '../kernel/schedule';
import { text, type Locale } from '../kernel/text';
import { chainStart } from './ledger-line';
import { boundsOf, type PromotionForm } from './promotion.schema';

type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;

/** Money on a timetable does not fire more often than this. */
const shortestMs = 5 * 60_000;

export async function createPromotion(
  kit: Part,
  actor: Actor,
  form: PromotionForm,
  locale: Locale,
): Promise<string> {
  const columns = await columnsOf(kit, actor, form, locale);
  const id = kit.newId();
  await kit.db.transact(async (tx) => {
    const row = {
      id,
      ...columns,
      status: 'draft',
      pauseReason: null,
      reservedFen: 0,
      inFlightFen: 0,
      paidFen: 0,
      refundedFen: 0,
      ledgerSeq: 0,
      ledgerHash: chainStart(id),
      version: 1,
      createdAt: kit.clock.system(),
      startedAt: null,
    };
    await insertRows(tx, 'promotion', [row]);
    await record(tx, kit, actor, 'promotion.created', id, undefined, form);
  });
  return id;
}

/** Only a draft may change: a started promotion keeps its terms. */
export async function changePromotion(
  kit: Part,
  actor: Actor,
  id: string,
  form: PromotionForm,
  locale: Locale,
): Promise<void> {
  const columns = await columnsOf(kit, actor, form, locale);
  await kit.db.transact(async (tx) => {
    const [before] = await select<{ status: string; accountId: string; budgetFen: number }>(
      tx,
      `SELECT * FROM promotion WHERE id = ?`,
      [id],
    );
    if (!before) throw new NotFound();
    requireAccount(actor, before.accountId);
    const names = Object.keys(columns);
    const changed = await execute(
      tx,
      `UPDATE promotion SET ${names.map((name) => `${name} = ?`).join(', ')}, version = version + 1
       WHERE id = ? AND status = 'draft'`,
      [...Object.values(columns), id],
    );
    if (changed !== 1) throw new Conflict('promotion_not_draft');
    await record(tx, kit, actor, 'promotion.changed', id, before, form);
  });
}

async function columnsOf(
  kit: Part,
  actor: Actor,
  form: PromotionForm,
  locale: Locale,
): Promise<Record<string, Scalar>> {
  const account = await findAccount(kit, actor, 'official-account', form.appId);
  const merchant = await findAccount(kit, actor, 'merchant', form.mchId);
  if (account.world !== merchant.world) throw new Conflict('promotion_worlds');
  const { segmentId } = form;
  if (segmentId) {
    const [segment] = await kit.db.read.all(`SELECT id FROM segment WHERE id = ?`, [segmentId]);
    if (!segment) throw new NotFound('segment_not_found');
  }
  const { schedule } = form;
  if (schedule) checkTimetable(schedule, kit.clock.business(), shortestMs);
  const endsAt = form.endsAt ? Date.parse(form.endsAt) : null;
  if (endsAt !== null && endsAt <= kit.clock.business()) {
    throw new InvalidInput('input_invalid', { errors: [{ path: 'endsAt', code: 'in_the_past' }] });
  }
  const isAcknowledged = form.acknowledgement === true;
  return {
    name: form.name,
    segmentId: segmentId ?? '',
    oncePer: form.oncePer ?? null,
    endsAt,
    accountId: account.id,
    merchantAccountId: merchant.id,
    ...boundsOf(form.amount),
    isRandom: 'fixedFen' in form.amount ? 0 : 1,
    budgetFen: form.budgetFen,
    perPersonFen: form.perPersonFen ?? null,
    perDayFen: form.perDayFen ?? null,
    cron: schedule?.cron ?? null,
    zone: schedule?.zone ?? null,
    missed: schedule ? (schedule.missed ?? 'once') : null,
    senderName: form.senderName ?? cutToBytes(account.name, 32),
    wish: form.wish ?? text(locale, 'promotion.default_wish'),
    activityName: form.activityName ?? cutToBytes(form.name, 32),
    remark: form.remark ?? cutToBytes(form.name, 255),
    sceneId: form.sceneId ?? null,
    acknowledgedAt: isAcknowledged ? kit.clock.system() : null,
    acknowledgedBy: isAcknowledged ? actor.id : null,
  };
}

type Found = { id: string; name: string; world: string };

/** An account that is absent and one that the actor may not see are answered alike. */
async function findAccount(
  kit: Part,
  actor: Actor,
  kind: 'official-account' | 'merchant',
  platformId: string,
): Promise<Found> {
  const [found] = await kit.db.read.all<Found>(
    `SELECT id, name, world FROM account WHERE kind = ? AND platformId = ?`,
    [kind, platformId],
  );
  const isVisible = found && (actor.accountIds === 'all' || actor.accountIds.includes(found.id));
  if (!isVisible) {
    throw new NotFound(kind === 'merchant' ? 'merchant_not_found' : 'account_not_found');
  }
  return found;
}

/** Whole characters only, and no blank at the end. */
export function cutToBytes(words: string, most: number): string {
  let cut = '';
  for (const character of words) {
    if (Buffer.byteLength(cut + character) > most) break;
    cut += character;
  }
  return cut.trim();
}

export async function record(
  tx: Tx,
  kit: Pick<Kit, 'newId' | 'clock'>,
  actor: Actor,
  action: string,
  targetId: string,
  before?: unknown,
  after?: unknown,
): Promise<void> {
  await recordChange(tx, actor, {
    id: kit.newId(),
    at: kit.clock.system(),
    action,
    targetKind: 'promotion',
    targetId,
    before,
    after,
  });
}
