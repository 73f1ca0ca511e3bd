import { valueOrThrow, type CallRequest, type Calls as CallsOf } from '../wire/call';
import type { JsonObject } from '../wire/json';
import type { CallingAgent } from './account';

/** Calls on behalf of one app of a corp. */
export type Calls = CallsOf<CallingAgent>;

type Query = Readonly<Record<string, string>>;

export const external = (name: string): string => `/cgi-bin/externalcontact/${name}`;

/** Reads by GET; throws `WeChatError` or `WeChatUnclear`. */
export async function get(
  calls: Calls,
  agent: CallingAgent,
  path: string,
  query: Query = {},
): Promise<JsonObject> {
  return valueOrThrow(await calls.json(agent, { method: 'GET', path, query }));
}

export async function post(
  calls: Calls,
  agent: CallingAgent,
  path: string,
  body: object,
  more: Pick<CallRequest, 'timeoutMs' | 'query'> = {},
): Promise<JsonObject> {
  return valueOrThrow(await calls.json(agent, { method: 'POST', path, body, ...more }));
}

/** `{ [name]: value }` when there is a value: an empty field would be written as such. */
export function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}
