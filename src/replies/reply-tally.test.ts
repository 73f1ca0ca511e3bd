import { onBothEngines, someDay } from '../../test/support/open-kit';
import { ReplyTally } from './reply-tally';

const rule = { by: 'rule', ruleId: 'R', params: {} } as const;

onBothEngines('the tally of replies', (open) => {
  test('two processes add up, and a question asked again after it was learned is open again', async () => {
    const kit = await open();
    const one = new ReplyTally(kit);
    const other = new ReplyTally(kit);
    for (let n = 0; n < 50; n += 1) {
      one.count(rule, someDay);
      other.count({ by: 'default', missed: '可以带狗吗', params: {} }, someDay);
      one.count({ by: 'default', missed: '请问，可以带狗吗？', params: {} }, someDay);
    }

    await Promise.all([one.flush(), other.flush()]);
    await kit.db.transact((tx) => tx.query(`UPDATE faq_miss SET state = 'learned'`));
    one.count({ by: 'default', missed: '可以带狗吗', params: {} }, someDay);
    await Promise.all([one.close(), other.close()]);

    const hits = await kit.db.read.all<{ hits: number }>('SELECT hits FROM reply_hit');
    const misses = await kit.db.read.all<{ askedTimes: number; state: string }>(
      'SELECT askedTimes, state FROM faq_miss',
    );
    expect(hits.map((row) => row.hits)).toEqual([50]);
    expect(misses.map((row) => [row.askedTimes, row.state])).toEqual([[101, 'open']]);
  });

  test('the day is the day of the organisation, not of Greenwich', async () => {
    const kit = await open();
    const tally = new ReplyTally(kit);

    tally.count(rule, Date.parse('2026-11-21T17:00:00Z'));
    await tally.close();

    expect(await kit.db.read.all('SELECT day FROM reply_hit')).toMatchObject([
      { day: '2026-11-22' },
    ]);
  });

  test('what cannot be written waits; hostile texts are kept as texts', async () => {
    const kit = await open();
    let isDown = true;
    const db = {
      ...kit.db,
      transact: ((work: never) =>
        isDown
          ? Promise.reject(new Error('gone'))
          : kit.db.transact(work)) as typeof kit.db.transact,
    };
    const tally = new ReplyTally({ ...kit, db });
    const hostile = [
      `'; DROP TABLE faq_miss; --`,
      `问\u0000题\ud83e`,
      '长'.repeat(5_000),
      '🧧',
      '',
    ];
    for (const missed of hostile) tally.count({ by: 'default', missed, params: {} }, someDay);
    tally.count(rule, someDay);

    await tally.flush();
    isDown = false;
    tally.count(rule, someDay);
    await tally.close();

    const [hit] = await kit.db.read.all<{ hits: number }>('SELECT hits FROM reply_hit');
    const misses = await kit.db.read.all<{ sample: string }>('SELECT sample FROM faq_miss');
    expect(hit?.hits).toBe(2);
    expect(misses).toHaveLength(3);
    expect(misses.map((row) => row.sample)).toContain(hostile[0]);
  });
});
