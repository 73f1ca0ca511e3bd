import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Clock } from '../../kernel/clock';
import type { Log } from '../../kernel/log';
import type { InboundEvent, Reply } from '../inbound-event';
import { readBody } from '../read-body';
import type { ChannelAccount } from './account';
import { openEcho, openEnvelope, readCallbackQuery, sealReply } from './envelope';
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
  /** In the sandbox world only: what happened behind the scenes, told in a header. */
  readonly explain?: (event: InboundEvent, steps: readonly CallbackStep[]) => string | undefined;
}

/** Where the milliseconds of one callback went. */
export type CallbackStep = {
  readonly code: 'receive' | 'open' | 'commit' | 'seal';
  readonly ms: number;
};

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

  const refuse = (status: number, reason: string, isUnread = false): Answer => {
    metrics?.refused(reason);
    log.debug('callback refused', { reason, status });
    return { status, body: '', isUnread };
  };
  const noticeSkew = (account: ChannelAccount, timestamp: string | undefined, now: number) => {
    const skewMs = now - Number(timestamp) * 1000;
    if (Math.abs(skewMs) <= limits.callback.skewWarningMs || now - warnedAt < 60_000) return;
    warnedAt = now;
    log.warn('callback stamps differ from our clock', { accountId: account.id, skewMs });
  };

  const echo = async (ctx: Context, appId: string): Promise<Answer> => {
    const query = readCallbackQuery(ctx.querystring);
    if (!query) return refuse(400, 'query');
    const account = await accounts(appId);
    if (!account) return refuse(403, 'account');
    const checked = openEcho(account, query, clock.system(), parts.skewMs);
    if (!checked.opened) return refuse(checked.status, checked.refusal);
    return { status: 200, body: checked.echo };
  };

  const deliver = async (ctx: Context, appId: string): Promise<Answer> => {
    const marks = [performance.now()];
    const mark = () => marks.push(performance.now());
    const body = await readBody(ctx.req, bounds);
    mark();
    if ('refused' in body) return refuse(body.refused, 'body', true);
    const now = clock.system();
    const query = readCallbackQuery(ctx.querystring);
    if (!query) return refuse(400, 'query');
    const account = await accounts(appId);
    if (!account) return refuse(403, 'account');
    const envelope = openEnvelope(account, query, body, now, parts.skewMs);
    if (!envelope.opened) return refuse(envelope.status, envelope.refusal);
    noticeSkew(account, query['timestamp'], now);

    const event = normaliseMessage(account, envelope.fields, now);
    mark();
    let reply: Reply | undefined;
    try {
      reply = await takeEvent(event);
    } catch (error) {
      // Not stored, so not acknowledged: WeChat delivers it again.
      log.error('callback not taken', { accountId: account.id, kind: event.kind, error });
      return refuse(503, 'not-taken');
    }
    mark();
    const sealed = reply && sealReply(account, envelope, reply, clock.system());
    mark();
    const told = parts.explain?.(event, stepsBetween(marks));
    if (told) ctx.set('X-Guanxi-Trace', told);
    metrics?.taken(event.kind, clock.system() - now);
    if (sealed === undefined) return { status: 200, body: 'success' };
    return { status: 200, body: sealed, type: 'text/xml; charset=utf-8' };
  };

  router.get(path, async (ctx) => write(ctx, await echo(ctx, ctx.params['appId'] ?? '')));
  router.post(path, async (ctx) => write(ctx, await deliver(ctx, ctx.params['appId'] ?? '')));
  return router;
}

const stepCodes: readonly CallbackStep['code'][] = ['receive', 'open', 'commit', 'seal'];

function stepsBetween(marks: readonly number[]): CallbackStep[] {
  return stepCodes.map((code, index) => {
    const ms = (marks[index + 1] ?? 0) - (marks[index] ?? 0);
    return { code, ms: Math.round(ms * 100) / 100 };
  });
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  /** What is still on its way stays unread, so this connection cannot carry another request. */
  readonly isUnread?: boolean;
}

function write(ctx: Context, answer: Answer): void {
  ctx.status = answer.status;
  ctx.set('Content-Type', answer.type ?? 'text/plain; charset=utf-8');
  ctx.set('X-Content-Type-Options', 'nosniff');
  if (answer.isUnread) ctx.set('Connection', 'close');
  ctx.body = answer.body;
}
