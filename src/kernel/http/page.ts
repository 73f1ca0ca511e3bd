import { z } from 'zod';
import { InvalidInput } from '../errors';

/** Every list: `limit` rows after `cursor`. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Several ids in one query, between commas: those of a page. */
export const idsQuery = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.string().min(1).max(64)).min(1).max(200));

type Keys = (string | number)[];

export function encodeCursor(keys: Keys): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** Refuses a forged or foreign cursor; `types` says what the keys of this list are. */
export function decodeCursor(cursor: string, types: ('string' | 'number')[]): Keys {
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new InvalidInput('cursor_invalid');
  }
  const fits =
    Array.isArray(keys) &&
    keys.length === types.length &&
    keys.every((key, index) => typeof key === types[index]);
  if (!fits) throw new InvalidInput('cursor_invalid');
  return keys as Keys;
}

/** From `limit + 1` rows: the page and the cursor of the next one. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keysOf: (row: Row) => Keys,
  present: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last ? encodeCursor(keysOf(last)) : null;
  return { items: shown.map(present), nextCursor };
}
