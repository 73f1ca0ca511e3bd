import { ruleOf } from '../load-book';
import { withRule, type CompiledRules } from '../matching';
import type { BookRule, ReplyBook } from '../reply-book';
import { columnsOf, type RuleContent } from './content';

export type DraftRule = { readonly id: string; readonly content: RuleContent };

let last:
  { from: CompiledRules<BookRule>; key: string; rules: CompiledRules<BookRule> } | undefined;

/** The book as it is when this draft is published last of all; answers come from it by the real path. */
export function bookWith(book: ReplyBook, draft: DraftRule): ReplyBook {
  const key = JSON.stringify(draft);
  if (last?.from !== book.rules || last.key !== key) {
    const publishedAt = Number.MAX_SAFE_INTEGER;
    const rule = ruleOf({ ...columnsOf(draft.content), id: draft.id, publishedAt });
    last = { from: book.rules, key, rules: withRule(book.rules, rule) };
  }
  return { ...book, rules: last.rules };
}
