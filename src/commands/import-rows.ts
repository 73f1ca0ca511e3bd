import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppError } from '../kernel/errors';
import type { Operation } from '../kernel/http';
import { callOperation, everyRow } from './call-operation';

export type Imported = {
  imported: number;
  updated: number;
  unchanged: number;
  rejected: { line: number; reason: string }[];
};
type Row = Record<string, unknown>;
type Taken = 'imported' | 'updated' | 'unchanged';

/** Takes each line by itself: one that does not fit is told, and the others are taken. */
export async function importLines(
  file: string,
  take: (row: Row) => Promise<Taken>,
): Promise<Imported> {
  const done: Imported = { imported: 0, updated: 0, unchanged: 0, rejected: [] };
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const bare = text.replace(/^\ufeff/, '').trim();
    if (bare === '') continue;
    try {
      done[await take(rowFrom(bare))] += 1;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      done.rejected.push({ line, reason: reasonOf(error) });
    }
  }
  return done;
}

function rowFrom(text: string): Row {
  try {
    const row = JSON.parse(text) as unknown;
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Row;
  } catch {
    // Said below.
  }
  throw new AppError(400, 'not_an_object');
}

function reasonOf({ code, params }: AppError): string {
  const [first] = (params['errors'] as { path: string; code: string }[] | undefined) ?? [];
  return first ? `${code} ${first.path} ${first.code}` : code;
}

/** A rule is known by its id, or by being the same as one that is there. */
export async function ruleTaker(operations: readonly Operation[]) {
  const path = '/api/v1/reply-rules';
  const known = new Map<string, string>();
  const bodyOf = ({ priority = 0, appId = null, when = null, also = null, ...row }: Row) => ({
    ...(row['name'] === undefined ? {} : { name: row['name'] }),
    match: row['match'],
    keywords: row['keywords'],
    priority,
    appId,
    answer: row['answer'],
    when,
    also,
    ...(row['publish'] === undefined ? {} : { publish: row['publish'] }),
  });
  for await (const rule of everyRow<Row & { id: string; status: string }>(operations, path)) {
    known.set(rule.id, JSON.stringify(bodyOf({ ...rule, publish: rule.status === 'published' })));
  }
  const bodies = new Set(known.values());
  return async (row: Row): Promise<Taken> => {
    const body = bodyOf(row);
    const written = JSON.stringify(body);
    if (bodies.has(written)) return 'unchanged';
    const isKnown = typeof row['id'] === 'string' && known.has(row['id']);
    if (isKnown) {
      const params = { id: row['id'] };
      await callOperation(operations, 'PUT', `${path}/{id}`, { params, body });
    } else await callOperation(operations, 'POST', path, { body });
    bodies.add(written);
    return isKnown ? 'updated' : 'imported';
  };
}

/** Remark, fields and tags of somebody who is here already, found by openid; tags are only added. */
export function personTaker(operations: readonly Operation[]) {
  const path = '/api/v1/people/{id}';
  return async ({ openid, remark, fields, tags }: Row): Promise<Taken> => {
    if (typeof openid !== 'string' || openid === '') throw new AppError(400, 'openid_missing');
    const { items } = await callOperation<{ items: { id: string }[] }>(
      operations,
      'GET',
      '/api/v1/people',
      { query: { openid } },
    );
    const [person] = items;
    if (!person) throw new AppError(404, 'nobody_has_this_openid');
    const params = { id: person.id };
    const body = {
      ...(remark === undefined ? {} : { remark }),
      ...(fields === undefined ? {} : { fields }),
    };
    if (Object.keys(body).length > 0) {
      await callOperation(operations, 'PATCH', path, { params, body });
    }
    if (Array.isArray(tags) && tags.length > 0) {
      await callOperation(operations, 'PUT', `${path}/tags`, { params, body: { add: tags } });
    }
    return 'updated';
  };
}
