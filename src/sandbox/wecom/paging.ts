import type { Bound } from '../store/database';
import type { World } from '../world';
import { num, str, type Call } from './endpoint';
import { refuse } from './refusal';

/** Where a page begins: the cursor is the number of the last row, written so that nobody counts on it. */
export function afterOf(call: Call): number {
  const cursor = str(call.body, 'cursor');
  if (cursor === '') return 0;
  const seq = Number(Buffer.from(cursor, 'base64url').toString('utf8').replace(/^c:/, ''));
  return Number.isSafeInteger(seq) ? seq : refuse(40058, 'invalid cursor');
}

export const cursorOf = (seq: number): string => Buffer.from(`c:${seq}`).toString('base64url');

/** What is asked for above the most is cut, not refused. */
export function limitOf(call: Call, usual: number, most: number): number {
  const limit = num(call.body, 'limit', usual);
  return limit <= 0 ? usual : Math.min(limit, most);
}

/**
 * One page by `seq`. `sql` ends in its conditions; the page's own are added. The cursor is empty after
 * the last page.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the statement decides
export function pageOfRows<Row extends { seq: number }>(
  world: World,
  sql: string,
  values: readonly Bound[],
  after: number,
  limit: number,
): { rows: Row[]; next_cursor: string } {
  const rows = world.store
    .sql<Row>(`${sql} AND seq > ? ORDER BY seq LIMIT ?`)
    .all(...values, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = page[page.length - 1];
  return { rows: page, next_cursor: rows.length > limit && last ? cursorOf(last.seq) : '' };
}
