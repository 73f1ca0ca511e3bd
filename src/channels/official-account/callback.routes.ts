import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Clock } from '../../kernel/clock';
import type { Log } from '../../kernel/log';
import type { InboundEvent, Reply } from '../inbound-event';
import { readBody } from '../read-body';
import type { ChannelAccount } from './account';
import {
  openEcho,
  openEnvelope,
  readCallbackQuery,
  sealReply,
  type RefusedEnvelope,
} from './envelope';
import { limits } from './limits';
import { normaliseMessage } from './normalise';

/** Counters only: names and durations, never contents. */
export interface CallbackMetrics {
  /** `ms` runs from the last byte of the body to the answer. */
  taken(kind: InboundEvent['kind'], ms: number): void;
  refused(reason: string): void;
}

export interface CallbackParts {
  readonly accounts: (
    appId: string,
  ) => Promise<ChannelAccount | undefined> | ChannelAccount | undefined;
  /** Resolves once the event is stored for good, with what to answer. Rejecting makes WeChat deliver again. */
  readonly takeEvent: (event: InboundEvent) => Promise<Reply | undefined> | Reply | undefined;
  readonly clock: Pick<Clock, 'system'>;
  readonly log: Log;
  readonly metrics?: CallbackMetrics;
  readonly skewMs?: number;
  readonly bodyTimeoutMs?: number;
}

const path = '/callback/official-account/:appId';

/**
 * Where WeChat delivers. Must be mounted before any body parser. Whatever cannot be proved gets one and
 * the same 403, whether the account, the signature, the ciphertext or the address was wrong.
 */
export function callbackRoutes(parts: CallbackParts): Router {
  const { accounts, takeEvent, clock, log, metrics } = parts;
  const bounds = {
    maxBytes: limits.callback.bodyBytes,
    timeoutMs: parts.bodyTimeoutMs ?? limits.callback.bodyTimeoutMs,
  };
  const router = new Router();
  let warnedAt = 0;

  const refuse = (ctx: Context, status: number, reason: string) => {
    metrics?.refused(reason);
    log.debug('callback refused', { reason, status });
    answer(ctx, status, '');
  };
  const refuseEnvelope = (ctx: Context, refused: RefusedEnvelope) =>
    refuse(ctx, refused.status, refused.refusal);
  const noticeSkew = (account: ChannelAccount, timestamp: string | undefined, now: number) => {
    const skewMs = now - Number(timestamp) * 1000;
    if (Math.abs(skewMs) <= limits.callback.skewWarningMs || now - warnedAt < 60_000) return;
    warnedAt = now;
    log.warn('callback stamps differ from our clock', { accountId: account.id, skewMs });
  };

  router.get(path, async (ctx) => {
    const query = readCallbackQuery(ctx.querystring);
    if (!query) return refuse(ctx, 400, 'query');
    const account = await accounts(ctx.params['appId'] ?? '');
    if (!account) return refuse(ctx, 403, 'account');
    const envelope = openEcho(account, query, clock.system(), parts.skewMs);
    if (!envelope.opened) return refuseEnvelope(ctx, envelope);
    answer(ctx, 200, envelope.echo);
  });

  router.post(path, async (ctx) => {
    const body = await readBody(ctx.req, bounds);
    if ('refused' in body) {
      // What is still on its way stays unread, so this connection cannot carry another request.
      ctx.set('Connection', 'close');
      return refuse(ctx, body.refused, 'body');
    }
    const now = clock.system();
    const query = readCallbackQuery(ctx.querystring);
    if (!query) return refuse(ctx, 400, 'query');
    const account = await accounts(ctx.params['appId'] ?? '');
    if (!account) return refuse(ctx, 403, 'account');
    const envelope = openEnvelope(account, query, body, now, parts.skewMs);
    if (!envelope.opened) return refuseEnvelope(ctx, envelope);
    noticeSkew(account, query['timestamp'], now);

    const event = normaliseMessage(account, envelope.fields, now);
    let reply: Reply | undefined;
    try {
      reply = await takeEvent(event);
    } catch (error) {
      // Not stored, so not acknowledged: WeChat delivers it again.
      log.error('callback not taken', { accountId: account.id, kind: event.kind, error });
      metrics?.refused('not-taken');
      return answer(ctx, 503, '');
    }
    const sealed = reply && sealReply(account, envelope, reply, clock.system());
    if (sealed === undefined) answer(ctx, 200, 'success');
    else answer(ctx, 200, sealed, 'text/xml; charset=utf-8');
    metrics?.taken(event.kind, clock.system() - now);
  });

  return router;
}

function answer(ctx: Context, status: number, body: string, type = 'text/plain; charset=utf-8') {
  ctx.status = status;
  ctx.set('Content-Type', type);
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.body = body;
}
