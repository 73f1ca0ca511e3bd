import type { Router } from '@koa/router';
import { z } from 'zod';
import { bodyOf, pageBody, pageOf, queryOf } from '../../driver/input';
import { notFound, Problem } from '../../driver/problem';
import type { World } from '../../world';
import type { WeComMessageRow } from '../messages';
import { showWeComMessage } from '../messages';
import { departmentsOf, listDepartments, listStaff, staffOf, type Staff } from '../staff';
import { customersOf } from '../transfers';
import { SEAT } from '../open-pages';
import { perform, phoneIs } from './act';
import { corpOrThrow, settleOf, staffOrThrow } from './find';
import { staffActs, tellOfStaff } from './staff-acts';

const newStaff = z.object({
  userId: z.string().regex(/^[\w.@-]{1,64}$/),
  name: z.string().min(1).max(60),
  departments: z.array(z.number().int().min(1)).min(1).default([1]),
  position: z.string().max(60).default(''),
});
const staffChange = z.object({
  name: z.string().min(1).max(60).optional(),
  position: z.string().max(60).optional(),
  departments: z.array(z.number().int().min(1)).min(1).optional(),
  /** 1 active, 2 disabled, 4 not activated. */
  status: z.union([z.literal(1), z.literal(2), z.literal(4)]).optional(),
  isRep: z.boolean().optional(),
  verified: z.boolean().optional(),
  room: z.number().int().min(0).optional(),
});
const newDepartment = z.object({
  name: z.string().min(1).max(60),
  parentId: z.number().int().min(1).default(1),
});
const anything = z.looseObject({});

/** Staff, departments, and what staff do by hand. */
export function staffRoutes(router: Router, world: World): void {
  router.get('/wecom/corps/:corpId/staff', (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const items = listStaff(world, corpId).map((staff) => showStaff(world, staff));
    ctx.body = { items, departments: listDepartments(world, corpId), nextCursor: null };
  });

  router.post('/wecom/corps/:corpId/staff', async (ctx) => {
    const corp = corpOrThrow(world, ctx.params.corpId);
    const { userId, name, departments, position } = await bodyOf(ctx, newStaff);
    const known = staffOf(world, corp.corpId, userId);
    if (known) {
      ctx.body = { ...showStaff(world, known), events: [] };
      return;
    }
    const told = await perform(world, undefined, 0, () => {
      world.store
        .sql(
          'INSERT INTO wecom_staff (corpId, userId, name, departments, position) VALUES (?, ?, ?, ?, ?)',
        )
        .run(corp.corpId, userId, name, JSON.stringify(departments), position);
      const fields = { UserID: userId, Name: name, Department: departments.join(','), Status: 1 };
      return { events: tellOfStaff(world, corp, 'create_user', fields) };
    });
    ctx.status = 201;
    ctx.body = { ...showStaff(world, staffOrThrow(world, corp.corpId, userId)), ...told };
  });

  router.patch('/wecom/corps/:corpId/staff/:userId', async (ctx) => {
    const corp = corpOrThrow(world, ctx.params.corpId);
    const staff = staffOrThrow(world, corp.corpId, ctx.params.userId ?? '');
    const change = await bodyOf(ctx, staffChange);
    const told = await perform(world, undefined, 0, () => {
      saveStaff(world, staff, change);
      const { name, status, departments } = change;
      const fields = {
        UserID: staff.userId,
        ...(name === undefined ? {} : { Name: name }),
        ...(departments === undefined ? {} : { Department: departments.join(',') }),
        ...(status === undefined ? {} : { Status: status }),
      };
      const isTold = Object.keys(fields).length > 1;
      return { events: isTold ? tellOfStaff(world, corp, 'update_user', fields) : [] };
    });
    ctx.body = { ...showStaff(world, staffOrThrow(world, corp.corpId, staff.userId)), ...told };
  });

  router.post('/wecom/corps/:corpId/departments', async (ctx) => {
    const corp = corpOrThrow(world, ctx.params.corpId);
    const { name, parentId } = await bodyOf(ctx, newDepartment);
    const all = listDepartments(world, corp.corpId);
    if (!all.some((one) => one.id === parentId)) notFound('department');
    const id = Math.max(...all.map((one) => one.id)) + 1;
    const told = await perform(world, undefined, 0, () => {
      world.store
        .sql('INSERT INTO wecom_department (corpId, id, name, parentId) VALUES (?, ?, ?, ?)')
        .run(corp.corpId, id, name, parentId);
      const fields = { Id: id, Name: name, ParentId: parentId, Order: 0 };
      return { events: tellOfStaff(world, corp, 'create_party', fields) };
    });
    ctx.status = 201;
    ctx.body = { id, name, parentId, ...told };
  });

  router.get('/wecom/corps/:corpId/staff/:userId/phone', (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const { userId } = staffOrThrow(world, corpId, ctx.params.userId ?? '');
    const { limit, cursor } = pageOf(ctx);
    const { where, values } = phoneIs({ corpId, userId });
    const via = queryOf(ctx, 'via') ?? null;
    const rows = world.store
      .sql<WeComMessageRow>(
        `SELECT * FROM wecom_message WHERE ${where} AND (? IS NULL OR via = ?) AND id < ? ORDER BY id DESC LIMIT ?`,
      )
      .all(...values, via, via, cursor ?? Number.MAX_SAFE_INTEGER, limit + 1);
    ctx.body = pageBody(rows, limit, (row) => row.id, showWeComMessage);
  });

  /** Orders that wait for this rep's thumb. */
  router.get('/wecom/corps/:corpId/staff/:userId/orders', (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const { userId } = staffOrThrow(world, corpId, ctx.params.userId ?? '');
    const mass = world.store
      .sql<{ msgId: string; body: string; status: number; createdAt: number }>(
        `SELECT m.msgId AS msgId, m.body AS body, t.status AS status, m.createdAt AS createdAt FROM wecom_mass_task t
         JOIN wecom_mass m ON m.msgId = t.msgId WHERE m.corpId = ? AND t.userId = ? AND m.cancelledAt IS NULL ORDER BY m.seq DESC LIMIT 100`,
      )
      .all(corpId, userId);
    const moments = world.store
      .sql<{ momentId: string; body: string; publishedAt: number | null }>(
        `SELECT m.momentId AS momentId, m.body AS body, t.publishedAt AS publishedAt FROM wecom_moment_task t
         JOIN wecom_moment m ON m.momentId = t.momentId WHERE m.corpId = ? AND t.userId = ? AND m.cancelledAt IS NULL ORDER BY m.seq DESC LIMIT 100`,
      )
      .all(corpId, userId);
    ctx.body = {
      mass: mass.map(({ msgId, body, status }) => ({
        ...{ msgId, confirmed: status !== 0, content: JSON.parse(body) as unknown },
      })),
      moments: moments.map(({ momentId, body, publishedAt }) => ({
        ...{ momentId, confirmed: publishedAt !== null, content: JSON.parse(body) as unknown },
      })),
    };
  });

  /** This browser's WeCom is theirs from now on: the sign-in page sends it back as them. */
  router.post('/wecom/corps/:corpId/staff/:userId/sit', (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const { userId } = staffOrThrow(world, corpId, ctx.params.userId ?? '');
    const how = { path: '/sandbox/wecom', httpOnly: true, sameSite: 'lax' } as const;
    ctx.cookies.set(SEAT, `${corpId}/${userId}`, how);
    ctx.body = { corpId, userId };
  });

  router.post('/wecom/corps/:corpId/staff/:userId/:action', async (ctx) => {
    const corp = corpOrThrow(world, ctx.params.corpId);
    const staff = staffOrThrow(world, corp.corpId, ctx.params.userId ?? '');
    const action = ctx.params.action ?? '';
    const act = Object.hasOwn(staffActs, action) ? staffActs[action] : undefined;
    if (!act) throw new Problem(404, 'not_found', 'there is no such action');
    const body = await bodyOf(ctx, anything);
    const phone = { corpId: corp.corpId, userId: staff.userId };
    ctx.body = await perform(world, phone, settleOf(ctx, world), () =>
      act(world, { corp, staff }, body),
    );
  });
}

function saveStaff(world: World, staff: Staff, change: z.infer<typeof staffChange>): void {
  const flag = (value: boolean | undefined, before: number) =>
    value === undefined ? before : Number(value);
  world.store
    .sql(
      'UPDATE wecom_staff SET name = ?, position = ?, departments = ?, status = ?, isRep = ?, verified = ?, room = ? WHERE seq = ?',
    )
    .run(
      ...[change.name ?? staff.name, change.position ?? staff.position],
      change.departments ? JSON.stringify(change.departments) : staff.departments,
      ...[change.status ?? staff.status, flag(change.isRep, staff.isRep)],
      ...[flag(change.verified, staff.verified), change.room ?? staff.room, staff.seq],
    );
}

const showStaff = (world: World, staff: Staff) => ({
  ...{ userId: staff.userId, name: staff.name, position: staff.position, status: staff.status },
  departments: departmentsOf(staff),
  ...{ isRep: staff.isRep === 1, verified: staff.verified === 1, room: staff.room },
  hasLeft: staff.leftAt !== null,
  customers: customersOf(world, staff.corpId, staff.userId),
});
