import type { Context } from 'koa';
import type { z } from 'zod';
import { AppError, InvalidInput } from '../errors';
import { findBadText } from './bad-text';
import { fieldErrorsOf, fieldPath } from './field-errors';
import { hasRepeatedName } from './repeated-name';

/** Reads a body up to `maxBytes`; more is refused before it is kept. */
export function readBody(ctx: Context, maxBytes: number, timeoutMs = 30_000): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => finish(new AppError(408, 'body_too_slow')), timeoutMs);
    const finish = (error?: Error) => {
      clearTimeout(timer);
      ctx.req.removeAllListeners('data');
      if (error) {
        ctx.req.resume();
        reject(error);
      } else resolve(Buffer.concat(parts));
    };
    ctx.req.on('data', (part: Buffer) => {
      length += part.length;
      if (length > maxBytes) finish(new AppError(413, 'body_too_large', { maxBytes }));
      else parts.push(part);
    });
    ctx.req.on('end', () => finish());
    ctx.req.on('error', () => finish(new AppError(400, 'body_broken')));
  });
}

export async function readJson(ctx: Context, maxBytes = 1_000_000): Promise<unknown> {
  const bytes = await readBody(ctx, maxBytes);
  if (bytes.length === 0) return undefined;
  if (!ctx.is('json')) throw new AppError(415, 'json_expected');
  const json = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new InvalidInput('json_broken');
  }
  if (hasRepeatedName(json)) throw new InvalidInput('json_name_repeated');
  return value;
}

/** Refuses with the path of every field that does not fit; never repeats the input. */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const badPath = findBadText(value);
  if (badPath) {
    throw new InvalidInput('text_invalid', {
      errors: [{ path: fieldPath(schema, value, badPath), code: 'text_invalid' }],
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidInput('input_invalid', {
    errors: fieldErrorsOf(schema, value, parsed.error.issues),
  });
}
