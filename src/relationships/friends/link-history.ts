/** What can happen between one rep and one external contact. */
export type LinkEpisodeKind =
  'added' | 'half-added' | 'deleted-by-rep' | 'deleted-by-customer' | 'transferred' | 'gone';

/**
 * `half`: the customer came by a way that needs no consent and it is not mutual yet. `left`: the customer
 * deleted or blocked the rep. `dropped`: the rep deleted the customer. `parted`: both did. `gone`: WeCom
 * does not list the pair any more, and who ended it nobody told us.
 */
export type LinkState =
  'friend' | 'half' | 'left' | 'dropped' | 'parted' | 'transferred' | 'gone' | 'none';

export type Happening = {
  readonly id: string;
  readonly kind: LinkEpisodeKind;
  readonly at: number;
  readonly source: string | null;
};

export type LinkNow = {
  state: LinkState;
  firstAddedAt: number | null;
  addedAt: number | null;
  repDeletedAt: number | null;
  customerDeletedAt: number | null;
  transferredAt: number | null;
  endedAt: number | null;
  addCount: number;
  source: string | null;
};

/** A timeline line about one episode. */
export type LinkLine = {
  readonly episodeId: string;
  readonly at: number;
  readonly kind: string;
  readonly params: Readonly<Record<string, string | number>>;
};

const dayMs = 86_400_000;
const rank: Readonly<Record<LinkEpisodeKind, number>> = {
  'half-added': 0,
  added: 1,
  'deleted-by-customer': 2,
  'deleted-by-rep': 3,
  transferred: 4,
  gone: 5,
};

/**
 * Everything about a link from its episodes alone, in the order in which they happened: whatever order they
 * arrived in, and however often, the answer is the same.
 */
export function tellLink(episodes: readonly Happening[]): { now: LinkNow; lines: LinkLine[] } {
  const ordered = [...episodes].sort((a, b) => a.at - b.at || rank[a.kind] - rank[b.kind]);
  const lines: LinkLine[] = [];
  let now: LinkNow = {
    state: 'none',
    firstAddedAt: null,
    addedAt: null,
    repDeletedAt: null,
    customerDeletedAt: null,
    transferredAt: null,
    endedAt: null,
    addCount: 0,
    source: null,
  };
  for (const episode of ordered) {
    const before = now;
    now = after(before, episode);
    const line = lineOf(before, now, episode);
    if (line) lines.push({ episodeId: episode.id, at: episode.at, ...line });
  }
  return { now, lines };
}

const isOpen = ({ state }: LinkNow): boolean => state === 'friend' || state === 'half';

function after(before: LinkNow, { kind, at, source }: Happening): LinkNow {
  switch (kind) {
    case 'added':
    case 'half-added': {
      // Told again of a friend we have: by another app, or by a list that was read later.
      if (before.state === 'friend') return before;
      const state = kind === 'added' ? 'friend' : 'half';
      if (before.state === 'half') return { ...before, state };
      return {
        state,
        firstAddedAt: before.firstAddedAt ?? at,
        addedAt: at,
        repDeletedAt: null,
        customerDeletedAt: null,
        transferredAt: null,
        endedAt: null,
        addCount: before.addCount + 1,
        source,
      };
    }
    case 'deleted-by-rep': {
      const state = before.customerDeletedAt === null ? 'dropped' : 'parted';
      return { ...ended(before, at), state, repDeletedAt: before.repDeletedAt ?? at };
    }
    case 'deleted-by-customer': {
      const state = before.repDeletedAt === null ? 'left' : 'parted';
      return { ...ended(before, at), state, customerDeletedAt: before.customerDeletedAt ?? at };
    }
    case 'transferred':
      // Told by an event and by the answer to our own order.
      if (before.state === 'transferred') return before;
      return { ...ended(before, at), state: 'transferred', transferredAt: at };
    case 'gone':
      return isOpen(before) ? { ...ended(before, at), state: 'gone' } : before;
  }
}

const ended = (before: LinkNow, at: number): LinkNow => ({
  ...before,
  endedAt: before.endedAt ?? at,
});

function lineOf(
  before: LinkNow,
  now: LinkNow,
  { kind, at, source }: Happening,
): Pick<LinkLine, 'kind' | 'params'> | undefined {
  if (kind === 'added' || kind === 'half-added') {
    if (before.state === 'friend' || now === before) return undefined;
    if (before.state === 'half') return { kind: 'friend-accepted', params: {} };
    const isBack = now.addCount > 1;
    return {
      kind: kind === 'half-added' ? 'friend-half-added' : isBack ? 'friend-back' : 'friend-added',
      params: {
        nth: now.addCount,
        ...(source === null ? {} : { source }),
        ...(before.endedAt === null ? {} : { awayDays: Math.floor((at - before.endedAt) / dayMs) }),
      },
    };
  }
  if (now === before) return undefined;
  const since = isOpen(before) ? before.addedAt : null;
  return {
    kind: kind === 'transferred' ? 'friend-transferred' : `friend-${kind}`,
    params: since === null ? {} : { days: Math.floor((at - since) / dayMs) },
  };
}
