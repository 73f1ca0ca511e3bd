import type { Router } from '@koa/router';
import { z } from 'zod';
import type { Account, Mode } from '../official-account/accounts';
import { menuFor } from '../official-account/personal-menus';
import {
  addMerchant,
  appsOf,
  changeMerchant,
  listMerchants,
  merchantOf,
  type Merchant,
} from '../pay/merchants';
import type { World } from '../world';
import { bodyOf, queryOf } from './input';
import { accountOrThrow } from './people';
import { notFound, Problem } from './problem';

const aesKey = z.string().regex(/^[a-zA-Z0-9]{43}$/, '43 letters and digits');
const newAccount = z.object({
  kind: z.literal('official-account').default('official-account'),
  name: z.string().min(1).max(60),
  appId: z
    .string()
    .regex(/^wx[0-9a-z]{8,16}$/)
    .optional(),
  appSecret: z.string().min(16).max(64).optional(),
  originalId: z
    .string()
    .regex(/^gh_\w{6,20}$/)
    .optional(),
  token: z
    .string()
    .regex(/^\w{3,32}$/)
    .optional(),
  encodingAesKey: aesKey.optional(),
});
const callback = z.object({
  url: z.url(),
  token: z.string().regex(/^\w{3,32}$/),
  encodingAesKey: aesKey,
  mode: z.enum(['secure', 'compatible', 'plain']).default('secure'),
});
const accountChange = z.object({
  name: z.string().min(1).max(60).optional(),
  quotas: z.record(z.string(), z.number().int().min(0)).optional(),
  messagesPerInbound: z.number().int().min(0).optional(),
  receipts: z.enum(['on', 'off']).optional(),
  ipAllowList: z.array(z.string()).nullable().optional(),
});
const limits = z
  .object({
    ratePerSecond: z.number().min(0),
    minFen: z.number().int().min(1),
    maxFen: z.number().int().min(1),
    userPacketsPerDay: z.number().int().min(0),
    userFenPerDay: z.number().int().min(0),
    dayFen: z.number().int().min(0),
    sameOrderGapMs: z.number().int().min(0),
    clientIps: z.array(z.string()).nullable(),
  })
  .partial();
const newMerchant = z.object({
  name: z.string().min(1).max(60),
  appIds: z.array(z.string()).default([]),
  mchId: z
    .string()
    .regex(/^\d{8,10}$/)
    .optional(),
  balanceFen: z.number().int().min(0).optional(),
  limits: limits.optional(),
});
const merchantChange = z.object({
  balanceFen: z.number().int().min(0).optional(),
  topUpFen: z.number().int().optional(),
  limits: limits.optional(),
  frozen: z.boolean().optional(),
  apiClosed: z.boolean().optional(),
});

/** Accounts and merchants of the platform, and where the app listens. */
export function accountRoutes(router: Router, world: World): void {
  router.get('/accounts', (ctx) => {
    const accounts = world.accounts.list().map((account) => showAccount(world, account));
    const merchants = listMerchants(world).map((merchant) => showMerchant(world, merchant));
    ctx.body = { items: [...accounts, ...merchants], nextCursor: null };
  });

  router.post('/accounts', async (ctx) => {
    const wanted = await bodyOf(ctx, newAccount);
    const known = wanted.appId === undefined ? undefined : world.accounts.find(wanted.appId);
    const account = known ?? (await world.accounts.add(wanted, world.clock.now()));
    ctx.status = known ? 200 : 201;
    ctx.body = {
      ...showAccount(world, account),
      token: account.token,
      encodingAesKey: account.aesKey,
    };
  });

  router.get('/accounts/:appId', (ctx) => {
    ctx.body = showAccount(world, accountOrThrow(world, ctx.params.appId));
  });

  router.patch('/accounts/:appId', async (ctx) => {
    const account = accountOrThrow(world, ctx.params.appId);
    const { name, ...settings } = await bodyOf(ctx, accountChange);
    const given = Object.fromEntries(
      Object.entries(settings).filter(([, value]) => value !== undefined),
    );
    await world.accounts.change(account, { name, settings: given });
    ctx.body = showAccount(world, account);
  });

  router.post('/accounts/:appId/callback', async (ctx) => {
    const account = accountOrThrow(world, ctx.params.appId);
    const { url, token, encodingAesKey, mode } = await bodyOf(ctx, callback);
    const checked = await world.courier.verify(url, token);
    if (!checked.ok) {
      const { status, reply, reason } = checked;
      throw new Problem(422, 'callback_refused', reason, {
        verified: false,
        status,
        reply,
        reason,
      });
    }
    await world.accounts.connect(
      account,
      { url, token, aesKey: encodingAesKey, mode: mode satisfies Mode },
      world.clock.now(),
    );
    ctx.body = { verified: true };
  });

  router.post('/accounts/:appId/steal-token', async (ctx) => {
    const { appId } = accountOrThrow(world, ctx.params.appId);
    await world.store.write(() => world.tokens.steal(appId, world.clock.now()));
    ctx.body = { done: true };
  });

  router.post('/accounts/:appId/expire-token', async (ctx) => {
    const { appId } = accountOrThrow(world, ctx.params.appId);
    await world.store.write(() => world.tokens.expire(appId, world.clock.now()));
    ctx.body = { done: true };
  });

  router.post('/merchants', async (ctx) => {
    const { limits: wantedLimits, ...wanted } = await bodyOf(ctx, newMerchant);
    for (const appId of wanted.appIds) accountOrThrow(world, appId);
    const known = wanted.mchId === undefined ? undefined : merchantOf(world, wanted.mchId);
    const merchant =
      known ?? (await addMerchant(world, { ...wanted, limits: given(wantedLimits) }));
    ctx.status = known ? 200 : 201;
    const { apiV2Key, apiV3Key, certPem, keyPem, publicKeyPem, publicKeyId } = merchant;
    const secrets = { apiV2Key, apiV3Key, certPem, keyPem, publicKeyPem, publicKeyId };
    ctx.body = {
      ...showMerchant(world, merchant),
      ...secrets,
      caPem: world.authority.caPem,
      payBaseUrl: world.payUrl(),
    };
  });

  router.get('/merchants/:mchId', (ctx) => {
    ctx.body = showMerchant(
      world,
      merchantOf(world, ctx.params.mchId ?? '') ?? notFound('merchant'),
    );
  });

  router.patch('/merchants/:mchId', async (ctx) => {
    const mchId = ctx.params.mchId ?? '';
    const merchant = merchantOf(world, mchId) ?? notFound('merchant');
    const { limits: wantedLimits, ...change } = await bodyOf(ctx, merchantChange);
    await changeMerchant(world, merchant, { ...change, limits: given(wantedLimits) });
    ctx.body = showMerchant(world, merchantOf(world, mchId) ?? merchant);
  });

  router.get('/menu', (ctx) => {
    const account = accountOrThrow(world, queryOf(ctx, 'appId'));
    const openid = queryOf(ctx, 'openid');
    const { menu } = openid === undefined ? account : menuFor(world, account, openid);
    ctx.body = menu === null ? { button: [] } : (JSON.parse(menu) as unknown);
  });
}

// Absent and undefined are one thing to the reader, not to the compiler.
function given<T extends object>(
  value: T | undefined,
): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const entries = Object.entries(value ?? {}).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]: Exclude<T[Name], undefined> };
}

function showAccount(world: World, account: Account) {
  const followers = world.store
    .sql<{ n: number }>('SELECT count(*) AS n FROM follower WHERE appId = ? AND following = 1')
    .get(account.appId)?.n;
  const { appId, appSecret, originalId, name, settings, callback: target } = account;
  return {
    kind: 'official-account',
    ...{ appId, appSecret, originalId, name, settings },
    callback: target ? { url: target.url, mode: target.mode } : null,
    followers: followers ?? 0,
  };
}

function showMerchant(world: World, merchant: Merchant) {
  const { mchId, name, balanceFen, serialNo } = merchant;
  return {
    kind: 'merchant',
    ...{ mchId, name, balanceFen, serialNo, limits: merchant.limits },
    appIds: appsOf(world, mchId),
    frozen: merchant.frozen === 1,
    apiClosed: merchant.apiClosed === 1,
  };
}
