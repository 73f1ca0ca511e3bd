import type { Conversation, View } from './conversations';

export interface Shelf {
  view: View;
  me: string;
  accountId: string | null;
  /** Something is searched for: only the server knows who fits. */
  searching: boolean;
  /** There is more below that was not loaded. */
  hasMore: boolean;
}

function fits(one: Conversation, { view, me, accountId }: Shelf): boolean {
  if (accountId !== null && one.accountId !== accountId) return false;
  if (view === 'waiting') return one.state === 'waiting';
  if (view === 'unanswered') return one.state === 'lapsed';
  if (view === 'mine') return one.assignee?.id === me && one.state !== 'closed';
  return (view === 'closed') === (one.state === 'closed');
}

/** Who waits longest stands first, who was left waiting last; elsewhere what moved last. */
function placeOf(one: Conversation, view: View): number {
  if (view === 'waiting') return -Date.parse(one.waitingSince ?? one.since);
  return Date.parse(view === 'unanswered' ? one.since : one.lastAt);
}

/** The list after one conversation has changed: in its place, moved, added or gone. */
export function placeConversation(
  items: readonly Conversation[],
  changed: Conversation,
  shelf: Shelf,
): Conversation[] {
  const known = items.find((one) => one.id === changed.id);
  const others = items.filter((one) => one.id !== changed.id);
  if (!shelf.searching && !fits(changed, shelf)) return others;
  const place = placeOf(changed, shelf.view);
  // Nothing was said: what only was read or taken does not move under the pointer.
  if (shelf.searching || (known && placeOf(known, shelf.view) === place)) {
    return items.map((one) => (one === known ? changed : one));
  }
  const at = others.findIndex((one) => placeOf(one, shelf.view) < place);
  if (at >= 0) return [...others.slice(0, at), changed, ...others.slice(at)];
  // Behind everything loaded: it belongs to a page that was not read yet, unless it stood here already.
  return shelf.hasMore && !known ? others : [...others, changed];
}
