import type { Context, Next } from 'koa';
import type { Clock } from '../clock';
import { CommitUnknown, isConnectionLost } from '../database';
import { AppError, RateLimited, type FieldError } from '../errors';
import { trailId, withTrail, type Log } from '../log';
import { localeOf, text } from '../text';
import { tellFieldError } from './field-errors';

/** RFC 9457: what happened, with a stable code; never the input, never a stack. */
export function answerProblem(ctx: Context, error: AppError): void {
  const { errors, ...params } = error.params as { errors?: readonly FieldError[] };
  const locale = localeOf(ctx.get('accept-language'));
  ctx.status = error.status;
  if (error instanceof RateLimited) ctx.set('Retry-After', String(error.retryAfterSeconds));
  ctx.type = 'application/problem+json';
  ctx.body = JSON.stringify({
    ...withoutOwnMembers(params),
    type: `urn:guanxi:${error.code}`,
    title: text(locale, `error.${error.code}`, params),
    status: error.status,
    code: error.code,
    requestId: trailId(),
    ...(errors ? { errors: errors.map((one) => tellFieldError(locale, one)) } : {}),
  });
}

const ownMembers = ['type', 'title', 'status', 'code', 'detail', 'requestId', 'errors'];

/** What an error knows besides never takes the place of what every problem says. */
const withoutOwnMembers = (params: object) =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !ownMembers.includes(name)));

/** The one place where an error of a request ends. Anything that is not ours is a bug: logged, answered 500. */
export function problems(log: Log, newId: () => string, clock: Pick<Clock, 'business'>) {
  return (ctx: Context, next: Next): Promise<void> =>
    withTrail(newId(), async () => {
      ctx.set('X-Request-Id', trailId() ?? '');
      // Pages tell times as the server sees them, also when the sandbox's clock was moved.
      ctx.set('X-Business-Time', new Date(clock.business()).toISOString());
      try {
        await next();
        if (ctx.status === 404 && ctx.body === undefined && ctx.path.startsWith('/api/')) {
          answerProblem(ctx, new AppError(404, 'not_found'));
        }
      } catch (error) {
        if (error instanceof AppError) {
          answerProblem(ctx, error);
          return;
        }
        if (isConnectionLost(error)) {
          const isUnknown = error instanceof CommitUnknown;
          log.error(isUnknown ? 'request.outcome_unknown' : 'request.no_database', {
            method: ctx.method,
            path: ctx.path,
            error,
          });
          ctx.set('Retry-After', '2');
          const code = isUnknown ? 'outcome_unknown' : 'database_unavailable';
          answerProblem(ctx, new AppError(503, code));
          return;
        }
        log.error('request.bug', {
          method: ctx.method,
          path: ctx.path,
          error,
          stack: error instanceof Error ? error.stack : undefined,
        });
        answerProblem(ctx, new AppError(500, 'internal'));
      }
    });
}
