import type { BookRow, RewrittenBooks } from './rewritten-books';

/** As many as an old installation may have of a thing that is listed. */
export const crowd = 10_000;

/** A crowd of everything with a page that lists it, made of the one that is there. */
export function crowdTheBooks(books: RewrittenBooks, ruleId: string): void {
  const crowdOf = (table: string, change: (place: number) => BookRow = () => ({})) => {
    const first = books.one(`SELECT * FROM "${table}"`);
    books.add(
      table,
      rowsOf((place) => ({ ...first, id: books.newId(), ...change(place) })),
    );
  };
  const version = books.one(
    "SELECT * FROM answer_version WHERE kind = 'rule' AND targetId = ?",
    ruleId,
  );
  crowdOf('answer_version', (place) => ({
    ...version,
    id: books.newId(),
    ...{ state: 'retired', version: 100 + place },
  }));
  crowdOf('menu_version', (place) => ({ number: 100 + place }));
  crowdOf('canned_reply', (place) => ({ shortcut: `k${place}` }));
  crowdOf('media_item', (place) => ({
    sha256: `sha-${place}`,
  }));
  crowdOf('outreach');
  crowdOf('model_call');
  crowdOf('room', (place) => ({ roomId: `wr-${place}` }));
  crowdOf('room_code', (place) => ({ state: `rc-${place}`, configId: null }));
  crowdOf('room_greeting', () => ({ templateId: null }));
  crowdOf('handover');
  const identity = books.one(
    'SELECT * FROM identity JOIN conversation ON identityId = identity.id',
  );
  const follower = books.one('SELECT * FROM identity WHERE id = ?', identity['identityId'] ?? '');
  const ids = Array.from({ length: crowd }, () => books.newId());
  const nth = (place: number) => ids[place] ?? '';
  crowdOf('person', (place) => ({ id: nth(place) }));
  crowdOf('identity', (place) => ({
    ...follower,
    ...{ id: nth(place), personId: nth(place), externalId: `o-${place}` },
  }));
  crowdOf('conversation', (place) => ({
    identityId: nth(place),
    state: 'waiting',
    operatorId: null,
  }));
}

function* rowsOf(make: (place: number) => BookRow): Generator<BookRow> {
  for (let place = 0; place < crowd; place += 1) yield make(place);
}
