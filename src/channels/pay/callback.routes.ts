import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Clock } from '../../kernel/clock';
import type { Log } from '../../kernel/log';
import {
  isObject,
  objectFrom,
  parseJson,
  textFrom,
  type Json,
  type JsonObject,
} from '../wire/json';
import { readBody } from '../read-body';
import { faultOfV3, openResource, type PlatformKeys } from './verify-v3';

/** What the notification route needs of a merchant. */
export interface NotifiedMerchant {
  readonly id: string;
  readonly mchId: string;
  readonly apiV3Key: string;
  readonly keys: PlatformKeys;
}

/** A verified, decrypted notification. It wakes whoever asks for the order's state; it is not proof of it. */
export interface PayNotification {
  readonly merchantId: string;
  readonly mchId: string;
  /** The platform's id of this notification; repeats carry the same one. */
  readonly id: string;
  /** The platform's word, such as `MCHTRANSFER.BILL.FINISHED`. */
  readonly type: string;
  readonly originalType: string;
  readonly createdAtText: string;
  /** The decrypted content; integers beyond 2^53 are strings. */
  readonly content: JsonObject;
  readonly receivedAt: number;
}

export interface PayCallbackParts {
  readonly merchants: (
    mchId: string,
  ) => Promise<NotifiedMerchant | undefined> | NotifiedMerchant | undefined;
  /** Resolves once the notification is stored for good; rejecting makes the platform deliver again. */
  readonly takeNotification: (notification: PayNotification) => Promise<void>;
  readonly clock: Pick<Clock, 'system'>;
  readonly log: Log;
  readonly metrics?: { taken(type: string): void; refused(reason: string): void };
  readonly bodyTimeoutMs?: number;
}

const mostBytes = 64 * 1024;

/** Where WeChat Pay notifies. Verify, then decrypt; any doubt is 401, the signature probe too. Before any body parser. */
export function payCallbackRoutes(parts: PayCallbackParts): Router {
  const { merchants, takeNotification, clock, log, metrics } = parts;
  const bounds = { maxBytes: mostBytes, timeoutMs: parts.bodyTimeoutMs ?? 5_000 };
  const router = new Router();

  const refuse = (status: number, reason: string): number => {
    metrics?.refused(reason);
    log.debug('pay notification refused', { reason, status });
    return status;
  };

  const deliver = async (ctx: Context, mchId: string): Promise<number> => {
    const body = await readBody(ctx.req, bounds);
    if ('refused' in body) {
      ctx.set('Connection', 'close');
      return refuse(body.refused, 'body');
    }
    const merchant = await merchants(mchId);
    if (!merchant) return refuse(401, 'merchant');
    const receivedAt = clock.system();
    const fault = faultOfV3(ctx.headers, body, merchant.keys, receivedAt);
    if (fault !== undefined) return refuse(401, fault);
    const notification = openNotification(merchant, body, receivedAt);
    if (!notification) return refuse(401, 'content');
    try {
      await takeNotification(notification);
    } catch (error) {
      log.error('pay notification not taken', { mchId: merchant.mchId, error });
      return refuse(503, 'not-taken');
    }
    metrics?.taken(notification.type);
    return 204;
  };

  router.post('/callback/wechat-pay/:mchId', async (ctx) => {
    ctx.status = await deliver(ctx, ctx.params['mchId'] ?? '');
    ctx.body = ctx.status === 204 ? null : { code: 'FAIL', message: 'refused' };
  });
  return router;
}

/** Undefined when a verified body still holds no content that this merchant's key opens. */
export function openNotification(
  merchant: NotifiedMerchant,
  body: Buffer,
  receivedAt: number,
): PayNotification | undefined {
  let outer: Json;
  let content: Json;
  let resource: JsonObject;
  try {
    outer = parseJson(body.toString('utf8'));
    resource = objectFrom(objectFrom(outer)['resource']);
    content = parseJson(
      openResource(merchant.apiV3Key, {
        algorithm: textFrom(resource['algorithm']),
        ciphertext: textFrom(resource['ciphertext']),
        nonce: textFrom(resource['nonce']),
        associatedData: textFrom(resource['associated_data']),
      }),
    );
  } catch {
    return undefined;
  }
  if (!isObject(outer) || !isObject(content)) return undefined;
  return {
    merchantId: merchant.id,
    mchId: merchant.mchId,
    id: textFrom(outer['id']),
    type: textFrom(outer['event_type']),
    originalType: textFrom(resource['original_type']),
    createdAtText: textFrom(outer['create_time']),
    content,
    receivedAt,
  };
}
