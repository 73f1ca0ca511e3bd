import { createHash } from 'node:crypto';
import type { Router } from '@koa/router';
import { z } from 'zod';
import { bodyOf } from '../../driver/input';
import { notFound, Problem } from '../../driver/problem';
import { randomText } from '../../random';
import type { Writable } from '../../wire/xml';
import type { World } from '../../world';
import { addLogin, corpOpenid } from '../calls/login-calls';
import { ensureContact } from '../contacts';
import type { Agent, Corp } from '../corps';
import { perform } from './act';
import { makeContactCrowd } from './crowd';
import { agentOrThrow, corpOrThrow, personOrThrow, staffOrThrow } from './find';
import { tell } from '../events';
import { addKf, kfsOf, setServicers } from '../kf';

const newCorp = z.object({
  name: z.string().min(1).max(60),
  corpId: z
    .string()
    .regex(/^ww[0-9a-z]{8,16}$/)
    .optional(),
});
const corpChange = z
  .object({
    openPlatform: z.boolean(),
    massCap: z.enum(['days-of-month', 'week', 'day', 'legacy']),
    staleMs: z.number().int().min(0),
    dispatchMs: z.number().int().min(0),
    nativeWelcome: z.array(z.string()),
    callsPerMinute: z.number().int().min(0),
    roomSize: z.number().int().min(2),
    acquisitionBalance: z.number().int().min(0),
    leaders: z.record(z.string(), z.array(z.string())),
  })
  .partial();
const newAgent = z.object({
  name: z.string().min(1).max(60),
  agentId: z
    .string()
    .regex(/^\d{5,10}$/)
    .optional(),
  secret: z.string().min(16).max(64).optional(),
  token: z
    .string()
    .regex(/^\w{3,32}$/)
    .optional(),
  encodingAesKey: z.string().length(43).optional(),
});
const agentChange = z
  .object({
    range: z.array(z.string()).nullable(),
    contact: z.boolean(),
    kf: z.boolean(),
    directory: z.boolean(),
    trustedIps: z.array(z.string()).nullable(),
    redirectHost: z.string().nullable(),
    disabled: z.boolean(),
  })
  .partial();
const callback = z.object({
  url: z.url(),
  token: z.string().regex(/^\w{3,32}$/),
  encodingAesKey: z.string().length(43),
});
const login = z.object({ userId: z.string().optional(), personId: z.string().optional() });
const signature = z.object({
  kind: z.enum(['corp', 'agent']),
  url: z.url(),
  timestamp: z.union([z.string(), z.number()]).transform(String),
  nonceStr: z.string().min(1),
  signature: z.string(),
});
const servicers = z.object({
  serving: z.array(z.string()).max(100),
  away: z.array(z.string()).max(100).default([]),
});
const rawEvent = z.object({
  event: z.string().min(1),
  changeType: z.string().optional(),
  fields: z.record(z.string(), z.json()).default({}),
  to: z.enum(['contact', 'kf', 'directory']).default('contact'),
  lane: z.string().default('raw'),
});
const crowd = z.object({
  contacts: z.number().int().min(1).max(500_000),
  userIds: z.array(z.string()).min(1),
  seed: z.union([z.string(), z.number()]).transform(String).default('1'),
  unionidShare: z.number().min(0).max(1).default(0),
  spreadDays: z.number().min(0).max(5_000).default(365),
});

/** Corps, their apps, and where the apps listen. */
export function corpRoutes(router: Router, world: World): void {
  const { corps, courier, tokens } = world.wecom;

  router.get('/wecom/corps', (ctx) => {
    ctx.body = { items: corps.list().map((corp) => showCorp(world, corp)), nextCursor: null };
  });

  router.post('/wecom/corps', async (ctx) => {
    const wanted = await bodyOf(ctx, newCorp);
    const known = wanted.corpId === undefined ? undefined : corps.find(wanted.corpId);
    const corp = known ?? (await corps.add(wanted, world.clock.now()));
    ctx.status = known ? 200 : 201;
    ctx.body = showCorp(world, corp);
  });

  router.patch('/wecom/corps/:corpId', async (ctx) => {
    const corp = corpOrThrow(world, ctx.params.corpId);
    await corps.changeCorp(corp, given(await bodyOf(ctx, corpChange)));
    ctx.body = showCorp(world, corp);
  });

  router.post('/wecom/corps/:corpId/agents', async (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const wanted = await bodyOf(ctx, newAgent);
    const known = wanted.agentId === undefined ? undefined : corps.agent(corpId, wanted.agentId);
    const agent = known ?? (await corps.addAgent(corpId, wanted, world.clock.now()));
    ctx.status = known ? 200 : 201;
    ctx.body = { ...showAgent(agent), token: agent.token, encodingAesKey: agent.aesKey };
  });

  router.patch('/wecom/corps/:corpId/agents/:agentId', async (ctx) => {
    const agent = agentOrThrow(world, ctx.params.corpId ?? '', ctx.params.agentId ?? '');
    await corps.changeAgent(agent, given(await bodyOf(ctx, agentChange)));
    ctx.body = showAgent(agent);
  });

  router.post('/wecom/corps/:corpId/agents/:agentId/callback', async (ctx) => {
    const agent = agentOrThrow(world, ctx.params.corpId ?? '', ctx.params.agentId ?? '');
    const { url, token, encodingAesKey: aesKey } = await bodyOf(ctx, callback);
    const checked = await courier.verify(agent.corpId, { url, token, aesKey });
    if (!checked.ok) {
      const { status, reply, reason } = checked;
      throw new Problem(422, 'callback_refused', reason, {
        verified: false,
        status,
        reply,
        reason,
      });
    }
    await corps.connect(agent, { url, token, aesKey });
    ctx.body = { verified: true };
  });

  router.post('/wecom/corps/:corpId/agents/:agentId/steal-token', async (ctx) => {
    const agent = agentOrThrow(world, ctx.params.corpId ?? '', ctx.params.agentId ?? '');
    await world.store.write(() => tokens.kill(agent.corpId, agent.agentId));
    ctx.body = { done: true };
  });

  router.post('/wecom/corps/:corpId/agents/:agentId/expire-token', async (ctx) => {
    const agent = agentOrThrow(world, ctx.params.corpId ?? '', ctx.params.agentId ?? '');
    await world.store.write(() => tokens.expire(agent.corpId, agent.agentId));
    ctx.body = { done: true };
  });

  /** What the sign-in page would send back: a code that says who came. */
  router.post('/wecom/corps/:corpId/agents/:agentId/login-code', async (ctx) => {
    const { corpId, agentId } = agentOrThrow(
      world,
      ctx.params.corpId ?? '',
      ctx.params.agentId ?? '',
    );
    const { userId, personId } = await bodyOf(ctx, login);
    if ((userId === undefined) === (personId === undefined))
      throw new Problem(400, 'invalid', 'say who: userId or personId');
    const person = personId === undefined ? undefined : personOrThrow(world, personId);
    const staff = userId === undefined ? undefined : staffOrThrow(world, corpId, userId);
    const code = randomText(43);
    await world.store.write(() => {
      const contact = person && ensureContact(world, corpId, person.id);
      const outside = contact
        ? { externalUserId: contact.externalUserId, openid: corpOpenid(contact) }
        : {};
      const inside = staff ? { userId: staff.userId } : {};
      addLogin(world, { code, corpId, agentId, ...inside, ...outside }, world.clock.now());
    });
    ctx.status = 201;
    ctx.body = { code };
  });

  /** What the client does with `config` and `agentConfig`: is this page signed with the right ticket? */
  router.post('/wecom/corps/:corpId/agents/:agentId/check-signature', async (ctx) => {
    const agent = agentOrThrow(world, ctx.params.corpId ?? '', ctx.params.agentId ?? '');
    const signed = await bodyOf(ctx, signature);
    ctx.body = { ok: isSignedPage(world, agent, signed) };
  });

  router.get('/wecom/corps/:corpId/kf', (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    ctx.body = { items: kfsOf(world, corpId).map(({ kfId, name }) => ({ kfId, name })) };
  });

  router.post('/wecom/corps/:corpId/kf', async (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const { name } = await bodyOf(ctx, z.object({ name: z.string().min(1).max(16) }));
    const kfId = await world.store.write(() => addKf(world, corpId, name, world.clock.now()));
    ctx.status = 201;
    ctx.body = { kfId, name };
  });

  /** Who serves there, as an administrator sets it in WeCom; all others serve no more. */
  router.post('/wecom/corps/:corpId/kf/:kfId/servicers', async (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const kf = kfsOf(world, corpId).find((one) => one.kfId === ctx.params.kfId);
    if (!kf) return notFound('customer-service account');
    const { serving, away } = await bodyOf(ctx, servicers);
    for (const userId of [...serving, ...away]) staffOrThrow(world, corpId, userId);
    await world.store.write(() => setServicers(world, kf.kfId, { serving, away }));
    ctx.body = { kfId: kf.kfId, serving, away };
  });

  router.post('/wecom/corps/:corpId/events', async (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const { changeType, fields, ...rest } = await bodyOf(ctx, rawEvent);
    ctx.body = await perform(world, undefined, 0, () => ({
      events: tell(world, {
        ...{ corpId, ...rest, fields: fields as Record<string, Writable> },
        ...(changeType === undefined ? {} : { changeType }),
      }),
    }));
  });

  router.post('/wecom/corps/:corpId/crowd', async (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const wish = await bodyOf(ctx, crowd);
    for (const userId of wish.userIds) staffOrThrow(world, corpId, userId);
    ctx.body = await makeContactCrowd(world, { ...wish, corpId });
  });
}

/** Only the living ticket of the right kind counts; the fragment is no part of the page. */
function isSignedPage(world: World, agent: Agent, page: z.infer<typeof signature>): boolean {
  const kind = page.kind === 'corp' ? 'corp-ticket' : 'agent-ticket';
  const ticket = world.wecom.tokens.ticketOf(agent, kind);
  const [url = ''] = page.url.split('#');
  const text = `jsapi_ticket=${ticket ?? ''}&noncestr=${page.nonceStr}&timestamp=${page.timestamp}&url=${url}`;
  const expected = createHash('sha1').update(text).digest('hex');
  return ticket !== undefined && page.signature === expected;
}

// Absent and undefined are one thing to the reader, not to the compiler.
function given<T extends object>(value: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]: Exclude<T[Name], undefined> };
}

function showCorp(world: World, corp: Corp) {
  const count = (sql: string) => world.store.sql<{ n: number }>(sql).get(corp.corpId)?.n ?? 0;
  return {
    ...{ kind: 'wecom', corpId: corp.corpId, name: corp.name, settings: corp.settings },
    agents: world.wecom.corps.agentsOf(corp.corpId).map(showAgent),
    staff: count('SELECT count(*) AS n FROM wecom_staff WHERE corpId = ? AND leftAt IS NULL'),
    contacts: count('SELECT count(*) AS n FROM wecom_contact WHERE corpId = ?'),
    rooms: count('SELECT count(*) AS n FROM wecom_room WHERE corpId = ? AND dismissedAt IS NULL'),
  };
}

const showAgent = ({ corpId, agentId, name, secret, callbackUrl, settings }: Agent) => ({
  ...{ corpId, agentId, name, secret, settings },
  callback: callbackUrl === null ? null : { url: callbackUrl },
});
