import type { AccountBook } from '../../accounts';
import type { Actor } from '../../kernel/access';
import { NotFound } from '../../kernel/errors';
import type { Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { decidingOf, lifeOperations } from '../../review';
import type { Replies } from '../open-replies';
import { presentContent, presentRules } from '../present-rule';
import { ruleContentFields, RuleView } from '../reply-rule.schema';
import { maySee, requireChange } from '../rule-access';
import { findRuleFor } from '../save-rule';
import type { RuleContent, RuleRow } from './content';
import { ruleLife } from './rule-life';

/** Who may take a step with a rule. */
const ruleSteps = (kit: Kit, accounts: AccountBook, replies: Replies) => ({
  life: ruleLife(kit, { book: accounts, replies }),
  find: (actor: Actor, id: string) => findRuleFor(kit, actor, id),
  requireChange: (actor: Actor, rule: RuleRow, open: RuleContent | undefined) => {
    requireChange(actor, rule);
    if (open) requireChange(actor, open);
  },
});

export const decidingRules = (kit: Kit, accounts: AccountBook, replies: Replies) =>
  decidingOf(kit, ruleSteps(kit, accounts, replies));

/** A rule from a draft to what answers, and back again. */
export function ruleLifeOperations(kit: Kit, accounts: AccountBook, replies: Replies): Operation[] {
  return lifeOperations(kit, {
    ...ruleSteps(kit, accounts, replies),
    named: { path: '/api/v1/reply-rules/{id}', one: 'a rule' },
    view: RuleView,
    show: async (actor, rule, locale) => {
      const [shown] = await presentRules(kit, { accounts, replies }, [rule], { locale, actor });
      if (!shown) throw new NotFound();
      return shown;
    },
    contentFields: ruleContentFields,
    showContent: (actor, content) =>
      maySee(actor, content.accountId) ? presentContent(accounts, content) : undefined,
  });
}
