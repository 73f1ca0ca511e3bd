import type { Router } from '@koa/router';
import { z } from 'zod';
import { attemptsOf } from '../callbacks/attempts';
import type { AttemptRow, EventRow } from '../callbacks/shapes';
import { seal, signatureOf } from '../callbacks/envelope';
import { bodyFields, eventOf, pushOf, type Push } from '../callbacks/events';
import { pushHeaders } from '../callbacks/transport';
import { iso } from '../clock';
import { showMessage, type MessageRow } from '../phone/messages';
import { buildXml } from '../wire/xml';
import type { World } from '../world';
import { bodyOf, pageBody, pageOf, queryOf } from './input';
import { accountOrThrow } from './people';
import { repeatEvent } from './perform';
import { notFound } from './problem';

const repeat = z.object({
  times: z.number().int().min(1).max(500).default(1),
  together: z.boolean().default(false),
});

/** Behind the scenes: what was sent to the app, byte for byte, and what it said. */
export function eventRoutes(router: Router, world: World): void {
  router.get('/events', (ctx) => {
    const { limit, cursor } = pageOf(ctx);
    const openid = queryOf(ctx, 'openid') ?? null;
    const appId = queryOf(ctx, 'appId') ?? null;
    const kind = queryOf(ctx, 'kind') ?? null;
    const rows = world.store
      .sql<EventRow>(
        `SELECT * FROM event WHERE (? IS NULL OR openid = ?) AND (? IS NULL OR appId = ?) AND (? IS NULL OR kind = ?) AND id < ?
         ORDER BY id DESC LIMIT ?`,
      )
      .all(openid, openid, appId, appId, kind, kind, cursor ?? Number.MAX_SAFE_INTEGER, limit + 1);
    ctx.body = pageBody(rows, limit, (row) => row.id, summary);
  });

  router.get('/events/:id', (ctx) => {
    const event = eventOf(world, Number(ctx.params.id)) ?? notFound('event');
    ctx.body = wholeEvent(world, event);
  });

  router.post('/events/:id/repeat', async (ctx) => {
    const event = eventOf(world, Number(ctx.params.id)) ?? notFound('event');
    const { times, together } = await bodyOf(ctx, repeat);
    ctx.body = await repeatEvent(world, event.id, event.openid, times, together);
  });
}

const summary = (event: EventRow) => ({
  id: String(event.id),
  appId: event.appId,
  openid: event.openid,
  kind: event.kind,
  at: iso(event.createdAt),
  verdict: event.verdict ?? 'waiting',
});

function wholeEvent(world: World, event: EventRow) {
  const attempts = attemptsOf(world, event.id);
  const account = accountOrThrow(world, event.appId);
  const last = attempts[attempts.length - 1];
  const push = last && pushAgain(world, event, last);
  const target = last && world.accounts.target(last.callbackId);
  const messages = world.store
    .sql<MessageRow>('SELECT * FROM message WHERE eventId = ? ORDER BY id')
    .all(event.id);
  return {
    ...summary(event),
    mode: target?.mode ?? account.callback?.mode ?? null,
    request: {
      method: 'POST',
      url: push?.path ?? null,
      target: push?.target ?? null,
      headers: pushHeaders('text/xml'),
      bodyEncrypted: push?.encrypted === null ? null : (push?.body ?? null),
      bodyPlain: buildXml(bodyFields(account, event)),
    },
    attempts: attempts.map((attempt) => showAttempt(world, event, attempt)),
    messages: messages.map((row) => showMessage(world, row)),
  };
}

function showAttempt(world: World, event: EventRow, attempt: AttemptRow) {
  const push = pushAgain(world, event, attempt);
  return {
    n: attempt.n,
    at: iso(attempt.systemAt),
    ms: attempt.ms,
    status: attempt.status,
    url: push?.path ?? null,
    bodyEncrypted: push?.encrypted ? push.body : null,
    replyRaw: attempt.replyRaw,
    trace: attempt.trace,
    replyPlain: attempt.replyPlain,
    verdict: attempt.verdict,
    reason: attempt.reason,
  };
}

/** The very bytes of an old delivery, made again from its stamp. */
function pushAgain(world: World, event: EventRow, attempt: AttemptRow): Push | undefined {
  const target = world.accounts.target(attempt.callbackId);
  const account = world.accounts.find(event.appId);
  if (!target || !account) return undefined;
  const stamp = {
    timestamp: attempt.stamp,
    nonce: attempt.nonce,
    prefix: Buffer.from(attempt.prefix),
  };
  return pushOf(account, target, event, stamp, signatureOf, seal);
}
