import { recordChange, type Actor } from '../kernel/access';
import { insertRows } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { judgingNow } from './count-members';
import { readRule } from './read-rule';

/** Keeps a rule under a name; refuses a rule that is not understood with the path of the node. */
export async function addSegment(
  kit: Pick<Kit, 'db' | 'clock' | 'newId' | 'settings'>,
  actor: Actor,
  wanted: { name: string; rule: unknown },
) {
  const judging = await judgingNow(kit);
  const rule = readRule(wanted.rule, judging.fields);
  const at = kit.clock.business();
  const row = {
    id: kit.newId(),
    name: wanted.name,
    rule: JSON.stringify(rule),
    people: null,
    countedAt: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
  await kit.db.transact(async (tx) => {
    await insertRows(tx, 'segment', [row]);
    await recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action: 'segment.created',
      targetKind: 'segment',
      targetId: row.id,
      after: { name: wanted.name, rule },
    });
  });
  return row;
}
