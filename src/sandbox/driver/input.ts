import type { Context } from 'koa';
import { z } from 'zod';
import { readBody, TooLarge } from '../wire/body';
import { Problem } from './problem';

/** The JSON body by its schema; no body is an empty object. */
export async function bodyOf<T>(ctx: Context, schema: z.ZodType<T>): Promise<T> {
  let raw: Buffer;
  try {
    raw = await readBody(ctx.req, 16 * 1_048_576);
  } catch (error) {
    if (error instanceof TooLarge) throw new Problem(413, 'too_large', 'the body is too large');
    throw error;
  }
  let value: unknown = {};
  try {
    if (raw.length > 0) value = JSON.parse(raw.toString('utf8'));
  } catch {
    throw new Problem(400, 'invalid', 'the body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }));
  throw new Problem(400, 'invalid', errors.map((one) => `${one.path}: ${one.message}`).join('; '), {
    errors,
  });
}

/** One value of the query, never a list. */
export function queryOf(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first === '' ? undefined : first;
}

export interface Page {
  limit: number;
  /** The number the last page ended with. */
  cursor: number | undefined;
}

export function pageOf(ctx: Context, most = 200, usual = 50): Page {
  const limit = Number(queryOf(ctx, 'limit') ?? usual);
  const cursor = queryOf(ctx, 'cursor');
  const number = cursor === undefined ? undefined : Number(cursor);
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw new Problem(400, 'invalid', `limit is 1 to ${most}`);
  if (number !== undefined && !Number.isFinite(number))
    throw new Problem(400, 'invalid', 'this cursor is not one of ours');
  return { limit, cursor: number };
}

/** `rows` holds one more than the page when there is a next one. */
export function pageBody<Row, Item>(
  rows: Row[],
  limit: number,
  cursorOf: (row: Row) => number,
  show: (row: Row) => Item,
) {
  const page = rows.slice(0, limit);
  const last = page[page.length - 1];
  const nextCursor = rows.length > limit && last !== undefined ? String(cursorOf(last)) : null;
  return { items: page.map(show), nextCursor };
}
