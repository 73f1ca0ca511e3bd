import fc from 'fast-check';
import type { InboundEvent } from '../channels/inbound-event';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { trackRelationship } from '../relationships';
import type { EventHandler } from './decision';
import { Intake, replayEvent } from './index';

const accountId = '01ACCOUNT00000000000000000';

const track: EventHandler = (event, state) => ({ changes: trackRelationship(event, state) });
/** Counts what was said before, so that order shows. */
const echo: EventHandler = (event, state) =>
  event.kind === 'text'
    ? {
        reply: { kind: 'text', text: `${event.text} #${state.followCount}` },
        changes: { set: { followCount: state.followCount + 1 } },
      }
    : undefined;

const base = (openid: string, key: string, at: number) => ({
  accountId,
  appId: 'wx1',
  dedupeKey: key,
  laneKey: `${accountId}:${openid}`,
  openid,
  at,
});
const said = (openid: string, key: string, text = 'hi', at = 1_000): InboundEvent => ({
  ...base(openid, key, at),
  kind: 'text',
  text,
  messageId: key,
});
const followed = (openid: string, at: number, scene?: string): InboundEvent => ({
  ...base(openid, `f-${openid}-${at}`, at),
  kind: 'followed',
  ...(scene ? { scene } : {}),
});
const left = (openid: string, at: number): InboundEvent => ({
  ...base(openid, `u-${openid}-${at}`, at),
  kind: 'unfollowed',
});

const count = async (kit: TestKit, table: string): Promise<number> => {
  const [row] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`);
  return row?.n ?? -1;
};

onBothEngines('intake', (open) => {
  test('a hundred copies at once have one effect and one answer', async () => {
    const kit = await open();
    const intake = new Intake(kit, [track, echo]);

    const all = await Promise.all(Array.from({ length: 100 }, () => intake.take(said('oA', 'm1'))));

    const replies = new Set(all.map((taken) => JSON.stringify(taken.reply)));
    expect(replies.size).toBe(1);
    expect(all.filter((taken) => taken.isNew)).toHaveLength(1);
    expect(await count(kit, 'inbound_event')).toBe(1);
    expect(await count(kit, 'timeline_entry')).toBe(1);
  });

  test('a repeat after a restart gets the stored reply', async () => {
    const kit = await open();
    const first = await new Intake(kit, [track, echo]).take(said('oA', 'm1', '几点开门'));

    const again = await new Intake(kit, [track]).take(said('oA', 'm1', '几点开门'));

    expect(again.isNew).toBe(false);
    expect(again.reply).toEqual(first.reply);
  });

  test('of two at once only the first works out what needs the outside', async () => {
    const kit = await open();
    const asks: EventHandler = () => ({ later: { kind: 'model', payload: null } });
    const intake = new Intake(kit, [track, asks]);

    const taken = await Promise.all([intake.take(said('oA', 'm1')), intake.take(said('oA', 'm1'))]);

    expect(taken.map(({ later, replyState }) => [later?.kind, replyState])).toEqual([
      ['model', 'pending'],
      [undefined, 'pending'],
    ]);
  });

  test('messages of one person are decided in order, those of many share transactions', async () => {
    const kit = await open();
    const intake = new Intake(kit, [track, echo]);
    const events = Array.from({ length: 300 }, (_, i) => said(`o${i % 7}`, `m${i}`, `t${i}`));

    const taken = await Promise.all(events.map((event) => intake.take(event)));

    taken.forEach((one, i) => {
      expect(one.reply).toEqual({ kind: 'text', text: `t${i} #${Math.floor(i / 7)}` });
    });
    expect(await count(kit, 'identity')).toBe(7);
    expect(await count(kit, 'inbound_event')).toBe(300);
  });

  test('two processes that meet the same newcomer make one follower', async () => {
    const kit = await open();
    const one = new Intake(kit, [track, echo]);
    const other = new Intake(kit, [track, echo]);

    await Promise.all([
      one.take(said('oNew', 'a1')),
      other.take(said('oNew', 'a2')),
      one.take(said('oNew', 'a1')),
      other.take(said('oNew', 'a1')),
    ]);

    expect(await count(kit, 'identity')).toBe(1);
    expect(await count(kit, 'inbound_event')).toBe(2);
    expect(await count(kit, 'timeline_entry')).toBe(2);
  });

  test('a handler that throws spoils its own event only; replay makes its changes', async () => {
    const kit = await open();
    const poison: EventHandler = (event) => {
      if (event.kind === 'text' && event.text === 'poison') throw new Error('boom');
      return undefined;
    };
    const intake = new Intake(kit, [poison, track, echo]);

    const taken = await Promise.all([
      intake.take(said('oA', 'm1')),
      intake.take(said('oB', 'm2', 'poison')),
      intake.take(said('oC', 'm3')),
    ]);
    const failed = taken[1].eventId;
    const before = await count(kit, 'timeline_entry');
    const isReplayed = await replayEvent(kit, [track, echo], failed);

    expect(taken[0].reply).toBeDefined();
    expect(taken[1].reply).toBeUndefined();
    expect(before).toBe(2);
    expect(isReplayed).toBe(true);
    expect(await count(kit, 'timeline_entry')).toBe(3);
    expect(await replayEvent(kit, [track, echo], failed)).toBe(false);
  });

  test('a change the database refuses fails alone and is kept with its cause', async () => {
    const kit = await open();
    const tooLong: EventHandler = (event) =>
      event.kind === 'text' && event.text === 'bad'
        ? {
            effect: (raw) =>
              raw
                .run('INSERT INTO tag (id, name) VALUES (?, ?)', ['x', null])
                .then(() => undefined),
          }
        : undefined;
    const intake = new Intake(kit, [tooLong, track, echo]);

    const taken = await Promise.all([
      intake.take(said('oA', 'm1')),
      intake.take(said('oB', 'm2', 'bad')),
      intake.take(said('oC', 'm3')),
    ]);

    const failures = await kit.db.read.all<{ dedupeKey: string; failure: string }>(
      'SELECT e.dedupeKey, f.cause AS failure FROM failed_event f JOIN inbound_event e ON e.id = f.eventId',
    );
    expect(taken.filter((one) => one.reply)).toHaveLength(2);
    expect(failures.map((row) => row.dedupeKey)).toEqual(['m2']);
    expect(failures[0]?.failure).not.toBe('');
  });

  test('histories that arrive shuffled and doubled end in the state of the ordered one', async () => {
    const kit = await open();
    let person = 0;
    const history = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 });

    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (kinds, noise) => {
        person += 1;
        const openid = `oP${person}`;
        const ordered = kinds.map((isFollow, i) => {
          const at = 1_000_000 + i * 60_000;
          return isFollow ? followed(openid, at, `s${i}`) : left(openid, at);
        });
        const arrival = [...ordered, ...ordered]
          .map((event) => ({ event, rank: noise.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ event }) => event);
        const intake = new Intake(kit, [track]);

        for (const event of arrival) await intake.take(event);

        const [row] = await kit.db.read.all<{
          state: string;
          followCount: number;
          sourceScene: string | null;
        }>('SELECT state, followCount, sourceScene FROM identity WHERE externalId = ?', [openid]);
        const last = ordered.at(-1);
        expect(row?.state).toBe(last?.kind === 'followed' ? 'following' : 'unfollowed');
        expect(row?.followCount).toBe(kinds.filter(Boolean).length);
        const [episodes] = await kit.db.read.all<{ n: number }>(
          'SELECT COUNT(*) AS n FROM episode e JOIN identity i ON i.id = e.identityId WHERE i.externalId = ?',
          [openid],
        );
        expect(episodes?.n).toBe(kinds.length);
      }),
      { numRuns: 60 },
    );
  });
});
