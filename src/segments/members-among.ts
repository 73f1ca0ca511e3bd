import { marksFor, type Reader } from '../kernel/database';
import { compileForFew, type Judging } from './compile-rule';
import { fieldsIn } from './load-fields';
import { readRule } from './read-rule';

/**
 * Which of these segments each of these identities is in. For a handful of identities, inside a transaction of
 * the callback path too: a segment that is gone or that no longer can be read has nobody.
 */
export async function membersAmong(
  reader: Pick<Reader, 'all'>,
  world: Omit<Judging, 'fields'>,
  segmentIds: readonly string[],
  identityIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  if (segmentIds.length === 0 || identityIds.length === 0) return found;
  const [segments, fields] = await Promise.all([
    reader.all<{ id: string; rule: string }>(
      `SELECT id, rule FROM segment WHERE id IN (${marksFor(segmentIds)})`,
      segmentIds,
    ),
    fieldsIn(reader),
  ]);
  const judging: Judging = { ...world, fields };
  for (const { id, rule } of segments) {
    const members = compiled(rule, judging);
    if (!members) continue;
    const rows = await reader.all<{ id: string }>(
      `SELECT i.id FROM identity i WHERE i.id IN (${marksFor(identityIds)}) AND i.kind = 'follower'
       AND ${members.text}`,
      [...identityIds, ...members.params],
    );
    for (const row of rows) found.set(row.id, (found.get(row.id) ?? new Set()).add(id));
  }
  return found;
}

function compiled(rule: string, judging: Judging) {
  try {
    return compileForFew(readRule(JSON.parse(rule), judging.fields), judging);
  } catch {
    return undefined;
  }
}
