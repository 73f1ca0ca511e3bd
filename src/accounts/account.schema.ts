import { z } from 'zod';
import { isHostIpv4 } from '../kernel/own-address';

const aesKey = z.string().regex(/^[A-Za-z0-9]{43}$/);
/** What WeChat Pay is told an order comes from; without it the machine's own address. */
const clientIp = z
  .string()
  .trim()
  .refine(isHostIpv4, { params: { code: 'host_ipv4_expected' } });
const agentId = z.string().regex(/^\d{1,10}$/);
const pem = z.string().max(20_000).includes('-----BEGIN');

export const OfficialAccountForm = z.strictObject({
  kind: z.literal('official-account'),
  name: z.string().trim().min(1).max(64),
  platformId: z.string().regex(/^wx[0-9a-zA-Z]{4,30}$/),
  originalId: z.string().regex(/^gh_[0-9a-zA-Z]{4,40}$/),
  mode: z.enum(['secure', 'compatible', 'plain']).default('secure'),
  secrets: z.strictObject({
    appSecret: z.string().min(8).max(128),
    token: z.string().regex(/^[A-Za-z0-9_-]{3,32}$/),
    encodingAesKey: aesKey,
    previousEncodingAesKey: aesKey.optional(),
  }),
});

export const MerchantForm = z.strictObject({
  kind: z.literal('merchant'),
  name: z.string().trim().min(1).max(64),
  platformId: z.string().regex(/^\d{8,12}$/),
  serialNo: z
    .string()
    .regex(/^[0-9A-Fa-f]{8,64}$/)
    .optional(),
  publicKeyId: z.string().max(64).optional(),
  clientIp: clientIp.optional(),
  secrets: z.strictObject({
    apiV2Key: z.string().length(32),
    apiV3Key: z.string().length(32).optional(),
    certPem: pem,
    keyPem: pem,
    publicKeyPem: pem.optional(),
  }),
});

/** One app of a corp; another app of a corp that is connected already joins it. */
export const WeComForm = z.strictObject({
  kind: z.literal('wecom'),
  name: z.string().trim().min(1).max(64),
  platformId: z.string().regex(/^(?:ww|wx)[0-9a-zA-Z]{8,32}$/),
  agentId,
  secrets: z.strictObject({
    appSecret: z.string().min(8).max(128),
    token: z.string().regex(/^[A-Za-z0-9]{3,32}$/),
    encodingAesKey: aesKey,
  }),
});

export const NewAccountForm = z.discriminatedUnion('kind', [
  OfficialAccountForm,
  MerchantForm,
  WeComForm,
]);

/** The sandbox makes everything else of it. */
export const SandboxAccountForm = z.strictObject({ name: z.string().trim().min(1).max(60) });

/** What may change later; secrets are written, never read back. */
export const AccountPatch = z.strictObject({
  name: z.string().trim().min(1).max(64).optional(),
  enabled: z.boolean().optional(),
  mode: z.enum(['secure', 'compatible', 'plain']).optional(),
  /** Of a merchant; null takes the machine's own address again. */
  clientIp: clientIp.nullable().optional(),
  /** Whose secrets, when a corp has several apps; the first one otherwise. */
  agentId: agentId.optional(),
  secrets: z
    .strictObject({
      appSecret: z.string().min(8).max(128).optional(),
      token: z
        .string()
        .regex(/^[A-Za-z0-9_-]{3,32}$/)
        .optional(),
      /** The one in use becomes the previous one and stays accepted. */
      encodingAesKey: aesKey.optional(),
    })
    .optional(),
});

export const AccountView = z.object({
  id: z.string(),
  kind: z.string(),
  platformId: z.string(),
  originalId: z.string().nullable(),
  name: z.string(),
  world: z.string(),
  mode: z.string(),
  enabled: z.boolean(),
  callbackUrl: z.string().nullable(),
  /** Of a corp: its apps, each with a callback address of its own. */
  apps: z.array(z.object({ agentId: z.string(), callbackUrl: z.string() })),
  /** Of a merchant: the address given for it, null for the machine's own. */
  clientIp: z.string().nullable(),
  /** All instants are business time, like everything else that is shown. */
  health: z.object({
    token: z.object({
      /** Of a merchant: how its newest call to WeChat Pay went. */
      state: z.enum(['ok', 'failing', 'unknown']),
      /** Of a merchant: its last call that WeChat Pay answered. */
      checkedAt: z.string().nullable(),
      expiresAt: z.string().nullable(),
      errorCode: z.number().optional(),
      errorName: z.string().optional(),
    }),
    callback: z.object({
      state: z.enum(['ok', 'silent', 'never']),
      lastAt: z.string().nullable(),
    }),
    /** Who follows the Official Account, or is a friend of one rep of the corp or more: customers, each once. */
    followers: z.number(),
    /** Of a corp: customer and rep, each pair by itself; null of others. */
    friendships: z.number().nullable(),
    /** Of a corp: pairs whose customer has deleted the rep. WeCom goes on listing them. */
    listedThoughLeft: z.number().nullable(),
  }),
});
