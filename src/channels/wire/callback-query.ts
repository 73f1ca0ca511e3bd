import { callbackLimits } from './callback-limits';

/** The query parameters of a callback, each at most once. */
export type CallbackQuery = Readonly<Record<string, string>>;

/** Why an envelope stayed shut. For our counters only: outside, every failed proof looks the same. */
export type Refusal =
  | 'query'
  | 'stale'
  | 'signature'
  | 'not-encrypted'
  | 'ciphertext'
  | 'other-account'
  | 'body'
  | 'xml';

export type RefusedEnvelope = {
  readonly opened: false;
  readonly refusal: Refusal;
  /** 400 for what cannot be read, 403 for what is not proved. */
  readonly status: 400 | 403;
};

export const refused = (refusal: Refusal, status: 400 | 403): RefusedEnvelope => ({
  opened: false,
  refusal,
  status,
});

/** Signed parts, read strictly: a stamp of ten digits keeps characters from sliding between stamp and nonce. */
export function proveStamp(
  query: CallbackQuery,
  now: number,
  skewMs: number = callbackLimits.skewMs,
): { timestamp: string; nonce: string; skew: number } | RefusedEnvelope {
  const { timestamp = '', nonce = '' } = query;
  if (!/^[1-9]\d{9}$/.test(timestamp) || nonce === '' || nonce.length > callbackLimits.nonceLength)
    return refused('query', 403);
  const skew = now - Number(timestamp) * 1000;
  return Math.abs(skew) > skewMs ? refused('stale', 403) : { timestamp, nonce, skew };
}

/** Reads a query string; undefined when a parameter is repeated or written as an array. */
export function readCallbackQuery(queryString: string): CallbackQuery | undefined {
  const query: Record<string, string> = {};
  if (queryString === '') return query;
  for (const pair of queryString.split('&')) {
    const split = pair.indexOf('=');
    const name = split < 0 ? pair : pair.slice(0, split);
    if (!/^[a-z_]{1,32}$/.test(name) || name in query || name in Object.prototype) return undefined;
    const value = decodeQueryValue(split < 0 ? '' : pair.slice(split + 1));
    if (value === undefined) return undefined;
    query[name] = value;
  }
  return query;
}

function decodeQueryValue(written: string): string | undefined {
  if (!/[%+]/.test(written)) return written;
  try {
    return decodeURIComponent(written.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
