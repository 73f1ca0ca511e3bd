import fc from 'fast-check';
import { onBothEngines } from '../../test/support/open-kit';
import type { InboundEvent } from '../channels/inbound-event';
import { Intake } from '../intake';
import { whoTheyAre } from './event-handlers';

const accountId = '01ACCOUNT00000000000000000';
const day = 86_400_000;
const begin = Date.parse('2026-09-01T00:00:00Z');

type Step = 'added' | 'half-added' | 'deleted-by-customer' | 'deleted-by-rep' | 'handed-over';
/** What may follow on what between one rep and one customer. */
const next: Readonly<Record<string, readonly Step[]>> = {
  none: ['added', 'half-added'],
  half: ['added', 'deleted-by-customer', 'deleted-by-rep'],
  friend: ['deleted-by-customer', 'deleted-by-rep', 'handed-over'],
  left: ['added', 'deleted-by-rep'],
  dropped: ['added', 'half-added', 'deleted-by-customer'],
  parted: ['added', 'half-added'],
  transferred: ['added'],
};

type Line = { kind: string; at: number; params: Record<string, unknown> };
type Pair = {
  userId: string;
  state: string;
  addCount: number;
  addedAt: number | null;
  endedAt: number | null;
  source: string | null;
};

/** How it is when everything is told once and in order. */
function live(pair: Pair, step: Step, at: number, source: string): Line | undefined {
  const { userId, state, addedAt, endedAt } = pair;
  if (step === 'added' && state === 'half') {
    pair.state = 'friend';
    return { kind: 'friend-accepted', at, params: { userId } };
  }
  if (step === 'added' || step === 'half-added') {
    const away = endedAt === null ? {} : { awayDays: Math.floor((at - endedAt) / day) };
    pair.addCount += 1;
    const [half, nth] = [step === 'half-added', pair.addCount];
    Object.assign(pair, { state: half ? 'half' : 'friend', addedAt: at, endedAt: null, source });
    const kind = half ? 'friend-half-added' : nth > 1 ? 'friend-back' : 'friend-added';
    return { kind, at, params: { userId, nth, source, ...away } };
  }
  const wasOpen = state === 'friend' || state === 'half';
  const days = wasOpen && addedAt !== null ? { days: Math.floor((at - addedAt) / day) } : {};
  pair.endedAt ??= at;
  pair.state =
    step === 'handed-over'
      ? 'transferred'
      : !wasOpen
        ? 'parted'
        : step === 'deleted-by-rep'
          ? 'dropped'
          : 'left';
  const kind = step === 'handed-over' ? 'friend-transferred' : `friend-${step}`;
  return { kind, at, params: { userId, ...days } };
}

function eventOf(openid: string, userId: string, step: Step, at: number, source: string) {
  // Two apps of a corp are told the same, each with a callback of its own.
  return ['1000002', '1000003'].map((agentId): InboundEvent => {
    const dedupeKey = `w:${openid}:${userId}:${step}:${at}:${agentId}`;
    const laneKey = `${accountId}:${openid}`;
    const base = { accountId, appId: 'ww1', openid, at, agentId, userId, dedupeKey, laneKey };
    const welcomeCode = `WC_${agentId}`;
    if (step === 'added') return { ...base, kind: 'contact-added', state: source, welcomeCode };
    if (step === 'half-added') return { ...base, kind: 'contact-half-added', state: source };
    if (step === 'deleted-by-customer') return { ...base, kind: 'contact-deleted-by-customer' };
    const byTransfer = step === 'handed-over';
    return { ...base, kind: 'contact-deleted-by-rep', byTransfer };
  });
}

onBothEngines('friends through the intake', (open) => {
  test('told shuffled, doubled, by two apps and to two processes, they end as in the ordered history', async () => {
    const kit = await open();
    const intakes = [0, 1].map(() => new Intake(kit, whoTheyAre(kit)));
    const takeAll = (events: readonly InboundEvent[]) =>
      Promise.all(events.map(async (event, index) => intakes[index % 2]?.take(event)));
    const noise = fc.infiniteStream(fc.nat());
    let customer = 0;
    const steps = fc.array(
      fc.record({
        rep: fc.constantFrom('linlan', 'zhouning'),
        which: fc.nat(2),
        gap: fc.constantFrom(1_000, 60_000, 3 * day),
      }),
      { minLength: 1, maxLength: 9 },
    );

    await fc.assert(
      fc.asyncProperty(steps, noise, async (wishes, ranks) => {
        customer += 1;
        const openid = `wmP${customer}`;
        const pairs = new Map<string, Pair>();
        const lines: Line[] = [];
        const events: InboundEvent[] = [];
        let at = begin;
        for (const [index, { rep: userId, which, gap }] of wishes.entries()) {
          at += gap;
          const none = { state: 'none', addCount: 0, addedAt: null, endedAt: null, source: null };
          const pair = pairs.get(userId) ?? { userId, ...none };
          pairs.set(userId, pair);
          const may = next[pair.state] ?? [];
          const step = may[which % may.length] ?? 'added';
          const line = live(pair, step, at, `code${index}`);
          if (line) lines.push(line);
          events.push(...eventOf(openid, userId, step, at, `code${index}`));
        }
        const shuffled = (all: readonly InboundEvent[]) =>
          all
            .map((event) => ({ event, rank: ranks.next().value as number }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ event }) => event);

        const arrival = shuffled([...events, ...events]);
        const half = Math.floor(arrival.length / 2);
        await takeAll(arrival.slice(0, half));
        await takeAll(arrival.slice(half));
        await takeAll(shuffled(events));

        const of = `WHERE identityId = (SELECT id FROM identity WHERE externalId = ?)`;
        const links = await kit.db.read.all(
          `SELECT userId, state, addCount, addedAt, endedAt, source FROM staff_link ${of}
           ORDER BY userId`,
          [openid],
        );
        const told = await kit.db.read.all<{ kind: string; at: number; params: string }>(
          `SELECT kind, at, params FROM timeline_entry ${of} ORDER BY at`,
          [openid],
        );
        const [standing] = await kit.db.read.all(
          `SELECT state, followCount FROM identity WHERE externalId = ?`,
          [openid],
        );
        const [stored] = await kit.db.read.all<{ n: number | string }>(
          `SELECT COUNT(*) AS n FROM link_episode ${of}`,
          [openid],
        );
        const expected = [...pairs.values()].sort((a, b) => (a.userId < b.userId ? -1 : 1));
        const isHeld = expected.some(({ state }) => state === 'friend' || state === 'half');
        expect(links).toEqual(expected);
        expect(
          told.map((line) => ({ ...line, params: JSON.parse(line.params) as unknown })),
        ).toEqual(lines);
        expect(standing).toEqual({
          state: isHeld ? 'following' : 'unfollowed',
          followCount: expected.reduce((sum, { addCount }) => sum + addCount, 0),
        });
        expect(Number(stored?.n)).toBe(wishes.length);
      }),
      { numRuns: 40 },
    );
  });
});
