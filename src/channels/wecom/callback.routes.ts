import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Clock } from '../../kernel/clock';
import type { Log } from '../../kernel/log';
import type { InboundEvent } from '../inbound-event';
import { readBody } from '../read-body';
import { callbackLimits } from '../wire/callback-limits';
import { readCallbackQuery } from '../wire/callback-query';
import type { WeComAgent } from './account';
import { openEcho, openEnvelope } from './envelope';
import { normaliseEvent } from './normalise';

export interface WeComCallbackParts {
  readonly agents: (
    corpId: string,
    agentId: string,
  ) => Promise<WeComAgent | undefined> | WeComAgent | undefined;
  /** Resolves once the event is stored for good; what it resolves with is not for WeCom. Rejecting makes WeCom deliver again. */
  readonly takeEvent: (event: InboundEvent) => Promise<unknown>;
  readonly clock: Pick<Clock, 'system'>;
  readonly log: Log;
  /** Counters only: names and durations, never contents. */
  readonly metrics?: {
    taken(kind: InboundEvent['kind'], ms: number): void;
    refused(reason: string): void;
  };
  readonly skewMs?: number;
  readonly bodyTimeoutMs?: number;
}

const path = '/callback/wecom/:corpId/:agentId';

/**
 * Where WeCom delivers. Must be mounted before any body parser. Whatever cannot be proved gets one and the
 * same 403 without a word; what is proved is stored and then acknowledged with an empty answer.
 */
export function weComCallbackRoutes(parts: WeComCallbackParts): Router {
  const { agents, takeEvent, clock, log, metrics } = parts;
  const bounds = {
    maxBytes: callbackLimits.bodyBytes,
    timeoutMs: parts.bodyTimeoutMs ?? callbackLimits.bodyTimeoutMs,
  };
  const router = new Router();

  const refuse = (status: number, reason: string, isUnread = false): Answer => {
    metrics?.refused(reason);
    log.debug('callback refused', { reason, status });
    return { status, body: '', isUnread };
  };
  type Params = Readonly<Record<string, string | undefined>>;
  const agentOf = ({ corpId = '', agentId = '' }: Params) => agents(corpId, agentId);

  const echo = async (ctx: Context, params: Params): Promise<Answer> => {
    const query = readCallbackQuery(ctx.querystring);
    if (!query) return refuse(403, 'query');
    const agent = await agentOf(params);
    if (!agent) return refuse(403, 'account');
    const checked = openEcho(agent, query, clock.system(), parts.skewMs);
    if (!checked.opened) return refuse(403, checked.refusal);
    return { status: 200, body: checked.echo };
  };

  const deliver = async (ctx: Context, params: Params): Promise<Answer> => {
    const body = await readBody(ctx.req, bounds);
    if ('refused' in body) return refuse(body.refused, 'body', true);
    const now = clock.system();
    const query = readCallbackQuery(ctx.querystring);
    if (!query) return refuse(403, 'query');
    const agent = await agentOf(params);
    if (!agent) return refuse(403, 'account');
    const envelope = openEnvelope(agent, query, body, now, parts.skewMs);
    if (!envelope.opened) return refuse(403, envelope.refusal);
    const event = normaliseEvent(agent, envelope, now);
    try {
      await takeEvent(event);
    } catch (error) {
      // Not stored, so not acknowledged: WeCom delivers it again.
      log.error('callback not taken', { accountId: agent.id, kind: event.kind, error });
      return refuse(503, 'not-taken');
    }
    metrics?.taken(event.kind, clock.system() - now);
    return { status: 200, body: '' };
  };

  router.get(path, async (ctx) => write(ctx, await echo(ctx, ctx.params)));
  router.post(path, async (ctx) => write(ctx, await deliver(ctx, ctx.params)));
  return router;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  /** What is still on its way stays unread, so this connection cannot carry another request. */
  readonly isUnread?: boolean;
}

function write(ctx: Context, answer: Answer): void {
  ctx.status = answer.status;
  ctx.set('Content-Type', 'text/plain; charset=utf-8');
  ctx.set('X-Content-Type-Options', 'nosniff');
  if (answer.isUnread) ctx.set('Connection', 'close');
  ctx.body = answer.body;
}
