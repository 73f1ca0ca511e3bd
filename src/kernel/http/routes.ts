import { createHash } from 'node:crypto';
import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Actor } from '../access';
import { alongside, CommitUnknown } from '../database';
import { AppError, Conflict, Forbidden, InvalidInput, Unauthenticated } from '../errors';
import { localeOf } from '../text';
import { keepsKeys, longestKey, type Operation } from './operation';
import { plainName } from './known-names';
import { parameterNames } from './openapi';
import { parseWith, readJson } from './parse';
import type { Replays } from './replays';
import { StreamSlots } from './stream-slots';

export type Authenticate = (ctx: Context) => Promise<Actor | undefined>;

const nobody: Actor = {
  kind: 'system',
  id: 'anonymous',
  name: 'anonymous',
  permissions: new Set(),
  accountIds: [],
};

/** Mounts declared operations: authenticate, allow, parse, call, present. Deny by default. */
export function apiRoutes(
  operations: readonly Operation[],
  authenticate: Authenticate,
  replays: Replays,
): Router {
  const router = new Router();
  const slots = new StreamSlots();
  refuseTwins(operations);
  for (const operation of operations) {
    const path = operation.path.replace(/\{(\w+)\}/g, ':$1');
    router.register(path, [operation.method], async (ctx: Context) => {
      const actor = await allow(ctx, operation, authenticate);
      if (operation.stream) slots.take(ctx, actor);
      await answer(ctx, operation, actor, replays);
    });
  }
  return router;
}

/** Of two with the same method and path the second would never be called, and nobody would notice. */
function refuseTwins(operations: readonly Operation[]): void {
  const seen = new Set<string>();
  for (const { method, path } of operations) {
    const name = `${method} ${path.replace(/\{\w+\}/g, '{}')}`;
    if (seen.has(name)) throw new Error(`two operations ${name}`);
    seen.add(name);
  }
}

async function allow(
  ctx: Context,
  operation: Operation,
  authenticate: Authenticate,
): Promise<Actor> {
  const actor = await authenticate(ctx);
  if (operation.permission === 'public') return actor ?? nobody;
  if (!actor) throw new Unauthenticated();
  if (operation.permission === 'rep') {
    if (!actor.rep) throw new Forbidden('rep_needed');
    return actor;
  }
  if (operation.permission !== 'signed-in' && !actor.permissions.has(operation.permission)) {
    throw new Forbidden('forbidden', { permission: operation.permission });
  }
  return actor;
}

async function answer(
  ctx: Context,
  operation: Operation,
  actor: Actor,
  replays: Replays,
): Promise<void> {
  refuseRepeatedParameters(ctx);
  refuseUnknownParameters(ctx, operation);
  const sent = operation.rawBody || operation.method === 'GET' ? undefined : await readJson(ctx);
  const run = async () => {
    const result = await operation.handle({
      actor,
      params:
        operation.params &&
        parseWith(operation.params, (ctx as Context & { params: unknown }).params),
      query: operation.query && parseWith(operation.query, ctx.query),
      body: operation.body && parseWith(operation.body, sent),
      locale: localeOf(askedLanguage(ctx)),
      ctx,
    });
    return { status: operation.status ?? (operation.response ? 200 : 204), body: result };
  };
  if (operation.raw) {
    await run();
    return;
  }
  // Keys are kept for each caller; nobody's would be kept for everybody, and anybody could fill the table.
  const key = actor !== nobody && keepsKeys(operation) ? ctx.get('idempotency-key') : '';
  if (key === '' && operation.movesMoney) throw new InvalidInput('idempotency_key_required');
  const done = key ? await onlyOnce(ctx, actor, key, sent, run, replays) : await run();
  ctx.status = done.status;
  if (done.body === undefined) ctx.body = null;
  else {
    ctx.type = 'application/json';
    ctx.body = JSON.stringify(done.body);
  }
  if (done.body === undefined && done.status !== 204) ctx.status = done.status;
}

/** A browser's event stream cannot set a header, so its address may say the language: `?lang=en`. */
function askedLanguage(ctx: Context): string {
  const { lang } = ctx.query;
  return typeof lang === 'string' ? lang : ctx.get('accept-language');
}

/** `?a=1&a=2` is refused: what one reader takes for the first, another takes for the last. */
function refuseRepeatedParameters(ctx: Context): void {
  for (const value of Object.values(ctx.query)) {
    if (Array.isArray(value)) throw new InvalidInput('parameter_repeated');
  }
}

/** The language of an answer, and what every list may be asked with, also one that is always whole. */
const everywhere: readonly string[] = ['lang', 'limit', 'cursor'];

/**
 * `?stauts=draft` would be left out without a word, and everything be taken for what was asked for. What others
 * send people to (a sign-in of WeCom's) may carry more than we read. A name that is no plain word is not repeated.
 */
function refuseUnknownParameters(ctx: Context, { query, permission }: Operation): void {
  if (!query || permission === 'public') return;
  const known = parameterNames(query);
  const unknown = Object.keys(ctx.query).find(
    (name) => !everywhere.includes(name) && !known.includes(name),
  );
  if (unknown === undefined) return;
  const parameter = plainName.test(unknown) ? unknown : '…';
  throw new InvalidInput('parameter_unknown', { parameter, known: known.join(', ') });
}

type Done = { status: number; body: unknown };

async function onlyOnce(
  ctx: Context,
  actor: Actor,
  key: string,
  sent: unknown,
  run: () => Promise<Done>,
  replays: Replays,
): Promise<Done> {
  if (key.length > longestKey) throw new InvalidInput('idempotency_key_too_long');
  const hash = createHash('sha256')
    .update(`${ctx.method} ${ctx.path} ${JSON.stringify(sent ?? null)}`)
    .digest('base64url');
  const earlier = await replays.begin(actor.id, key, hash);
  if (earlier.state === 'other-request') throw new AppError(422, 'idempotency_key_reused');
  if (earlier.state === 'in-progress') throw new Conflict('idempotency_in_progress');
  if (earlier.state === 'carried-out') throw new Conflict('idempotency_carried_out');
  if (earlier.state === 'done') {
    ctx.set('Idempotent-Replayed', 'true');
    return { status: earlier.status, body: earlier.body };
  }
  try {
    const done = await alongside(replays.mark(actor.id, key), run);
    await replays.finish(actor.id, key, done.status, done.body);
    return done;
  } catch (error) {
    await settle(replays, actor.id, key, error);
    throw error;
  }
}

/** What went wrong is more important than what becomes of the key: that settles by itself after a minute. */
async function settle(
  replays: Replays,
  actorId: string,
  key: string,
  error: unknown,
): Promise<void> {
  const isRefusal = error instanceof AppError;
  const settled = isRefusal ? replays.forget(actorId, key) : replays.giveUp(actorId, key);
  const quietly = settled.catch(() => undefined);
  // The lost transaction may still hold the row of the key.
  if (!(error instanceof CommitUnknown)) await quietly;
}
