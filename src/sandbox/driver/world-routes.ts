import type { Router } from '@koa/router';
import { z } from 'zod';
import { iso } from '../clock';
import { effectOf, places, type Fault } from '../faults';
import { mediaFile } from '../official-account/media-calls';
import { addScene, sceneByTicket, type SceneRow } from '../official-account/qr-calls';
import type { Template } from '../official-account/templates';
import { settleDuePackets } from '../pay/due';
import { settleTransfers } from '../wecom/transfers';
import type { World } from '../world';
import { makeCrowd } from './crowd';
import { bodyOf, queryOf } from './input';
import { accountOrThrow } from './people';
import { notFound, Problem } from './problem';

/** From the first year of WeChat to where dates still have four digits to spare. */
const earliest = Date.UTC(2011, 0);
const latest = Date.UTC(2100, 0);
const instant = z
  .union([z.number(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))])
  .pipe(z.number().min(earliest).max(latest));
const clockMove = z.object({
  /** Forward only: what has happened stays happened. */
  advanceMs: z
    .number()
    .min(0)
    .max(latest - earliest)
    .optional(),
  setTo: instant.optional(),
  reset: z.boolean().optional(),
});
const share = z.number().min(0).max(1);
const crowd = z.object({
  appId: z.string().optional(),
  followers: z.number().int().min(1).max(1_000_000),
  seed: z.union([z.string(), z.number()]).transform(String).default('1'),
  unnamedShare: share.default(0.6),
  unionidShare: share.default(0),
  unfollowedShare: share.default(0),
  spreadDays: z.number().min(0).max(5_000).default(365),
  scenes: z.array(z.string().min(1).max(64)).default([]),
  callbacks: z.boolean().default(false),
  wait: z.boolean().default(true),
});
const faultCall = z.object({
  op: z.enum(['add', 'clear', 'list']).default('add'),
  id: z.union([z.string(), z.number()]).transform(Number).optional(),
  where: z.string().optional(),
  kind: z.string().optional(),
  rate: share.default(1),
  count: z.number().int().min(1).nullable().default(null),
  seed: z.union([z.string(), z.number()]).transform(String).default('1'),
  appId: z.string().optional(),
  mchId: z.string().optional(),
  openid: z.string().optional(),
  note: z.string().max(200).optional(),
});
const newTemplate = z.object({
  appId: z.string().optional(),
  title: z.string().min(1).max(60),
  content: z.string().regex(/\{\{\s*\w+\.DATA\s*\}\}/, 'needs a field like {{thing1.DATA}}'),
  example: z.string().optional(),
  templateId: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .optional(),
});
const newPoster = z.object({
  appId: z.string().optional(),
  scene: z.string().min(1).max(64),
  name: z.string().max(60).optional(),
});
const posterName = z.object({ name: z.string().max(60) });

/** The world itself: time, crowds, faults, templates and posters. */
export function worldRoutes(router: Router, world: World): void {
  router.get('/clock', (ctx) => {
    ctx.body = showClock(world);
  });

  router.post('/clock', async (ctx) => {
    const { advanceMs, setTo, reset } = await bodyOf(ctx, clockMove);
    const start = setTo ?? (reset === true ? Date.now() : world.clock.now());
    const target = start + (advanceMs ?? 0);
    if (target > latest) throw new Problem(400, 'invalid', 'the clock ends with the year 2099');
    if (setTo !== undefined || advanceMs !== undefined)
      await world.clock.setOffset(Math.round(target - Date.now()));
    else if (reset === true) await world.clock.setOffset(0);
    await settleDuePackets(world);
    await settleTransfers(world);
    world.courier.ring();
    await pokeApps(world);
    ctx.body = showClock(world);
    world.bus.tell({ kind: 'clock', openid: '', payload: () => showClock(world) });
  });

  router.post('/crowd', async (ctx) => {
    const wish = await bodyOf(ctx, crowd);
    const { appId } = accountOrThrow(world, wish.appId);
    if (wish.callbacks && wish.followers > 20_000) {
      throw new Problem(400, 'invalid', 'with callbacks at most 20,000 followers at a time');
    }
    ctx.body = await makeCrowd(world, { ...wish, appId });
    world.bus.tell({
      kind: 'person',
      openid: '',
      payload: () => ({ openid: '', crowd: wish.followers }),
    });
  });

  router.get('/faults', (ctx) => {
    ctx.body = { items: world.faults.list().map(showFault), places };
  });

  router.post('/faults', async (ctx) => {
    const { op, id, where, kind, appId, mchId, openid, note, ...how } = await bodyOf(
      ctx,
      faultCall,
    );
    if (op === 'list') {
      ctx.body = { items: world.faults.list().map(showFault) };
      return;
    }
    if (op === 'clear') {
      await world.faults.clear(id);
      ctx.body = { items: world.faults.list().map(showFault) };
    } else {
      if (where === undefined || !places.includes(where))
        throw new Problem(400, 'invalid', `where is one of ${places.join(', ')}`);
      if (kind === undefined || !effectOf(kind))
        throw new Problem(400, 'invalid', 'the sandbox does not know this kind of fault');
      const owner = appId ?? mchId;
      const fault = await world.faults.add({
        ...{ where, kind, ...how },
        ...(owner === undefined ? {} : { owner }),
        ...(openid === undefined ? {} : { openid }),
        ...(note === undefined ? {} : { note }),
      });
      ctx.status = 201;
      ctx.body = showFault(fault);
    }
    world.bus.tell({
      kind: 'faults',
      openid: '',
      payload: () => ({ items: world.faults.list().map(showFault) }),
    });
  });

  router.get('/templates', (ctx) => {
    ctx.body = {
      items: world.templates.list(queryOf(ctx, 'appId')).map(showTemplate),
      nextCursor: null,
    };
  });

  router.post('/templates', async (ctx) => {
    const wanted = await bodyOf(ctx, newTemplate);
    const { appId } = accountOrThrow(world, wanted.appId);
    const template = await world.store.write(() =>
      world.templates.add({ ...wanted, appId }, world.clock.now()),
    );
    ctx.status = 201;
    ctx.body = showTemplate(template);
  });

  router.delete('/templates/:templateId', async (ctx) => {
    const template = world.templates.any(ctx.params.templateId ?? '') ?? notFound('template');
    await world.store.write(() => world.templates.remove(template));
    ctx.status = 204;
  });

  router.get('/media/:mediaId', (ctx) => {
    const file = mediaFile(world, ctx.params.mediaId ?? '') ?? notFound('media');
    // What people upload is shown as what it says it is and never as a page.
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Content-Security-Policy', "default-src 'none'; sandbox");
    ctx.type = /^(?:image\/(?:png|jpeg|gif)|video\/mp4|audio\/\w+)$/.test(file.mime)
      ? file.mime
      : 'application/octet-stream';
    ctx.body = file.bytes;
  });

  router.get('/posters', (ctx) => {
    const appId = queryOf(ctx, 'appId') ?? null;
    const rows = world.store
      .sql<SceneRow>(
        'SELECT * FROM scene WHERE ? IS NULL OR appId = ? ORDER BY createdAt, rowid LIMIT 500',
      )
      .all(appId, appId);
    ctx.body = { items: rows.map((row) => showPoster(world, row)), nextCursor: null };
  });

  router.post('/posters', async (ctx) => {
    const { appId, scene, name } = await bodyOf(ctx, newPoster);
    const account = accountOrThrow(world, appId);
    const wanted = {
      appId: account.appId,
      scene,
      kind: 'text' as const,
      seconds: null,
      name: name ?? null,
    };
    const row = await world.store.write(() => addScene(world, wanted, world.clock.now()));
    ctx.status = 201;
    ctx.body = showPoster(world, row);
  });

  router.patch('/posters/:ticket', async (ctx) => {
    const ticket = ctx.params.ticket ?? '';
    const { name } = await bodyOf(ctx, posterName);
    await world.store.write(() => {
      world.store.sql('UPDATE scene SET name = ? WHERE ticket = ?').run(name, ticket);
    });
    ctx.body = showPoster(world, sceneByTicket(world, ticket) ?? notFound('poster'));
  });
}

/** Every app that listens to us is told to look at the clock; none of them can hold us up for more than a second. */
async function pokeApps(world: World): Promise<void> {
  const urls = world.accounts
    .list()
    .flatMap((account) => (account.callback ? [account.callback.url] : []));
  const corps = world.wecom.corps
    .list()
    .flatMap(({ corpId }) => world.wecom.corps.agentsOf(corpId));
  urls.push(...corps.flatMap(({ callbackUrl }) => callbackUrl ?? []));
  const origins = new Set(urls.map((url) => new URL(url).origin));
  await Promise.all([...origins].map((origin) => world.courier.poke(`${origin}/sandbox-clock`)));
}

function showClock(world: World) {
  const nowMs = world.clock.now();
  return { now: iso(nowMs), nowMs, offsetMs: world.clock.offsetMs, systemMs: Date.now() };
}

const showFault = (fault: Fault) => ({
  ...fault,
  id: String(fault.id),
  left: fault.count === null ? null : Math.max(0, fault.count - fault.fired),
});

const showTemplate = ({ templateId, appId, title, content, example, fields }: Template) => ({
  ...{ templateId, appId, title, content, example, fields },
});

function showPoster(world: World, row: SceneRow) {
  const image = `${world.options.baseUrl}/sandbox/wechat/cgi-bin/showqrcode?ticket=${encodeURIComponent(row.ticket)}`;
  return {
    ticket: row.ticket,
    scene: row.scene,
    name: row.name,
    appId: row.appId,
    accountName: world.accounts.find(row.appId)?.name ?? '',
    permanent: row.permanent === 1,
    expiresAt: row.expiresAt === null ? null : iso(row.expiresAt),
    url: row.url,
    svgUrl: `${image}&format=svg`,
    pngUrl: image,
  };
}
