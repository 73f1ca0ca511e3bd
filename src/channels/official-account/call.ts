import type { HttpAnswer, HttpClient } from '../../kernel/http-client';
import type { TokenKeeper } from './access-token';
import type { CallingAccount, PlatformHosts } from './account';
import { outcomeOf, WeChatError, WeChatUnclear } from './errors';
import { exchange } from './exchange';
import { isObject, numberFrom, parseJson, textFrom, type JsonObject } from './json';

/**
 * How one call ended, told so that a sender can act on it:
 * `refused` is WeChat's definite no; `unsent` means nothing reached WeChat (no token, no connection), so it may be
 * repeated freely; `unknown` means it may or may not have happened.
 */
export type Ended<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'refused'; readonly error: WeChatError }
  | { readonly kind: 'unsent'; readonly error: Error }
  | { readonly kind: 'unknown'; readonly error: WeChatUnclear };

export interface CallRequest {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as raw UTF-8 JSON, or as it stands when it is bytes. */
  readonly body?: object;
  readonly bytes?: { readonly content: Buffer; readonly type: string };
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** Sends answer `errcode: 0` when they took the message; an answer without it proves nothing. */
  readonly mustConfirm?: boolean;
}

export interface Calls {
  json(account: CallingAccount, request: CallRequest): Promise<Ended<JsonObject>>;
  /** For media: bytes, or the JSON that came instead of them. */
  download(account: CallingAccount, request: CallRequest): Promise<Ended<HttpAnswer | JsonObject>>;
}

export interface CallParts {
  readonly http: Pick<HttpClient, 'request'>;
  readonly tokens: Pick<TokenKeeper, 'current' | 'renew'>;
  readonly hostsOf: (account: CallingAccount) => PlatformHosts;
}

const defaultTimeoutMs = 8_000;

/** Calls with the account's token. A call refused for its token is repeated once with a new one, never more. */
export function openCalls(parts: CallParts): Calls {
  const { http, tokens, hostsOf } = parts;

  const attempt = async <Value>(
    account: CallingAccount,
    request: CallRequest,
    token: string,
    read: Read<Value>,
  ): Promise<Ended<Value>> => {
    const query = new URLSearchParams({ access_token: token, ...request.query });
    try {
      const answer = await exchange(http, request.path, {
        method: request.method,
        url: `${hostsOf(account).api}${request.path}?${query.toString()}`,
        timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
        ...(request.maxBytes !== undefined && { maxBytes: request.maxBytes }),
        ...bodyOf(request),
      });
      return read(request, answer);
    } catch (error) {
      if (!(error instanceof WeChatUnclear)) throw error;
      return error.reason === 'connect' ? { kind: 'unsent', error } : { kind: 'unknown', error };
    }
  };

  const call = async <Value>(
    account: CallingAccount,
    request: CallRequest,
    read: Read<Value>,
  ): Promise<Ended<Value>> => {
    const token = await settled(tokens.current(account));
    if (typeof token !== 'string') return token;
    const first = await attempt(account, request, token, read);
    if (first.kind !== 'refused' || first.error.outcome.kind !== 'token') return first;
    const renewed = await settled(tokens.renew(account, token));
    return typeof renewed === 'string' ? attempt(account, request, renewed, read) : renewed;
  };

  return {
    json: (account, request) => call(account, request, readJson),
    download: (account, request) => call(account, request, readDownload),
  };
}

/** The value, or the error thrown: for calls whose failure has no use of its own. */
export function valueOrThrow<Value>(ended: Ended<Value>): Value {
  if (ended.kind === 'ok') return ended.value;
  throw ended.error;
}

type Read<Value> = (request: CallRequest, answer: HttpAnswer) => Ended<Value>;

function readJson(request: CallRequest, answer: HttpAnswer): Ended<JsonObject> {
  const unreadable = (): Ended<JsonObject> => ({
    kind: 'unknown',
    error: new WeChatUnclear(request.path, 'unreadable', answer.status),
  });
  let body: unknown;
  try {
    body = parseJson(answer.body.toString('utf8'));
  } catch {
    return unreadable();
  }
  if (!isJsonObject(body)) return unreadable();
  const written = body['errcode'];
  if (written === undefined) {
    return request.mustConfirm === true ? unreadable() : { kind: 'ok', value: body };
  }
  const errcode = numberFrom(written);
  if (String(errcode) !== textFrom(written)) return unreadable();
  if (errcode === 0) return { kind: 'ok', value: body };
  const error = new WeChatError(
    request.path,
    errcode,
    textFrom(body['errmsg']),
    outcomeOf(errcode),
  );
  // "Done before" is done; the body may carry what was made then.
  return error.outcome.kind === 'duplicate'
    ? { kind: 'ok', value: body }
    : { kind: 'refused', error };
}

function readDownload(request: CallRequest, answer: HttpAnswer): Ended<HttpAnswer | JsonObject> {
  // Errors and videos come as JSON, sometimes under another content type: the first byte tells.
  const isJson =
    /json|text\/plain/.test(answer.headers['content-type'] ?? '') || answer.body[0] === 123;
  return isJson ? readJson(request, answer) : { kind: 'ok', value: answer };
}

const isJsonObject = (value: unknown): value is JsonObject => isObject(value as JsonObject);

function bodyOf(request: CallRequest): {
  body?: string | Buffer;
  headers?: Record<string, string>;
} {
  if (request.bytes)
    return { body: request.bytes.content, headers: { 'content-type': request.bytes.type } };
  if (!request.body) return {};
  return {
    body: JSON.stringify(request.body),
    headers: { 'content-type': 'application/json; charset=utf-8' },
  };
}

async function settled(token: Promise<string>): Promise<string | Ended<never>> {
  try {
    return await token;
  } catch (error) {
    return { kind: 'unsent', error: error instanceof Error ? error : new Error(String(error)) };
  }
}
