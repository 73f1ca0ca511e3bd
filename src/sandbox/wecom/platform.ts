import type { Context } from 'koa';
import type { Effect } from '../faults';
import { Refusal } from '../store/database';
import { writeAnswer, type Answer } from '../wire/answer';
import { jsonObject, readBody, text, TooLarge, type Fields } from '../wire/body';
import type { World } from '../world';
import { appCalls } from './calls/app-calls';
import { contactCalls } from './calls/contact-calls';
import { directoryCalls } from './calls/directory-calls';
import { kfCalls } from './calls/kf-calls';
import { linkCalls } from './calls/link-calls';
import { loginCalls } from './calls/login-calls';
import { massCalls } from './calls/mass-calls';
import { mediaCalls } from './calls/media-calls';
import { momentCalls } from './calls/moment-calls';
import { roomCalls } from './calls/room-calls';
import { tagCalls } from './calls/tag-calls';
import { transferCalls } from './calls/transfer-calls';
import { wayCalls } from './calls/way-calls';
import { welcomeCalls } from './calls/welcome-calls';
import { json, type Endpoint } from './endpoint';
import { refusalAnswer, refuse, WeComRefusal } from './refusal';

const MOST_BYTES = 22 * 1_048_576;
const GET_TOKEN = '/cgi-bin/gettoken';

const endpoints = new Map<string, Endpoint>(
  [
    ...[contactCalls, tagCalls, roomCalls, wayCalls, linkCalls, welcomeCalls, massCalls],
    ...[momentCalls, transferCalls, appCalls, directoryCalls, loginCalls, kfCalls, mediaCalls],
  ].flatMap((calls) => Object.entries(calls)),
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
}

/** Answers everything below /sandbox/wecom as qyapi.weixin.qq.com would. */
export async function answerWeCom(world: World, ctx: Context, path: string): Promise<void> {
  ctx.respond = false;
  let raw: Buffer;
  try {
    raw = ctx.method === 'GET' ? Buffer.alloc(0) : await readBody(ctx.req, MOST_BYTES);
  } catch (error) {
    if (error instanceof TooLarge)
      writeAnswer(ctx.res, { status: 413, body: '' }, undefined, world.held);
    else ctx.res.destroy();
    return;
  }
  const incoming: Incoming = {
    ...{ path, raw, method: ctx.method, contentType: ctx.get('Content-Type') },
    query: new URLSearchParams(ctx.querystring),
    address: ctx.ip.replace(/^::ffff:/, ''),
  };
  const body = jsonObject(raw);
  const where = path === GET_TOKEN ? 'wecom-token' : (endpoints.get(path)?.where ?? 'unknown');
  const effect = world.faults.strike(where, {
    owner: ownerOf(world, incoming),
    openid: contactIn(incoming, body),
    key: `${path} ${contactIn(incoming, body) || text(body, 'userid')}`,
  });
  if (effect?.name === 'slow') await pause(Number(effect.argument) || 500);
  if (effect && !effect.accepts) {
    world.tally.count(ownerOf(world, incoming), where, `fault:${effect.name}`);
    writeAnswer(ctx.res, codeAnswer(world, effect, incoming), effect, world.held);
    return;
  }
  const outcome = await run(world, incoming, body, effect);
  world.tally.count(outcome.owner, where, outcome.result);
  if (effect) world.tally.count(outcome.owner, where, `fault:${effect.name}`);
  const answer = effect?.answer === 'code' ? codeAnswer(world, effect, incoming) : outcome.answer;
  writeAnswer(ctx.res, answer, effect, world.held);
}

async function run(
  world: World,
  incoming: Incoming,
  body: Fields | undefined,
  effect: Effect | undefined,
): Promise<Outcome> {
  const now = world.clock.now();
  let owner = ownerOf(world, incoming);
  try {
    return await world.store.write(() => {
      if (incoming.path === GET_TOKEN)
        return { answer: getToken(world, incoming), result: 'ok', owner };
      const bearer = world.wecom.tokens.ownerOf(incoming.query.get('access_token'));
      owner = bearer.corpId;
      if (effect?.name === 'steal-token') {
        world.wecom.tokens.kill(bearer.corpId, bearer.agentId);
        return { ...refusal(40014, incoming, now), owner };
      }
      if (effect?.name === 'expire-token') {
        world.wecom.tokens.expire(bearer.corpId, bearer.agentId);
        return { ...refusal(42001, incoming, now), owner };
      }
      return { answer: answerCall(world, incoming, body, bearer, now), result: 'ok', owner };
    });
  } catch (error) {
    if (!(error instanceof Refusal))
      world.log.warn('the sandbox failed to answer', { path: incoming.path, error: String(error) });
    const { code, detail } =
      error instanceof WeComRefusal ? error : { code: -1, detail: undefined };
    return { ...refusal(code, incoming, now, detail), owner };
  }
}

const refusal = (code: number, incoming: Incoming, now: number, detail?: string) => ({
  answer: refusalAnswer(code, now, incoming.address, detail),
  result: String(code),
});

function getToken(world: World, { query, address }: Incoming): Answer {
  const corpId = query.get('corpid') ?? '';
  const secret = query.get('corpsecret') ?? '';
  if (corpId === '') refuse(41002);
  if (secret === '') refuse(41004);
  if (!world.wecom.corps.find(corpId)) refuse(40013);
  const agent = world.wecom.corps.agentsOf(corpId).find((one) => one.secret === secret);
  if (!agent) return refuse(40001);
  if (agent.settings.disabled) refuse(50003);
  checkAddress(agent.settings.trustedIps, address);
  const { token, expiresIn } = world.wecom.tokens.grant(agent, 'access');
  return json({ access_token: token, expires_in: expiresIn });
}

function answerCall(
  world: World,
  incoming: Incoming,
  body: Fields | undefined,
  bearer: { corpId: string; agentId: string },
  now: number,
): Answer {
  const { query, raw, contentType, method, path, address } = incoming;
  const corp = world.wecom.corps.find(bearer.corpId) ?? refuse(40013);
  const agent = world.wecom.corps.agent(bearer.corpId, bearer.agentId) ?? refuse(40056);
  const endpoint = endpoints.get(path) ?? refuse(40066);
  if (agent.settings.disabled) refuse(50003);
  checkAddress(agent.settings.trustedIps, address);
  if (endpoint.method === 'POST' && method !== 'POST') refuse(43002);
  if (endpoint.method === 'GET' && method !== 'GET') refuse(43001);
  if (endpoint.needs && !agent.settings[endpoint.needs]) refuse(48002);
  if (method === 'POST' && endpoint.raw !== true && raw.length > 0 && !body) refuse(47001);
  if (endpoint.method === 'POST' && endpoint.raw !== true && raw.length === 0) refuse(44004);
  world.wecom.rates.spend(corp, path, now);
  return endpoint.run(world, { corp, agent, query, body: body ?? {}, raw, contentType, now });
}

function checkAddress(trusted: string[] | null, address: string): void {
  if (trusted && !trusted.includes(address)) refuse(60020);
}

function codeAnswer(world: World, effect: Effect, incoming: Incoming): Answer {
  const code = Number(effect.argument || '-1');
  return refusalAnswer(Number.isInteger(code) ? code : -1, world.clock.now(), incoming.address);
}

function ownerOf(world: World, { query }: Incoming): string {
  const named = query.get('corpid');
  if (named !== null) return world.wecom.corps.find(named) ? named : '';
  try {
    return world.wecom.tokens.ownerOf(query.get('access_token')).corpId;
  } catch {
    return '';
  }
}

const contactIn = ({ query }: Incoming, body: Fields | undefined) =>
  text(body, 'external_userid') || text(body, 'touser') || (query.get('external_userid') ?? '');

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
