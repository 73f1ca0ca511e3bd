import { learnBusinessTime } from '../i18n/clock';
import { locale } from '../i18n/i18n';
import { ApiError, UNREACHED, type FieldProblem } from './api-error';
import { openPressKeys } from './press-keys';

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface RequestOptions {
  query?: Query;
  signal?: AbortSignal;
  /** Milliseconds until the caller is told that nobody answered; default 30 s. */
  timeoutMs?: number;
  /** A write by its method that changes nothing, such as a plan: asking again does no harm. */
  reads?: boolean;
  /** It moves money: goes with an Idempotency-Key, the same when pressed again after no answer. */
  once?: boolean;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total?: number;
}

let csrfToken = '';
let onSignedOut: () => void = () => undefined;

/** The session hands its token over here; every write sends it. */
export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}

/** Called when the server no longer knows who we are. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

export function queryString(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** The server puts its sentence into `title`, or a longer one into `detail`. */
function sentenceOf(body: Readonly<Record<string, unknown>>): string | null {
  for (const name of ['detail', 'title']) {
    const value = body[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

async function problemOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id');
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  return new ApiError(
    response.status,
    typeof body['code'] === 'string' ? body['code'] : 'unexpected',
    sentenceOf(body),
    Array.isArray(body['errors']) ? (body['errors'] as FieldProblem[]) : [],
    typeof body['requestId'] === 'string' ? body['requestId'] : requestId,
    body,
  );
}

/** Nobody answered: a read is asked again, and of a write only a browser without a network knows that it never left. */
function unansweredOf(isRead: boolean, isAway: boolean, isLate: boolean): ApiError {
  if (isRead) return new ApiError(0, UNREACHED, null);
  if (isAway) return new ApiError(0, 'not-sent', null);
  return new ApiError(0, isLate ? 'timeout' : 'network', null);
}

/** Aborts with the first of the two; written out, because WeCom's older windows lack `AbortSignal.any`. */
function firstOf(...signals: AbortSignal[]): AbortSignal {
  const either = new AbortController();
  for (const signal of signals) {
    const follow = () => either.abort(signal.reason);
    if (signal.aborted) follow();
    else signal.addEventListener('abort', follow, { once: true, signal: either.signal });
  }
  return either.signal;
}

/** A client for one address prefix. The console uses `api`; the phone makes its own for the sandbox. */
export function createApi(base: string) {
  const keys = openPressKeys();

  async function send(
    method: string,
    path: string,
    body: BodyInit | undefined,
    contentType: string,
    options: RequestOptions,
  ): Promise<Response> {
    const headers: Record<string, string> = { 'Accept-Language': locale.value };
    if (body !== undefined) headers['Content-Type'] = contentType;
    if (method !== 'GET' && csrfToken !== '') headers['X-CSRF-Token'] = csrfToken;
    if (options.once) headers['Idempotency-Key'] = keys.keyOf(path, body);
    const limit = AbortSignal.timeout(options.timeoutMs ?? 30_000);
    const signal = options.signal ? firstOf(limit, options.signal) : limit;
    const isRead = method === 'GET' || options.reads === true;
    const isAway = !navigator.onLine;
    let response: Response;
    try {
      response = await fetch(`${base}${path}${queryString(options.query)}`, {
        method,
        headers,
        signal,
        credentials: 'same-origin',
        // A promised change is sent even while the page is being left.
        keepalive: method === 'DELETE',
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      throw unansweredOf(isRead, isAway, limit.aborted);
    }
    learnBusinessTime(response.headers.get('x-business-time'));
    if (response.ok) {
      if (method !== 'GET') keys.answered(path, response.status);
      return response;
    }
    const problem = await problemOf(response);
    if (method !== 'GET') keys.answered(path, problem.status, problem.code);
    if (problem.status === 401) onSignedOut();
    throw problem;
  }

  async function json<T>(
    method: string,
    path: string,
    body: unknown,
    options: RequestOptions,
  ): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await send(method, path, text, 'application/json', options);
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      // The answer broke off on its way.
      throw unansweredOf(method === 'GET' || options.reads === true, false, false);
    }
  }

  return {
    get: <T>(path: string, options: RequestOptions = {}) =>
      json<T>('GET', path, undefined, options),
    post: <T>(path: string, body: unknown = {}, options: RequestOptions = {}) =>
      json<T>('POST', path, body, options),
    put: <T>(path: string, body: unknown, options: RequestOptions = {}) =>
      json<T>('PUT', path, body, options),
    patch: <T>(path: string, body: unknown, options: RequestOptions = {}) =>
      json<T>('PATCH', path, body, options),
    delete: <T = void>(path: string, options: RequestOptions = {}) =>
      json<T>('DELETE', path, undefined, options),
    /** For bodies that are not JSON, such as an NDJSON file. */
    upload: async <T>(
      path: string,
      body: BodyInit,
      contentType: string,
      options: RequestOptions = {},
    ): Promise<T> => (await (await send('POST', path, body, contentType, options)).json()) as T,
    /** Address for an EventSource or a download: no header can be set there, so it says the language too. */
    url: (path: string, query: Query = {}) =>
      `${base}${path}${queryString({ lang: locale.value, ...query })}`,
  };
}

export const api = createApi('/api/v1');
