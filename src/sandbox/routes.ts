import { Router } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { bookRoutes } from './books/routes';
import { accountRoutes } from './driver/accounts-routes';
import { eventRoutes } from './driver/event-routes';
import { queryOf } from './driver/input';
import { peopleRoutes } from './driver/people-routes';
import { Problem } from './driver/problem';
import { worldRoutes } from './driver/world-routes';
import { answerPlatform } from './official-account/platform';
import { openStream } from './phone/stream';
import { weComRoutes } from './wecom/driver/routes';
import { answerOpenPage } from './wecom/open-pages';
import { answerWeCom } from './wecom/platform';
import { isForeign } from './wire/guard';
import type { World } from './world';

const PLATFORM = '/sandbox/wechat';
const WECOM = '/sandbox/wecom';
const DRIVER = '/sandbox/api';

/** One middleware for both platforms and the driver; whatever is neither goes on to the next. */
export function sandboxRoutes(world: World): Middleware {
  const router = new Router({ prefix: DRIVER });
  accountRoutes(router, world);
  worldRoutes(router, world);
  peopleRoutes(router, world);
  eventRoutes(router, world);
  bookRoutes(router, world);
  weComRoutes(router, world);
  router.get('/stream', (ctx) =>
    openStream(world, ctx as Context, queryOf(ctx as Context, 'openid')),
  );
  const driver = router.routes() as Middleware;

  return async (ctx, next): Promise<void> => {
    const isPlatform = ctx.path.startsWith(`${PLATFORM}/`);
    const isWeCom = ctx.path.startsWith(`${WECOM}/`);
    if (!isPlatform && !isWeCom && !ctx.path.startsWith(`${DRIVER}/`)) {
      await next();
      return;
    }
    if (isForeign(ctx, world.options.allowHosts)) {
      ctx.status = 403;
      ctx.body = { code: 'foreign_origin', message: 'the sandbox answers this machine only' };
      return;
    }
    if (isWeCom) {
      const path = ctx.path.slice(WECOM.length);
      if (!(await answerOpenPage(world, ctx, path))) await answerWeCom(world, ctx, path);
      return;
    }
    if (isPlatform) return answerPlatform(world, ctx, ctx.path.slice(PLATFORM.length));
    try {
      await driver(ctx, () =>
        Promise.reject(new Problem(404, 'not_found', 'there is no such sandbox call')),
      );
    } catch (error) {
      answerProblem(world, ctx, error);
    }
  };
}

function answerProblem(world: World, ctx: Context, error: unknown): void {
  if (error instanceof Problem) {
    ctx.status = error.status;
    ctx.body = { code: error.code, message: error.message, ...error.more };
    return;
  }
  world.log.warn('the sandbox failed', { path: ctx.path, error: String(error) });
  ctx.status = 500;
  ctx.body = { code: 'internal', message: 'the sandbox failed' };
}
