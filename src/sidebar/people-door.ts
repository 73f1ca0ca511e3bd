import type { z } from 'zod';
import type { Actor } from '../kernel/access';
import type { Method, Operation } from '../kernel/http';
import type { Locale } from '../kernel/text';
import type { PersonView } from '../relationships';
import type { Context } from 'koa';

export type Person = z.output<typeof PersonView>;
export type Caller = { actor: Actor; locale: Locale; ctx: Context };

/**
 * What a rep does to a person is what an operator does: the same operations, called with the rep's eyes. Which
 * customers a rep may name has been decided before.
 */
export function openPeopleDoor(operations: readonly Operation[]) {
  const call = async <T>(
    method: Method,
    path: string,
    caller: Caller,
    id: string,
    more: { body?: unknown; query?: unknown } = {},
  ): Promise<T> => {
    const found = operations.find((one) => one.method === method && one.path === path);
    if (!found) throw new Error(`no operation ${method} ${path}`);
    // The types of a listed operation are erased; its own schema says what it takes.
    const { body, query } = more;
    const given = {
      ...{ ...caller, params: { id }, query: undefined, body: undefined },
      ...(body === undefined ? {} : { body: found.body?.parse(body) }),
      ...(query === undefined ? {} : { query: found.query?.parse(query) }),
    };
    return (await found.handle(given)) as T;
  };
  const one = '/api/v1/people/{id}';
  return {
    person: (caller: Caller, id: string) => call<Person>('GET', one, caller, id),
    change: (caller: Caller, id: string, body: unknown) =>
      call<Person>('PATCH', one, caller, id, { body }),
    tag: (caller: Caller, id: string, body: unknown) =>
      call<Person>('PUT', `${one}/tags`, caller, id, { body }),
    note: (caller: Caller, id: string, body: unknown) =>
      call<{ id: string }>('POST', `${one}/notes`, caller, id, { body }),
    timeline: (caller: Caller, id: string, query: unknown) =>
      call<TimelinePage>('GET', `${one}/timeline`, caller, id, { query }),
  };
}

export type TimelineLine = {
  id: string;
  at: string;
  kind: string;
  title: string;
  accountId: string;
  identityId: string;
  params: Record<string, unknown>;
  ref: { kind: string; id: string } | null;
};
export type TimelinePage = { items: TimelineLine[]; nextCursor: string | null };
export type PeopleDoor = ReturnType<typeof openPeopleDoor>;
