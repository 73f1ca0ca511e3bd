import type { Router } from '@koa/router';
import { listMerchants } from '../pay/merchants';
import { showPacket, type Packet } from '../pay/packets';
import { showMessage, type MessageRow } from '../phone/messages';
import { pageBody, pageOf, queryOf } from '../driver/input';
import type { World } from '../world';
import { summary, writeRows } from './summary';

/** The sandbox's own truth, kept apart from every app that is judged by it. */
export function bookRoutes(router: Router, world: World): void {
  router.get('/books/messages', (ctx) => {
    const { limit, cursor } = pageOf(ctx, 1_000);
    const newestFirst = queryOf(ctx, 'order') === 'desc';
    const filters = ['openid', 'appId', 'via', 'direction', 'kind'].flatMap((name) => {
      const value = queryOf(ctx, name);
      return value === undefined ? [] : [{ name, value }];
    });
    const where = filters.map(({ name }) => `${name} = ? AND`).join(' ');
    const rows = world.store
      .sql<MessageRow>(
        `SELECT * FROM message WHERE ${where} id ${newestFirst ? '<' : '>'} ? ORDER BY id ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`,
      )
      .all(
        ...filters.map(({ value }) => value),
        cursor ?? (newestFirst ? Number.MAX_SAFE_INTEGER : 0),
        limit + 1,
      );
    ctx.body = pageBody(
      rows,
      limit,
      (row) => row.id,
      (row) => showMessage(world, row),
    );
  });

  router.get('/books/wallets', (ctx) => {
    const { limit, cursor } = pageOf(ctx, 1_000);
    const openid = queryOf(ctx, 'openid') ?? null;
    const rows = world.store
      .sql<{
        seq: number;
        openid: string;
        appId: string;
        name: string;
        receivedFen: number;
        packets: number;
      }>(
        `SELECT f.seq, f.openid, f.appId, p.name, w.fen AS receivedFen, w.n AS packets
         FROM (SELECT openid, sum(amountFen) AS fen, count(*) AS n FROM purse WHERE kind = 'received' GROUP BY openid) w
         JOIN follower f ON f.openid = w.openid JOIN person p ON p.id = f.personId
         WHERE (? IS NULL OR f.openid = ?) AND f.seq > ? ORDER BY f.seq LIMIT ?`,
      )
      .all(openid, openid, cursor ?? 0, limit + 1);
    const page = pageBody(
      rows,
      limit,
      (row) => row.seq,
      ({ openid: who, appId, name, receivedFen, packets }) => ({
        openid: who,
        appId,
        name,
        receivedFen,
        packets,
      }),
    );
    ctx.body = {
      ...page,
      merchants: listMerchants(world).map((merchant) => purseOf(world, merchant)),
    };
  });

  router.get('/books/packets', (ctx) => {
    const { limit, cursor } = pageOf(ctx, 1_000);
    const filters = ['mchId', 'openid', 'state', 'billNo'].flatMap((name) => {
      const value = queryOf(ctx, name);
      return value === undefined ? [] : [{ name, value }];
    });
    const where = filters.map(({ name }) => `${name} = ? AND`).join(' ');
    const rows = world.store
      .sql<Packet>(`SELECT * FROM packet WHERE ${where} seq > ? ORDER BY seq LIMIT ?`)
      .all(...filters.map(({ value }) => value), cursor ?? 0, limit + 1);
    ctx.body = pageBody(rows, limit, (row) => row.seq, showPacket);
  });

  router.get('/books/calls', async (ctx) => {
    await world.store.write(() => undefined);
    ctx.body = {
      items: world.tally.list(queryOf(ctx, 'appId') ?? queryOf(ctx, 'mchId')),
      nextCursor: null,
    };
  });

  router.get('/books/summary', async (ctx) => {
    await world.store.write(() => undefined);
    const scope = { appId: queryOf(ctx, 'appId') ?? null, mchId: queryOf(ctx, 'mchId') ?? null };
    if (queryOf(ctx, 'format') === 'ndjson') {
      await writeRows(
        world,
        ctx,
        queryOf(ctx, 'of') === 'packets' ? 'packets' : 'templates',
        scope,
      );
      return;
    }
    ctx.body = summary(world, scope);
  });
}

function purseOf(world: World, merchant: { mchId: string; name: string; balanceFen: number }) {
  const { mchId, name, balanceFen } = merchant;
  const rows = world.store
    .sql<{ kind: string; fen: number }>(
      'SELECT kind, sum(amountFen) AS fen FROM purse WHERE mchId = ? GROUP BY kind',
    )
    .all(mchId);
  const fenOf = (kind: string) => rows.find((row) => row.kind === kind)?.fen ?? 0;
  const [sent, receivedFen, refundedFen] = [fenOf('sent'), fenOf('received'), fenOf('refunded')];
  const openingFen = fenOf('opened') + fenOf('top-up');
  return {
    ...{ mchId, name, balanceFen, openingFen, paidOutFen: sent, receivedFen, refundedFen },
    sentFen: sent - receivedFen - refundedFen,
    agrees: openingFen - sent + refundedFen === balanceFen,
  };
}
