import type { Context } from 'koa';
import { Refusal } from '../store/database';
import { effectOf, type Effect } from '../faults';
import { writeAnswer, type Answer } from '../wire/answer';
import { jsonObject, readBody, text, TooLarge, type Fields } from '../wire/body';
import type { World } from '../world';
import { spendQuota, type Call, type Endpoint, type Endpoints } from './endpoint';
import { mediaCalls } from './media-calls';
import { menuCalls } from './menu-calls';
import { otherCalls } from './other-calls';
import { personalMenuCalls } from './personal-menu-calls';
import { qrCalls, showQrCode } from './qr-calls';
import { PlatformRefusal, refusalBody, refuse } from './refusal';
import { serviceMessageCalls } from './service-message';
import { tagCalls } from './tag-calls';
import { templateCalls } from './template-calls';
import { sendTemplate, type Sent } from './template-send';
import { plainToken, stableToken } from './token-calls';
import { userCalls } from './user-calls';

const TEMPLATE_SEND = '/cgi-bin/message/template/send';
const MOST_BYTES = 12 * 1_048_576;

const endpoints = new Map<string, Endpoint>(
  Object.entries<Endpoint>({
    ...({
      ...userCalls,
      ...tagCalls,
      ...serviceMessageCalls,
      ...templateCalls,
    } satisfies Endpoints),
    ...({
      ...qrCalls,
      ...menuCalls,
      ...personalMenuCalls,
      ...mediaCalls,
      ...otherCalls,
    } satisfies Endpoints),
  }),
);

interface Incoming {
  path: string;
  query: URLSearchParams;
  method: string;
  raw: Buffer;
  contentType: string;
  address: string;
}

interface Outcome {
  answer: Answer;
  result: string;
  owner: string;
  receiptId?: number | undefined;
}

/** Answers everything below /sandbox/wechat as api.weixin.qq.com would. */
export async function answerPlatform(world: World, ctx: Context, path: string): Promise<void> {
  const query = new URLSearchParams(ctx.querystring);
  ctx.respond = false;
  if (path === '/cgi-bin/showqrcode') {
    writeAnswer(ctx.res, await showQrCode(world, query), undefined, world.held);
    return;
  }
  let raw: Buffer;
  try {
    raw = ctx.method === 'GET' ? Buffer.alloc(0) : await readBody(ctx.req, MOST_BYTES);
  } catch (error) {
    if (error instanceof TooLarge)
      writeAnswer(ctx.res, { status: 413, body: '' }, undefined, world.held);
    else ctx.res.destroy();
    return;
  }
  const incoming = {
    path,
    query,
    method: ctx.method,
    raw,
    contentType: ctx.get('Content-Type'),
    address: ctx.ip,
  };
  await answerIncoming(world, ctx, incoming);
}

async function answerIncoming(world: World, ctx: Context, incoming: Incoming): Promise<void> {
  const where = whereOf(incoming.path);
  const body = jsonObject(incoming.raw);
  const owner = ownerOf(world, incoming, body);
  const effect = world.faults.strike(where, {
    owner,
    openid: text(body, 'touser'),
    key: keyOf(incoming, body),
  });
  if (effect?.name === 'slow') await pause(Number(effect.argument) || 500);
  if (effect && !effect.accepts) {
    world.tally.count(owner, where, `fault:${effect.name}`);
    writeAnswer(ctx.res, codeAnswer(effect, world.clock.now()), effect, world.held);
    return;
  }
  const outcome = await run(world, incoming, body, effect);
  world.tally.count(outcome.owner, where, outcome.result);
  if (effect) world.tally.count(outcome.owner, where, `fault:${effect.name}`);
  if (outcome.receiptId !== undefined) {
    if (effect?.name === 'receipt-first') await world.courier.deliver(outcome.receiptId);
    else world.courier.ring();
  }
  const answer = effect?.answer === 'code' ? codeAnswer(effect, world.clock.now()) : outcome.answer;
  writeAnswer(ctx.res, answer, effect, world.held);
}

async function run(
  world: World,
  incoming: Incoming,
  body: Fields | undefined,
  effect: Effect | undefined,
): Promise<Outcome> {
  const now = world.clock.now();
  let owner = '';
  try {
    return await world.store.write(() => {
      if (effect?.name === 'steal-token') world.tokens.steal(ownerOf(world, incoming, body), now);
      if (effect?.name === 'expire-token') world.tokens.expire(ownerOf(world, incoming, body), now);
      const asking = { query: incoming.query, body: body ?? {}, address: incoming.address, now };
      if (incoming.path === '/cgi-bin/token') {
        owner = incoming.query.get('appid') ?? '';
        return { answer: plainToken(world, asking), result: 'ok', owner };
      }
      if (incoming.path === '/cgi-bin/stable_token') {
        if (incoming.method !== 'POST') refuse(43002);
        if (incoming.raw.length === 0) refuse(44002);
        if (!body) refuse(47001);
        owner = text(body, 'appid');
        return { answer: stableToken(world, asking), result: 'ok', owner };
      }
      owner = world.tokens.accountOf(incoming.query.get('access_token'), now);
      return { ...answerCall(world, incoming, body, effect, owner, now), owner, result: 'ok' };
    });
  } catch (error) {
    if (!(error instanceof Refusal))
      world.log.warn('the sandbox failed to answer', { path: incoming.path, error: String(error) });
    const code = error instanceof PlatformRefusal ? error.code : -1;
    const detail = error instanceof PlatformRefusal ? error.detail : undefined;
    return { answer: { body: refusalBody(code, now, detail) }, result: String(code), owner };
  }
}

function answerCall(
  world: World,
  incoming: Incoming,
  body: Fields | undefined,
  effect: Effect | undefined,
  appId: string,
  now: number,
): { answer: Answer; receiptId?: number | undefined } {
  const account = world.accounts.find(appId) ?? refuse(40013);
  const endpoint = endpoints.get(incoming.path);
  const isSend = incoming.path === TEMPLATE_SEND;
  if (!endpoint && !isSend) return refuse(40066);
  const method = isSend ? 'POST' : endpoint?.method;
  if (method === 'POST' && incoming.method !== 'POST') refuse(43002);
  if (incoming.method === 'POST' && method !== 'both' && endpoint?.raw !== true) {
    if (incoming.raw.length === 0) refuse(44002);
    if (!body) refuse(47001);
  }
  const { query, raw, contentType } = incoming;
  const call: Call = { account, query, body: body ?? {}, raw, contentType, now, bend: effect };
  if (!endpoint) return sentAnswer(sendTemplate(world, call));
  if (endpoint.quota !== undefined) spendQuota(world, account, endpoint.quota, now);
  return { answer: endpoint.run(world, call) };
}

// A bare JSON number beyond 2^53, as WeChat sends it: JSON.stringify could not write it.
const sentAnswer = (sent: Sent) => ({
  answer: { body: `{"errcode":0,"errmsg":"ok","msgid":${sent.msgId}}` },
  receiptId: sent.receiptId,
});

function codeAnswer(effect: Effect, now: number): Answer {
  const code = effect.name === 'template-flap' ? 40037 : Number(effect.argument || '-1');
  return { body: refusalBody(Number.isInteger(code) ? code : -1, now) };
}

function whereOf(path: string): string {
  if (path === '/cgi-bin/token') return 'token';
  if (path === '/cgi-bin/stable_token') return 'stable-token';
  if (path === TEMPLATE_SEND) return 'template-send';
  return endpoints.get(path)?.where ?? 'unknown';
}

function ownerOf(world: World, incoming: Incoming, body: Fields | undefined): string {
  const named = incoming.query.get('appid') ?? text(body, 'appid');
  if (named !== '') return world.accounts.find(named) ? named : '';
  try {
    return world.tokens.accountOf(incoming.query.get('access_token'), world.clock.now());
  } catch {
    return '';
  }
}

const keyOf = (incoming: Incoming, body: Fields | undefined) =>
  text(body, 'client_msg_id') ||
  text(body, 'touser') ||
  (incoming.query.get('openid') ?? '') ||
  incoming.path;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const isKnownFault = (kind: string): boolean => effectOf(kind) !== undefined;
