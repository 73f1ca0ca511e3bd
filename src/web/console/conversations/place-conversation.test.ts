import type { Conversation } from './conversations';
import { placeConversation, type Shelf } from './place-conversation';

const shelf: Shelf = {
  view: 'all',
  me: 'chen',
  accountId: null,
  searching: false,
  hasMore: false,
};
const one = (id: string, minute: number, more: Partial<Conversation> = {}): Conversation => ({
  id,
  identityId: id,
  personId: id,
  personName: id,
  personNamed: true,
  accountId: 'a',
  accountName: 'A',
  channel: 'official-account',
  isElsewhere: false,
  state: 'bot',
  assignee: null,
  since: `2026-11-22T10:${minute}:00.000Z`,
  lastAt: `2026-11-22T10:${minute}:00.000Z`,
  lastText: '',
  lastBy: 'follower',
  waitingSince: null,
  unread: 0,
  window: null,
  tags: [],
  draftBy: null,
  ...more,
});
const waiting = (id: string, minute: number) =>
  one(id, minute, { state: 'waiting', waitingSince: `2026-11-22T10:${minute}:00.000Z` });
const ids = (items: Conversation[]) => items.map(({ id }) => id).join('');

describe('a conversation that changed', () => {
  const all = [one('c', 30), one('b', 20), one('a', 10)];

  test('moves to the top when somebody spoke', () => {
    expect(ids(placeConversation(all, one('a', 40), shelf))).toBe('acb');
  });

  test('stays where it is when nothing was said', () => {
    const read = one('b', 20, { unread: 0, state: 'taken' });

    expect(ids(placeConversation(all, read, shelf))).toBe('cba');
    expect(placeConversation(all, read, shelf)[1]).toBe(read);
  });

  test('comes in where it belongs, and not at all when its page was not read yet', () => {
    expect(ids(placeConversation(all, one('n', 25), shelf))).toBe('cnba');
    expect(ids(placeConversation(all, one('n', 11), { ...shelf, hasMore: true }))).toBe('cbna');
    expect(ids(placeConversation(all.slice(0, 2), one('n', 11), { ...shelf, hasMore: true }))).toBe(
      'cb',
    );
  });

  test('leaves those who wait when it is taken, and stands behind who waits longer', () => {
    const queue = [waiting('a', 10), waiting('b', 20)];
    const taken = one('a', 50, { state: 'taken', assignee: { id: 'chen', name: 'Chen' } });

    expect(ids(placeConversation(queue, taken, { ...shelf, view: 'waiting' }))).toBe('b');
    expect(ids(placeConversation(queue, waiting('n', 15), { ...shelf, view: 'waiting' }))).toBe(
      'anb',
    );
    expect(ids(placeConversation([], taken, { ...shelf, view: 'mine' }))).toBe('a');
    expect(ids(placeConversation([], taken, { ...shelf, view: 'mine', me: 'li' }))).toBe('');
  });

  test('of another account, or under a search, brings nothing in', () => {
    expect(ids(placeConversation(all, one('n', 50), { ...shelf, accountId: 'other' }))).toBe('cba');
    expect(ids(placeConversation(all, one('n', 50), { ...shelf, searching: true }))).toBe('cba');
  });
});
