import { PassThrough } from 'node:stream';
import type { Actor } from '../kernel/access';
import { Forbidden, NotFound } from '../kernel/errors';
import { decodeCursor, encodeCursor, operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import {
  cancelPromotion,
  pauseByOperator,
  runPromotionNow,
  startPromotion,
} from './direct-promotion';
import { everything, merchantSwitch, resumePaying, showStops, stopPaying } from './kill-switch';
import {
  byId,
  LedgerPage,
  LedgerQuery,
  PromotionForm,
  PromotionPage,
  PromotionQuery,
  PromotionView,
  StopsView,
  SwitchForm,
} from './promotion.schema';
import { listPayouts, presentPayout, stepsOf } from './read-ledger';
import { listPromotions, readPromotion } from './read-promotions';
import { changePromotion, createPromotion, record } from './write-promotion';

const path = '/api/v1/promotions';

export function redPacketOperations(kit: Kit): Operation[] {
  return [...writing(kit), ...directing(kit), ...stopping(kit), ...reading(kit)];
}

async function show(kit: Kit, actor: Actor, id: string, locale: Locale): Promise<PromotionView> {
  const view = await readPromotion(kit.db, actor, id, locale);
  if (!view) throw new NotFound();
  return view;
}

function writing(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'POST',
        path,
        permission: 'promotions.edit',
        summary: 'Plan a promotion: red packets for a segment, or for whoever says a keyword',
        body: PromotionForm,
        response: PromotionView,
        status: 201,
      },
      async ({ actor, body, locale }) => {
        const id = await createPromotion(kit, actor, body, locale);
        return show(kit, actor, id, locale);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: `${path}/{id}`,
        permission: 'promotions.edit',
        summary: 'Change a draft',
        params: byId,
        body: PromotionForm,
        response: PromotionView,
      },
      async ({ actor, params, body, locale }) => {
        await changePromotion(kit, actor, params.id, body, locale);
        return show(kit, actor, params.id, locale);
      },
    ),
  ];
}

type Direct = (kit: Kit, actor: Actor, id: string) => Promise<void>;

function directing(kit: Kit): Operation[] {
  const direct = (verb: string, summary: string, act: Direct, movesMoney: boolean) =>
    operation(
      {
        method: 'POST',
        path: `${path}/{id}/${verb}`,
        permission: 'promotions.pay',
        summary,
        params: byId,
        response: PromotionView,
        movesMoney,
      },
      async ({ actor, params, locale }) => {
        await show(kit, actor, params.id, locale);
        await act(kit, actor, params.id);
        return show(kit, actor, params.id, locale);
      },
    );
  return [
    direct('start', 'Start a draft, or go on with a paused promotion', startPromotion, true),
    direct('run-now', 'One run now, beside the timetable', runPromotionNow, true),
    direct('cancel', 'Cancel: what was never sent becomes free again', cancelPromotion, false),
  ];
}

/** Whoever may plan or pay may also stop. */
function mayStop(actor: Actor): void {
  const { permissions } = actor;
  if (!permissions.has('promotions.edit') && !permissions.has('promotions.pay')) {
    throw new Forbidden('forbidden', { permission: 'promotions.pay' });
  }
}

function stopping(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'POST',
        path: `${path}/{id}/pause`,
        permission: 'promotions.read',
        summary: 'Pause: no new payment within a second',
        params: byId,
        response: PromotionView,
      },
      async ({ actor, params, locale }) => {
        mayStop(actor);
        await show(kit, actor, params.id, locale);
        await pauseByOperator(kit, actor, params.id);
        return show(kit, actor, params.id, locale);
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/stop-all`,
        permission: 'promotions.read',
        summary: 'Whether the kill switch is thrown: for everything, and for which merchants',
        response: StopsView,
      },
      ({ actor }) => showStops(kit.db.read, actor, kit.clock.business()),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/stop-all`,
        body: SwitchForm.optional(),
        permission: 'promotions.read',
        summary: 'Kill switch: no new payment of anything, or of one merchant, within a second',
      },
      async ({ actor, body }) => {
        mayStop(actor);
        const scope = await scopeOf(kit, actor, body?.mchId);
        await kit.db.transact(async (tx) => {
          await stopPaying(tx, kit, { scope, reason: 'operator', decidedBy: actor.name });
          await record(
            tx,
            kit,
            actor,
            'promotions.stopped',
            scope,
            { paying: true },
            { paying: false },
          );
        });
        return undefined;
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/resume-all`,
        body: SwitchForm.optional(),
        permission: 'promotions.pay',
        summary: 'Open the kill switch again',
        movesMoney: true,
      },
      async ({ actor, body }) => {
        const scope = await scopeOf(kit, actor, body?.mchId);
        await kit.db.transact(async (tx) => {
          await resumePaying(tx, kit, actor, [scope]);
          await record(
            tx,
            kit,
            actor,
            'promotions.resumed',
            scope,
            { paying: false },
            { paying: true },
          );
        });
        kit.bell.ring('payout', 'resumed');
        return undefined;
      },
    ),
  ];
}

async function scopeOf(kit: Kit, actor: Actor, mchId: string | undefined): Promise<string> {
  if (mchId === undefined) {
    if (actor.accountIds !== 'all') throw new Forbidden();
    return everything;
  }
  const [found] = await kit.db.read.all<{ id: string }>(
    `SELECT id FROM account WHERE kind = 'merchant' AND platformId = ?`,
    [mchId],
  );
  const isVisible = found && (actor.accountIds === 'all' || actor.accountIds.includes(found.id));
  if (!isVisible) throw new NotFound('merchant_not_found');
  return merchantSwitch(found.id);
}

function reading(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'promotions.read',
        summary: 'Promotions, newest first',
        query: PromotionQuery,
        response: PromotionPage,
      },
      async ({ actor, query, locale }) => {
        const { limit, cursor, status, payBy } = query;
        const beforeId = cursor ? String(decodeCursor(cursor, ['string'])[0]) : undefined;
        const found = await listPromotions(
          kit.db,
          actor,
          { limit, beforeId, status, payBy },
          locale,
        );
        return page(found, limit);
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/{id}`,
        permission: 'promotions.read',
        summary: 'One promotion with its money: budget = paid + reserved + available',
        params: byId,
        response: PromotionView,
      },
      ({ actor, params, locale }) => show(kit, actor, params.id, locale),
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/{id}/ledger`,
        permission: 'promotions.read',
        summary: 'Every payout of a promotion, with its steps',
        params: byId,
        query: LedgerQuery,
        response: LedgerPage,
      },
      async ({ actor, params, query, locale }) => {
        await show(kit, actor, params.id, locale);
        const { limit, cursor, state } = query;
        const afterId = cursor ? String(decodeCursor(cursor, ['string'])[0]) : undefined;
        const rows = await listPayouts(kit.db, params.id, { limit, afterId, state });
        const shown = page(rows, limit);
        const ids = shown.items.map((row) => row.id);
        const steps = await stepsOf(kit.db, ids, locale);
        const items = shown.items.map((row) => presentPayout(row, steps.get(row.id) ?? [], locale));
        return { items, nextCursor: shown.nextCursor };
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/{id}/events`,
        permission: 'promotions.read',
        summary: 'Progress as server-sent events: `progress` with the promotion as its data',
        params: byId,
        raw: true,
        stream: true,
      },
      async ({ actor, params, locale, ctx }) => {
        await show(kit, actor, params.id, locale);
        ctx.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
        const stream = new PassThrough();
        ctx.status = 200;
        ctx.body = stream;
        void tellProgress(kit, stream, () => show(kit, actor, params.id, locale));
      },
    ),
  ];
}

const everyMs = 1_000;
const isOver = (view: PromotionView): boolean =>
  (view.status === 'finished' || view.status === 'cancelled') && view.reservedFen === 0;

/** A slow reader is waited for, so that nothing piles up; whoever goes away ends it. */
async function tellProgress(
  kit: Pick<Kit, 'clock' | 'log'>,
  stream: PassThrough,
  read: () => Promise<PromotionView>,
): Promise<void> {
  let told = '';
  try {
    while (!stream.destroyed) {
      const view = await read();
      const line = JSON.stringify(view);
      if (line !== told && !stream.writableNeedDrain) {
        stream.write(`event: progress\ndata: ${line}\n\n`);
        told = line;
      }
      if (isOver(view)) break;
      await kit.clock.sleep(everyMs);
    }
  } catch (error) {
    kit.log.warn('promotion.events', { error });
  }
  stream.end();
}

function page<Row extends { id: string }>(
  rows: readonly Row[],
  limit: number,
): { items: Row[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null };
}
