import type { Router } from '@koa/router';
import { z } from 'zod';
import { followerOf, type Follower } from '../official-account/followers';
import { showMessage, type MessageRow } from '../phone/messages';
import type { World } from '../world';
import { acts } from './actions';
import { bodyOf, pageBody, pageOf, queryOf } from './input';
import {
  addPerson,
  changePerson,
  followerOrThrow,
  personOf,
  showPerson,
  tellPerson,
  unreadOf,
  type PersonRow,
} from './people';
import { perform } from './perform';
import { notFound, Problem } from './problem';

const newPerson = z.object({
  name: z.string().min(1).max(60).optional(),
  unionid: z.string().min(1).max(64).optional(),
  avatar: z.string().max(200).optional(),
  appId: z.string().optional(),
  openid: z
    .string()
    .regex(/^[\w-]{10,64}$/)
    .optional(),
});
const personChange = z.object({
  name: z.string().min(1).max(60).optional(),
  avatar: z.string().max(200).optional(),
  noticesOff: z.boolean().optional(),
  blacklisted: z.boolean().optional(),
  refusesService: z.boolean().optional(),
  risky: z.boolean().optional(),
  userBlocks: z.boolean().optional(),
});
const anything = z.looseObject({ appId: z.string().optional() });

/** People, their phones, and what they do. */
export function peopleRoutes(router: Router, world: World): void {
  router.post('/people', async (ctx) => {
    const made = await addPerson(world, await bodyOf(ctx, newPerson));
    ctx.status = 201;
    ctx.body = made;
    tellPerson(world, String(made.openid));
  });

  /** People of Official Accounts; who knows only reps is asked for beside the corps. */
  router.get('/people', (ctx) => {
    const { limit, cursor } = pageOf(ctx);
    const crowd = queryOf(ctx, 'crowd') === '1' ? 1 : 0;
    const wanted = `%${(queryOf(ctx, 'q') ?? '').replace(/[%_\\]/g, '\\$&')}%`;
    const rows = world.store
      .sql<PersonRow & { rank: number }>(
        `SELECT *, rowid AS rank FROM person WHERE crowd <= ? AND name LIKE ? ESCAPE '\\' AND rowid < ?
         AND EXISTS (SELECT 1 FROM follower WHERE personId = person.id) ORDER BY rowid DESC LIMIT ?`,
      )
      .all(crowd, wanted, cursor ?? Number.MAX_SAFE_INTEGER, limit + 1);
    const crowdCount =
      world.store.sql<{ n: number }>('SELECT count(*) AS n FROM person WHERE crowd = 1').get()?.n ??
      0;
    const appId = queryOf(ctx, 'appId');
    const mainOf = (id: string) =>
      appId === undefined
        ? undefined
        : world.store
            .sql<Follower>('SELECT * FROM follower WHERE personId = ? AND appId = ?')
            .get(id, appId);
    ctx.body = {
      ...pageBody(
        rows,
        limit,
        (row) => row.rank,
        (row) => showPerson(world, row, mainOf(row.id)),
      ),
      crowdCount,
    };
  });

  router.get('/people/:openid', async (ctx) => {
    const follower = await followerOrThrow(world, ctx.params.openid ?? '', queryOf(ctx, 'appId'));
    ctx.body = showPerson(world, personOf(world, follower.personId), follower);
  });

  router.patch('/people/:openid', async (ctx) => {
    const follower = await followerOrThrow(world, ctx.params.openid ?? '', queryOf(ctx, 'appId'));
    await changePerson(world, follower, await bodyOf(ctx, personChange));
    const now = followerOf(world.store, follower.openid) ?? follower;
    ctx.body = showPerson(world, personOf(world, now.personId), now);
  });

  router.get('/people/:openid/phone', async (ctx) => {
    const { limit, cursor } = pageOf(ctx);
    const follower = await followerOrThrow(world, ctx.params.openid ?? '', queryOf(ctx, 'appId'));
    const rows = world.store
      .sql<MessageRow>('SELECT * FROM message WHERE openid = ? AND id < ? ORDER BY id DESC LIMIT ?')
      .all(follower.openid, cursor ?? Number.MAX_SAFE_INTEGER, limit + 1);
    const newest = rows[0];
    const unread = unreadOf(world, follower);
    if (queryOf(ctx, 'peek') !== '1' && newest && newest.id > follower.readUpTo) {
      await world.store.write(() => {
        world.store
          .sql('UPDATE follower SET readUpTo = ? WHERE openid = ?')
          .run(newest.id, follower.openid);
      });
    }
    const page = pageBody(
      rows,
      limit,
      (row) => row.id,
      (row) => showMessage(world, row),
    );
    ctx.body = { ...page, unread };
  });

  router.post('/people/:openid/:action', async (ctx) => {
    const action = ctx.params.action ?? '';
    if (!(action in acts)) notFound('action');
    const body = await bodyOf(ctx, anything);
    const settle = Number(queryOf(ctx, 'settle') ?? world.options.settleMs);
    if (!Number.isFinite(settle) || settle < 0)
      throw new Problem(400, 'invalid', 'settle is a number of milliseconds');
    const follower = await followerOrThrow(
      world,
      ctx.params.openid ?? '',
      queryOf(ctx, 'appId') ?? body.appId,
    );
    ctx.body = await perform(world, action, follower, body, Math.min(settle, 30_000));
  });
}
