import type { HttpAnswer } from '../../kernel/http-client';
import { WeChatError, WeChatUnclear, type Outcome } from './errors';
import { isObject, numberFrom, parseJson, textFrom, type JsonObject } from './json';
import type { Granted } from './token-keeper';

/** Reads `{ [field], expires_in }`; an errcode that is not zero is the platform's no, everything else is unclear. */
export function readGrant(
  endpoint: string,
  answer: HttpAnswer,
  field: string,
  outcomeOf: (errcode: number) => Outcome,
): Granted {
  const body = objectIn(answer.body.toString('utf8'));
  if (!body) throw new WeChatUnclear(endpoint, 'unreadable', answer.status);
  const errcode = numberFrom(body['errcode']);
  if (errcode !== 0)
    throw new WeChatError(endpoint, errcode, textFrom(body['errmsg']), outcomeOf(errcode));
  return grantFrom(endpoint, body, field, answer.status);
}

export function grantFrom(
  endpoint: string,
  body: JsonObject,
  field: string,
  status?: number,
): Granted {
  const token = textFrom(body[field]);
  const seconds = numberFrom(body['expires_in']);
  if (token === '' || seconds <= 0) throw new WeChatUnclear(endpoint, 'unreadable', status);
  return { token, lifeMs: seconds * 1000 };
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const body = parseJson(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
