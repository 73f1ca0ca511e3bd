import type { Router } from '@koa/router';
import { iso, isoOrNull } from '../../clock';
import { pageBody, pageOf, queryOf } from '../../driver/input';
import { notFound } from '../../driver/problem';
import type { World } from '../../world';
import type { Relation } from '../contacts';
import { showWeComMessage, type WeComMessageRow } from '../messages';
import type { WeComAttempt, WeComEventRow } from '../shapes';
import { showDelivered } from './act';

/** The sandbox's own truth about WeCom: what was said, who is whose, what was told to whom. */
export function weComBookRoutes(router: Router, world: World): void {
  router.get('/wecom/books/messages', (ctx) => {
    const { limit, cursor } = pageOf(ctx, 1_000);
    const filter = filterOf(
      ['corpId', 'userId', 'externalUserId', 'roomId', 'via', 'ref'],
      (name) => queryOf(ctx, name),
    );
    const rows = world.store
      .sql<WeComMessageRow>(
        `SELECT * FROM wecom_message WHERE ${filter.where} AND id > ? ORDER BY id LIMIT ?`,
      )
      .all(...filter.values, cursor ?? 0, limit + 1);
    ctx.body = pageBody(rows, limit, (row) => row.id, showWeComMessage);
  });

  router.get('/wecom/books/relations', (ctx) => {
    const { limit, cursor } = pageOf(ctx, 1_000);
    const filter = filterOf(['corpId', 'userId', 'externalUserId', 'status'], (name) =>
      queryOf(ctx, name),
    );
    const rows = world.store
      .sql<Relation>(
        `SELECT * FROM wecom_relation WHERE ${filter.where} AND seq > ? ORDER BY seq LIMIT ?`,
      )
      .all(...filter.values, cursor ?? 0, limit + 1);
    ctx.body = pageBody(rows, limit, (row) => row.seq, showRelation);
  });

  router.get('/wecom/events', (ctx) => {
    const { limit, cursor } = pageOf(ctx, 1_000);
    const filter = filterOf(['corpId', 'agentId', 'externalUserId', 'userId', 'kind'], (name) =>
      queryOf(ctx, name),
    );
    const rows = world.store
      .sql<WeComEventRow>(
        `SELECT * FROM wecom_event WHERE ${filter.where} AND id < ? ORDER BY id DESC LIMIT ?`,
      )
      .all(...filter.values, cursor ?? Number.MAX_SAFE_INTEGER, limit + 1);
    ctx.body = pageBody(rows, limit, (row) => row.id, showEvent);
  });

  router.get('/wecom/events/:id', (ctx) => {
    const event = world.store
      .sql<WeComEventRow>('SELECT * FROM wecom_event WHERE id = ?')
      .get(Number(ctx.params.id));
    if (!event) return notFound('event');
    const attempts = world.store
      .sql<WeComAttempt>('SELECT * FROM wecom_attempt WHERE eventId = ? ORDER BY n')
      .all(event.id);
    ctx.body = { ...showEvent(event), ...showDelivered({ event, attempts }), plain: event.plain };
  });

  router.post('/wecom/events/:id/repeat', async (ctx) => {
    const told = await world.wecom.courier.repeat(Number(ctx.params.id));
    ctx.body = { events: [showDelivered(told ?? notFound('event'))] };
  });
}

/** Only names of the list, so that a name may stand in the statement. */
function filterOf(
  names: readonly string[],
  valueOf: (name: string) => string | undefined,
): { where: string; values: string[] } {
  const wanted = names.flatMap((name) => {
    const value = valueOf(name);
    return value === undefined ? [] : [{ name, value }];
  });
  const where = ['1 = 1', ...wanted.map(({ name }) => `${name} = ?`)].join(' AND ');
  return { where, values: wanted.map(({ value }) => value) };
}

const showEvent = (event: WeComEventRow) => ({
  ...{ id: String(event.id), corpId: event.corpId, agentId: event.agentId, kind: event.kind },
  ...{ userId: event.userId, externalUserId: event.externalUserId, at: iso(event.createdAt) },
  verdict: event.verdict ?? 'waiting',
});

const showRelation = (relation: Relation) => ({
  ...{ corpId: relation.corpId, userId: relation.userId, status: relation.status },
  ...{ externalUserId: relation.externalUserId, remark: relation.remark, state: relation.state },
  ...{
    addWay: relation.addWay,
    addedAt: iso(relation.addedAt),
    endedAt: isoOrNull(relation.endedAt),
  },
});
