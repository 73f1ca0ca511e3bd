import type { AccountBook } from '../accounts';
import type { Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { registerPublishing, type PlanningKit } from '../review';
import { faqOperations } from './faq.operations';
import { checkOperations, faqLife, ruleLife, ruleLifeOperations, settingsLife } from './life';
import type { Replies } from './open-replies';
import type { PacketsOfRules } from './packets-of-rules';
import { settingsOperations } from './reply-settings.operations';
import { ruleOperations } from './reply-rule.operations';
import type { ReplyHelper } from './reply-helper';
import type { SegmentsOfRules } from './segments-of-rules';
import { templateOperations } from './templates.operations';
import { tryReplyOperations } from './try-reply.operations';

export type ReplyParts = {
  readonly book: AccountBook;
  readonly replies: Replies;
  readonly segments?: SegmentsOfRules;
  readonly packets?: PacketsOfRules;
  readonly helper?: ReplyHelper | undefined;
};

/** What was planned goes live at its time. */
export function registerAnswerPublishing(
  kit: PlanningKit,
  { book, replies }: Pick<ReplyParts, 'book' | 'replies'>,
): void {
  registerPublishing(kit, ruleLife(kit, { book, replies }));
  registerPublishing(kit, faqLife(kit));
  registerPublishing(kit, settingsLife(kit));
}

export function replyOperations(
  kit: Kit,
  { book, replies, segments, packets, helper }: ReplyParts,
): Operation[] {
  return [
    ...tryReplyOperations(kit, book, replies, { segments, packets, helper }),
    ...settingsOperations(kit, book, replies),
    ...checkOperations(kit, book, replies),
    ...ruleOperations(kit, book, replies, segments, packets),
    ...ruleLifeOperations(kit, book, replies),
    ...faqOperations(kit, book, replies),
    ...templateOperations(kit, book, replies),
  ];
}
