import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import type { Attachments } from '../../attachments';
import { recordChange, refuseIfChanged, requireAccount, type Actor } from '../../kernel/access';
import { marksFor, type Tx } from '../../kernel/database';
import { InvalidInput, NotFound } from '../../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { presentWays } from './present-ways';
import { planOf, wayById, type StoredWay } from './read-way';
import { addWay, changeWay, removeWay } from './save-way';
import { everybody, wayKinds, type WayPlan } from './way-plan';
import { isOneRep, WayForm, WayPatch, WayStatistics, WayView } from './way.schema';
import { wayStatistics } from './way-statistics';

const path = '/api/v1/contact-ways';
const one = `${path}/{id}`;
const params = z.object({ id: z.string().max(26) });
const Staff = z.object({
  items: z.array(
    z.object({
      userId: z.string(),
      name: z.string(),
      position: z.string().nullable(),
      status: z.string(),
    }),
  ),
});

/** Codes that add a rep: who is behind them when, what they say and do, and what they brought. */
export function wayOperations(kit: Kit, book: AccountBook, attachments: Attachments): Operation[] {
  const find = async (actor: Actor, id: string): Promise<StoredWay> => {
    const way = await wayById(kit.db.read, id);
    if (!way || way.removedAt !== null) throw new NotFound();
    requireAccount(actor, way.accountId);
    return way;
  };
  const shown = async (id: string) => {
    const way = await wayById(kit.db.read, id);
    const [view] = way ? await presentWays(kit, [way]) : [];
    if (!view) throw new NotFound();
    return view;
  };
  const audit = (tx: Tx, actor: Actor, action: string, id: string, values: object) =>
    recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action },
      ...{ targetKind: 'contact-way', targetId: id, ...values },
    });

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/accounts/{id}/staff',
        permission: 'people.read',
        summary: 'Reps and other staff of a corp, as the directory was read last',
        params,
        response: Staff,
      },
      async ({ actor, params: { id } }) => {
        requireAccount(actor, id);
        book.weComOrThrow(id);
        const items = await kit.db.read.all<z.infer<typeof Staff>['items'][number]>(
          `SELECT userId, name, position, status FROM staff WHERE accountId = ? ORDER BY id`,
          [id],
        );
        return { items };
      },
    ),
    operation(
      {
        method: 'GET',
        path,
        permission: 'people.read',
        summary: 'Codes and links that add a rep, newest first',
        query: pageQuery.extend({
          accountId: z.string().max(26).optional(),
          kind: z.enum(wayKinds).optional(),
        }),
        response: pageOf(WayView),
      },
      async ({ actor, query }) => {
        const { accountId, kind, limit, cursor } = query;
        if (accountId !== undefined) requireAccount(actor, accountId);
        const ids = accountId === undefined ? actor.accountIds : [accountId];
        if (ids !== 'all' && ids.length === 0) return { items: [], nextCursor: null };
        const [before = '~'] = cursor ? decodeCursor(cursor, ['string']) : [];
        const rows = await kit.db.read.all<StoredWay>(
          `SELECT * FROM contact_way WHERE removedAt IS NULL AND id < ?
           ${ids === 'all' ? '' : `AND accountId IN (${marksFor(ids)})`}
           ${kind === undefined ? '' : 'AND kind = ?'}
           ORDER BY id DESC LIMIT ${limit + 1}`,
          [before, ...(ids === 'all' ? [] : ids), ...(kind === undefined ? [] : [kind])],
        );
        const page = pageFrom(
          rows,
          limit,
          (row) => [row.id],
          (row) => row,
        );
        return { ...page, items: await presentWays(kit, page.items) };
      },
    ),
    operation(
      {
        method: 'POST',
        path,
        permission: 'people.edit',
        summary: 'Make a code or a link; WeCom is asked for it at once',
        body: WayForm,
        response: WayView,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAccount(actor, body.accountId);
        book.weComOrThrow(body.accountId);
        await refuseStrangers(kit, body.accountId, body.plan, []);
        await attachments.check(actor, body.attachments, 'attachments');
        const id = await kit.db.transact(async (tx) => {
          const made = await addWay(kit, tx, body, attachments);
          await audit(tx, actor, 'contact-way.created', made, { after: body });
          return made;
        });
        kit.work.ring();
        return shown(id);
      },
    ),
    operation(
      {
        method: 'GET',
        path: one,
        permission: 'people.read',
        summary: 'One code',
        params,
        response: WayView,
      },
      async ({ actor, params: { id } }) => {
        await find(actor, id);
        return shown(id);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: one,
        permission: 'people.edit',
        summary: 'Change who is behind a code and what it does; the picture stays',
        params,
        body: WayPatch,
        response: WayView,
      },
      async ({ actor, params: { id }, body: { version: seen, ...body } }) => {
        const way = await find(actor, id);
        if (way.isSingle === 1 && !isOneRep(body.plan)) throw refusal('one_rep_only');
        await refuseStrangers(kit, way.accountId, body.plan, everybody(planOf(way)));
        await attachments.check(actor, body.attachments, 'attachments');
        const [before] = await presentWays(kit, [way]);
        await kit.db.transact(async (tx) => {
          const place = { table: 'contact_way', targetKind: 'contact-way', id };
          await refuseIfChanged(tx, place, seen);
          await changeWay(kit, tx, way, body, attachments);
          await audit(tx, actor, 'contact-way.changed', id, { before, after: body });
        });
        kit.work.ring();
        return shown(id);
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${one}/remove`,
        permission: 'people.edit',
        summary: 'Take a code away for good: printed pictures of it stop working',
        params,
        response: z.object({ removed: z.literal(true) }),
      },
      async ({ actor, params: { id } }) => {
        const way = await find(actor, id);
        await kit.db.transact(async (tx) => {
          await removeWay(kit, tx, way);
          await audit(tx, actor, 'contact-way.removed', id, { before: { name: way.name } });
        });
        kit.work.ring();
        return { removed: true as const };
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${one}/statistics`,
        permission: 'people.read',
        summary: 'What a code brought, what was lost again, and who are friends still',
        params,
        query: z.object({ days: z.coerce.number().int().min(1).max(90).default(30) }),
        response: WayStatistics,
      },
      async ({ actor, params: { id }, query }) => {
        const way = await find(actor, id);
        const { days } = query;
        const place = { now: kit.clock.business(), zone: kit.settings.orgZone, days };
        return wayStatistics(kit.db, way, place);
      },
    ),
  ];
}

const refusal = (code: string, names?: string) =>
  new InvalidInput('input_invalid', {
    errors: [{ path: 'plan.userIds', code, ...(names !== undefined && { params: { names } }) }],
  });

/** Once the directory has been read, a plan names only people in it; who left may stay, and stands behind nothing. */
async function refuseStrangers(
  kit: Pick<Kit, 'db'>,
  accountId: string,
  plan: WayPlan,
  before: readonly string[],
): Promise<void> {
  const staff = await kit.db.read.all<{ userId: string; name: string; status: string }>(
    `SELECT userId, name, status FROM staff WHERE accountId = ?`,
    [accountId],
  );
  const here = staff.filter(({ status }) => status !== 'quit');
  if (here.length === 0) return;
  const known = new Set([...here.map(({ userId }) => userId), ...before]);
  const strange = everybody(plan).filter((userId) => !known.has(userId));
  if (strange.length === 0) return;
  const names = strange.map((id) => staff.find(({ userId }) => userId === id)?.name ?? id);
  const isGone = strange.every((id) => staff.some(({ userId }) => userId === id));
  throw refusal(isGone ? 'staff_left' : 'staff_unknown', names.join(', '));
}
