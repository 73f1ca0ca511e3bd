import type { Actor } from '../../kernel/access';
import type { Tx } from '../../kernel/database';
import { keepMark } from '../../relationships';
import { contentIn, keepLive, standingIn, type LifeKit } from '../../review';
import type { RuleContent, RuleRow } from './content';
import { ruleLife } from './rule-life';

type Imported = Omit<RuleContent, 'examples'>;

/**
 * A rule that was made live by a file stands in its history too: with what it was `before`, which the
 * table of rules still says. A draft beside it stays, and so do its examples.
 */
export async function keepImported(
  tx: Tx,
  kit: LifeKit,
  by: Actor,
  { ruleId, content, before }: { ruleId: string; content: Imported; before?: RuleRow },
): Promise<void> {
  const { live } = await standingIn(tx, 'rule', ruleId);
  const mark = content.also?.mark;
  if (mark) await keepMark(tx, { newId: kit.newId, now: kit.clock.business() }, mark.name);
  const examples = live ? contentIn<RuleContent>(live).examples : [];
  const life = ruleLife(kit);
  const first = before && life.first(before);
  const made = { id: ruleId, content: { ...content, examples }, before: first };
  await keepLive(tx, kit, life, by, [made]);
}
