import Pay from 'wechatpay-node-v3';
import type { Clock } from '../../kernel/clock';
import { HttpFailure, type HttpClient } from '../../kernel/http-client';
import { officialPayHost } from './red-packet.client';
import { faultOfV3, type PlatformKeys } from './verify-v3';

export interface MerchantV3 {
  readonly appId: string;
  readonly mchId: string;
  /** Serial number of the merchant's API certificate, as the console shows it. */
  readonly serialNo: string;
  readonly keyPem: string;
  readonly keys: PlatformKeys;
  /** Set when the merchant uses the platform's public key instead of its certificates. */
  readonly publicKeyId?: string;
}

export interface V3Parts {
  readonly http: Pick<HttpClient, 'request'>;
  readonly clock: Pick<Clock, 'system'>;
  /** Where calls really go; signatures always speak of the official host's paths. */
  readonly host: string;
  readonly timeoutMs?: number;
}

/** No verified answer. For a call that pays, that means nobody knows. */
export class PayUnclear extends Error {
  constructor(
    readonly reason: string,
    readonly status?: number,
  ) {
    super(`wechat pay: ${reason}`);
    this.name = 'PayUnclear';
  }
}

type V3Body = string | Record<string, unknown> | undefined;
type V3Output = { status: number; data?: unknown };
type Transport = Parameters<Pay['createHttp']>[0];

/**
 * The library's typed calls and its `Authorization`, on our own transport: with a time-out, with every 2xx reply
 * verified, and with the body-less POST signed right. Never use its `decipher_gcm` (checks no tag) or `verifySign`
 * (fetches keys for anyone who asks): `verify-v3.ts` has both.
 */
export class MerchantPay extends Pay {
  constructor(
    private readonly merchant: MerchantV3,
    private readonly parts: V3Parts,
  ) {
    super({
      appid: merchant.appId,
      mchid: merchant.mchId,
      serial_no: merchant.serialNo,
      // The library asks for the merchant certificate here and reads it only when no serial is given.
      publicKey: Buffer.from('unused'),
      privateKey: Buffer.from(merchant.keyPem),
      userAgent: 'guanxi',
    });
    const transport: Transport = {
      post: (url, body, headers) => this.exchange('POST', url, body as V3Body, headers),
      get: (url, headers) => this.exchange('GET', url, undefined, headers),
      upload: () => Promise.reject(new PayUnclear('uploads are not used')),
    };
    this.createHttp(transport);
  }

  /** The library leaves out the fifth line of a POST without body. */
  override getSignature(
    method: string,
    nonce: string,
    timestamp: string,
    url: string,
    body?: string | Record<string, unknown>,
  ): string {
    const lines = [method, url, timestamp, nonce, wireBody(body) ?? '', ''];
    return this.sha256WithRsa(lines.join('\n'));
  }

  /** Any v3 call by path; what the library has no function for goes through here. */
  async call(
    method: 'GET' | 'POST',
    path: string,
    body?: Record<string, unknown>,
  ): Promise<V3Output> {
    // Signing strips exactly the official prefix, so the host is swapped only after it.
    const url = officialPayHost + path;
    const headers = this.getHeaders(this.buildAuthorization(method, url, body));
    return this.exchange(method, url, body, headers);
  }

  private async exchange(
    method: 'GET' | 'POST',
    url: string,
    body: V3Body,
    headers: Record<string, unknown>,
  ): Promise<V3Output> {
    const { http, clock, host, timeoutMs = 8_000 } = this.parts;
    const content = wireBody(body);
    const sent = {
      ...plainHeaders(headers),
      ...(content !== undefined && { 'Content-Type': 'application/json' }),
      ...(this.merchant.publicKeyId !== undefined && {
        'Wechatpay-Serial': this.merchant.publicKeyId,
      }),
    };
    const answer = await http
      .request({
        method,
        url: url.replace(officialPayHost, host),
        headers: sent,
        timeoutMs,
        ...(content !== undefined && { body: content }),
      })
      .catch((error: unknown) => {
        throw error instanceof HttpFailure ? new PayUnclear(error.reason) : error;
      });
    const isGood = answer.status >= 200 && answer.status < 300;
    const fault = isGood
      ? faultOfV3(answer.headers, answer.body, this.merchant.keys, clock.system())
      : undefined;
    if (fault !== undefined) throw new PayUnclear(fault, answer.status);
    if (answer.body.length === 0) return { status: answer.status };
    try {
      return { status: answer.status, data: JSON.parse(answer.body.toString('utf8')) };
    } catch {
      throw new PayUnclear('unreadable', answer.status);
    }
  }
}

/** Exactly the text that is signed and sent; a body that is absent is not `{}`. */
function wireBody(body: V3Body): string | undefined {
  if (body === undefined || body === '') return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Text headers only, and without the offer to compress: signatures cover the bytes as they come. */
function plainHeaders(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' && entry[0].toLowerCase() !== 'accept-encoding',
    ),
  );
}
