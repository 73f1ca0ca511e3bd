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
  if (view === 'mine') return one.assignee?.id === me && one.state !== 'closed';
  return (view === 'closed') === (one.state === 'closed');
}

/** Who waits longest stands first; elsewhere what moved last. */
function comesBefore(one: Conversation, other: Conversation, view: View): boolean {
  const [left, right] =
    view === 'waiting'
      ? [other.waitingSince ?? other.since, one.waitingSince ?? one.since]
      : [one.lastAt, other.lastAt];
  if (left !== right) return Date.parse(left) > Date.parse(right);
  return view === 'waiting' ? one.id < other.id : one.id > other.id;
}

/** The list after one conversation has changed: in its place, moved, added or gone. */
export function placeConversation(
  items: readonly Conversation[],
  changed: Conversation,
  shelf: Shelf,
): Conversation[] {
  const isKnown = items.some((one) => one.id === changed.id);
  if (shelf.searching) return items.map((one) => (one.id === changed.id ? changed : one));
  const others = items.filter((one) => one.id !== changed.id);
  if (!fits(changed, shelf)) return others;
  const at = others.findIndex((one) => comesBefore(changed, one, shelf.view));
  if (at >= 0) return [...others.slice(0, at), changed, ...others.slice(at)];
  // Behind everything loaded: it belongs to a page that was not read yet, unless it stood here already.
  return shelf.hasMore && !isKnown ? others : [...others, changed];
}
