import type { Actor } from '../../kernel/access';
import type { Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { keepMark } from '../../relationships';
import type { RuleContent, RuleRow } from './content';
import { addVersion, changeVersion, contentIn, keepFirst, standingIn } from './version.queries';

type Imported = Omit<RuleContent, 'examples'>;

/**
 * A rule that was made live by a file stands in its history too: with what it was `before`, which the
 * table of rules still says. A draft beside it stays, and so do its examples.
 */
export async function keepImported(
  tx: Tx,
  kit: Pick<Kit, 'newId' | 'clock'>,
  by: Actor,
  { ruleId, content, before }: { ruleId: string; content: Imported; before?: RuleRow },
): Promise<void> {
  const now = kit.clock.business();
  const standing = before && (await keepFirst(tx, kit, before, await standingIn(tx, ruleId)));
  if (standing?.live) await changeVersion(tx, standing.live, { state: 'retired' });
  const mark = content.also?.mark;
  if (mark) await keepMark(tx, { newId: kit.newId, now }, mark.name);
  const examples = standing?.live ? contentIn(standing.live).examples : [];
  await addVersion(tx, kit, {
    ruleId,
    version: (standing?.version ?? 0) + 1,
    state: 'live',
    content: { ...content, examples },
    savedAt: now,
    by,
    publishedAt: now,
  });
}
