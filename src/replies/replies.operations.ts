import type { AccountBook } from '../accounts';
import type { Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { faqOperations } from './faq.operations';
import type { Replies } from './open-replies';
import { ruleOperations } from './reply-rule.operations';
import { tryReplyOperations } from './try-reply.operations';

export type ReplyParts = { readonly book: AccountBook; readonly replies: Replies };

export function replyOperations(kit: Kit, { book, replies }: ReplyParts): Operation[] {
  return [
    ...tryReplyOperations(kit, book, replies),
    ...ruleOperations(kit, book, replies),
    ...faqOperations(kit, replies),
  ];
}
