import type { AccountBook } from '../../accounts';
import { NotFound } from '../../kernel/errors';
import type { Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { lifeOperations } from '../../review';
import type { Replies } from '../open-replies';
import { presentContent, presentRules } from '../present-rule';
import { ruleContentFields, RuleView } from '../reply-rule.schema';
import { maySee, requireChange } from '../rule-access';
import { findRuleFor } from '../save-rule';
import { ruleLife } from './rule-life';

/** A rule from a draft to what answers, and back again. */
export function ruleLifeOperations(kit: Kit, accounts: AccountBook, replies: Replies): Operation[] {
  return lifeOperations(kit, {
    life: ruleLife(kit, { book: accounts, replies }),
    named: { path: '/api/v1/reply-rules/{id}', one: 'a rule' },
    find: (actor, id) => findRuleFor(kit, actor, id),
    requireChange: (actor, rule, open) => {
      requireChange(actor, rule);
      if (open) requireChange(actor, open);
    },
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
