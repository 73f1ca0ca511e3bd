import { randomUUID } from 'node:crypto';

export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    what: string,
    readonly body: string,
  ) {
    super(`${what}: ${status} ${body.slice(0, 400)}`);
  }
}

type Headers = Record<string, string>;
export type JsonClient = <T>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Headers,
) => Promise<T>;

/** An Idempotency-Key of its own, as what moves money asks for. */
export const newKey = (): Headers => ({ 'idempotency-key': randomUUID() });

/** JSON over HTTP, no retries; throws `HttpProblem` for an answer that is not 2xx. */
export function jsonClient(base: () => string, headers: Headers = {}): JsonClient {
  return async <T>(method: string, path: string, body?: unknown, more: Headers = {}) => {
    const answer = await fetch(`${base()}${path}`, {
      method,
      headers: {
        ...headers,
        ...more,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new HttpProblem(answer.status, `${method} ${path}`, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
}

/** Asks again after a 5xx: the books decide what came of the first; whoever makes a draft twice has two. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HttpProblem) || error.status < 500 || tries >= 8) throw error;
      await pause(300);
    }
  }
}

/** All rows of a list that is read page by page. */
export async function allPages<T>(client: JsonClient, path: string): Promise<T[]> {
  const rows: T[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const glue = path.includes('?') ? '&' : '?';
    const at = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: T[]; nextCursor: string | null } = await patiently(() =>
      client('GET', `${path}${glue}limit=200${at}`),
    );
    rows.push(...page.items);
    cursor = page.nextCursor;
  }
  return rows;
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again until it is true; throws with `what` when it takes too long. */
export async function eventually(
  what: string,
  check: () => Promise<boolean>,
  withinMs: number,
  everyMs = 200,
): Promise<void> {
  const until = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < until) {
    try {
      if (await check()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await pause(everyMs);
  }
  const why = last instanceof Error ? ` (${last.message})` : '';
  throw new Error(`not within ${withinMs} ms: ${what}${why}`);
}
