import type { Kit } from '../kernel/kit';
import type { Reviewed } from '../review';
import type { RuleContent } from './life/content';
import type { FaqContent } from './life/faq-life';
import { decidingFaqs } from './life/faq-life.operations';
import { decidingRules } from './life/rule-life.operations';
import type { LifeParts } from './life/try-draft';
import { presentContent } from './present-rule';
import { presentFaqContent } from './present-faq';
import { maySee } from './rule-access';

/** Rules, questions, welcome and default as the list of reviews shows them. */
export const reviewedReplies = (kit: Kit, { book: accounts, replies }: LifeParts): Reviewed[] => [
  {
    kind: 'rule',
    stored: { table: 'reply_rule', named: 'reply-rule' },
    deciding: decidingRules(kit, accounts, replies),
    idOf: (id) => id,
    titleOf: (content) => (content as RuleContent).name,
    matchOf: (content) => (content as RuleContent).match,
    show: (actor, content) => {
      const rule = content as RuleContent;
      return maySee(actor, rule.accountId) ? presentContent(accounts, rule) : undefined;
    },
  },
  {
    kind: 'faq',
    stored: { table: 'faq', named: 'faq' },
    deciding: decidingFaqs(kit, replies),
    idOf: (id) => id,
    titleOf: (content) => (content as FaqContent).question,
    show: (_, content) => presentFaqContent(content as FaqContent),
  },
  {
    kind: 'settings',
    idOf: (id) => accounts.find(id)?.platformId ?? id,
    titleOf: () => '',
    show: (_, content) => content,
  },
];
