import { foldEventKey } from './matching';
import type { BookRule } from './reply-book';

/** Event rules of an account by the folded name of the event; the first of several is as good as any. */
export function rulesByEvent(
  rules: readonly { readonly rule: BookRule }[],
  accountId: string,
): ReadonlyMap<string, { id: string; name: string }> {
  const found = new Map<string, { id: string; name: string }>();
  for (const { rule } of rules) {
    const isOurs = rule.accountId === null || rule.accountId === accountId;
    if (rule.match !== 'event' || rule.publishedAt === null || !isOurs) continue;
    for (const keyword of rule.keywords) {
      const key = foldEventKey(keyword);
      if (!found.has(key)) found.set(key, { id: rule.id, name: rule.name });
    }
  }
  return found;
}
