import { itemIdsIn, type MediaUse } from '../media';

type RuleFacts = {
  id: string;
  name: string;
  accountId: string | null;
  answer: string;
  publishedAt: number | null;
};
type DefaultFacts = { accountId: string; welcome: string | null; fallback: string | null };

export type MediaUses = {
  /** By piece of the library: the answers that name it, drafts too. */
  readonly byItem: ReadonlyMap<string, MediaUse[]>;
  /** What answers that are live need WeChat to hold. */
  readonly wanted: readonly { readonly itemId: string; readonly accountId: string | null }[];
};

/** Which answers name which pieces of the media library. */
export function mediaUsesOf(
  rules: readonly RuleFacts[],
  defaults: readonly DefaultFacts[],
): MediaUses {
  const byItem = new Map<string, MediaUse[]>();
  const wanted: { itemId: string; accountId: string | null }[] = [];
  const note = (json: string | null, use: MediaUse, isLive: boolean): void => {
    if (!json?.includes('"lib-')) return;
    for (const itemId of itemIdsIn(JSON.parse(json))) {
      byItem.set(itemId, [...(byItem.get(itemId) ?? []), use]);
      if (isLive) wanted.push({ itemId, accountId: use.accountId });
    }
  };
  for (const { id, name, accountId, answer, publishedAt } of rules) {
    note(answer, { kind: 'rule', id, name, accountId }, publishedAt !== null);
  }
  for (const { accountId, welcome, fallback } of defaults) {
    note(welcome, { kind: 'welcome', id: accountId, name: '', accountId }, true);
    note(fallback, { kind: 'default', id: accountId, name: '', accountId }, true);
  }
  return { byItem, wanted };
}
