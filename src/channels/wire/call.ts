import type { HttpAnswer, HttpClient } from '../../kernel/http-client';
import { WeChatError, WeChatUnclear, type Outcome } from './errors';
import { exchange } from './exchange';
import { isObject, numberFrom, parseJson, textFrom, type JsonObject } from './json';
import type { TokenKeeper } from './token-keeper';

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

/** Calls on behalf of one account of a platform, or of one app of a corp. */
export interface Calls<Caller> {
  json(caller: Caller, request: CallRequest): Promise<Ended<JsonObject>>;
  /** For media: bytes, or the JSON that came instead of them. */
  download(caller: Caller, request: CallRequest): Promise<Ended<HttpAnswer | JsonObject>>;
}

export interface CallParts<Caller> {
  readonly http: Pick<HttpClient, 'request'>;
  readonly tokens: Pick<TokenKeeper<Caller>, 'current' | 'renew'>;
  /** Where the caller's platform lives, without a slash at the end. */
  readonly apiOf: (caller: Caller) => string;
  readonly outcomeOf: (errcode: number) => Outcome;
}

const defaultTimeoutMs = 8_000;

/** Calls with the caller's token. A call refused for its token is repeated once with a new one, never more. */
export function openCalls<Caller>(parts: CallParts<Caller>): Calls<Caller> {
  const { http, tokens, apiOf, outcomeOf } = parts;

  const attempt = async <Value>(
    caller: Caller,
    request: CallRequest,
    token: string,
    read: Read<Value>,
  ): Promise<Ended<Value>> => {
    const query = new URLSearchParams({ access_token: token, ...request.query });
    try {
      const answer = await exchange(http, request.path, {
        method: request.method,
        url: `${apiOf(caller)}${request.path}?${query.toString()}`,
        timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
        ...(request.maxBytes !== undefined && { maxBytes: request.maxBytes }),
        ...bodyOf(request),
      });
      return read(request, answer, outcomeOf);
    } catch (error) {
      if (!(error instanceof WeChatUnclear)) throw error;
      return error.reason === 'connect' ? { kind: 'unsent', error } : { kind: 'unknown', error };
    }
  };

  const call = async <Value>(
    caller: Caller,
    request: CallRequest,
    read: Read<Value>,
  ): Promise<Ended<Value>> => {
    const token = await settled(tokens.current(caller));
    if (typeof token !== 'string') return token;
    const first = await attempt(caller, request, token, read);
    if (first.kind !== 'refused' || first.error.outcome.kind !== 'token') return first;
    const renewed = await settled(tokens.renew(caller, token));
    return typeof renewed === 'string' ? attempt(caller, request, renewed, read) : renewed;
  };

  return {
    json: (caller, request) => call(caller, request, readJson),
    download: (caller, request) => call(caller, request, readDownload),
  };
}

/** The value, or the error thrown: for calls whose failure has no use of its own. */
export function valueOrThrow<Value>(ended: Ended<Value>): Value {
  if (ended.kind === 'ok') return ended.value;
  throw ended.error;
}

type JudgeCode = (errcode: number) => Outcome;
type Read<Value> = (request: CallRequest, answer: HttpAnswer, judge: JudgeCode) => Ended<Value>;

function readJson(request: CallRequest, answer: HttpAnswer, judge: JudgeCode): Ended<JsonObject> {
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
  const error = new WeChatError(request.path, errcode, textFrom(body['errmsg']), judge(errcode));
  // "Done before" is done; the body may carry what was made then.
  return error.outcome.kind === 'duplicate'
    ? { kind: 'ok', value: body }
    : { kind: 'refused', error };
}

function readDownload(
  request: CallRequest,
  answer: HttpAnswer,
  judge: JudgeCode,
): Ended<HttpAnswer | JsonObject> {
  // Errors and videos come as JSON, sometimes under another content type: the first byte tells.
  const isJson =
    /json|text\/plain/.test(answer.headers['content-type'] ?? '') || answer.body[0] === 123;
  return isJson ? readJson(request, answer, judge) : { kind: 'ok', value: answer };
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
