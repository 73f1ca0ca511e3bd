import { parseWith, type Method, type Operation } from '../kernel/http';
import { operatorAtTheShell } from './command';

type Input = { params?: unknown; query?: unknown; body?: unknown };

/** One call of the API without HTTP: the same checks, the same trail in the audit log. */
export async function callOperation<T>(
  operations: readonly Operation[],
  method: Method,
  path: string,
  input: Input = {},
): Promise<T> {
  const found = operations.find((one) => one.method === method && one.path === path);
  if (!found) throw new Error(`no operation ${method} ${path}`);
  const answer = await found.handle({
    actor: operatorAtTheShell,
    params: found.params && parseWith(found.params, input.params ?? {}),
    query: found.query && parseWith(found.query, input.query ?? {}),
    body: found.body && parseWith(found.body, input.body),
    locale: 'en',
    // Only streams and uploads touch it, and no command calls those.
    ctx: undefined as never,
  });
  return answer as T;
}

/** Every row of a list, page by page. */
export async function* everyRow<T>(
  operations: readonly Operation[],
  path: string,
  filter: Record<string, string> = {},
): AsyncGenerator<T> {
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { ...filter, limit: '200' };
    if (cursor !== null) query['cursor'] = cursor;
    const page: { items: T[]; nextCursor: string | null } = await callOperation(
      operations,
      'GET',
      path,
      { query },
    );
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
