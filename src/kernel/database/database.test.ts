import { onBothEngines } from '../../../test/support/open-kit';
import { claimRows, execute, insertOnce, insertRows } from './index';

const tag = (name: string, id = name) => ({ id, name, createdAt: 1 });

onBothEngines('transactions', (open) => {
  test('a rolled back neighbour takes nothing of a committed transaction with it', async () => {
    const { db } = await open();

    const outcomes = await Promise.allSettled([
      db.transact((tx) => insertRows(tx, 'tag', [tag('a')])),
      db.transact(async (tx) => {
        await insertRows(tx, 'tag', [tag('b')]);
        throw new Error('changed my mind');
      }),
      db.group((raw) => insertRows(raw, 'tag', [tag('c')])),
      ...Array.from({ length: 20 }, (_, i) =>
        db.transact((tx) => insertRows(tx, 'tag', [tag(`n${String(i)}`)])),
      ),
    ]);

    const rows = await db.read.all<{ name: string }>('SELECT name FROM tag ORDER BY name');
    expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toHaveLength(1);
    expect(rows).toHaveLength(22);
    expect(rows.map((row) => row.name)).not.toContain('b');
  });

  test('a write nobody waits for undoes its whole group when it fails', async () => {
    const { db } = await open();
    await db.group((raw) => insertRows(raw, 'tag', [tag('a')]));

    const failed = db.group(async (raw) => {
      await insertRows(raw, 'tag', [tag('b')]);
      await insertRows(raw, 'tag', [tag('a', 'again')]);
      await insertRows(raw, 'tag', [tag('c')]);
    });

    await expect(failed).rejects.toThrow(/a/);
    const rows = await db.read.all<{ name: string }>('SELECT name FROM tag');
    expect(rows.map((row) => row.name)).toEqual(['a']);
  });

  test('a group reads what it wrote, in the order it asked, and bears a key that was taken', async () => {
    const { db } = await open();

    const seen = await db.group(async (raw) => {
      raw.write('INSERT INTO tag (id, name, createdAt) VALUES (?, ?, ?)', ['1', "it's; 好", 1]);
      const reading = await Promise.all([
        raw.all<{ name: string }>('SELECT name FROM tag WHERE id = ?', ['1']),
        raw.all<{ n: number }>('SELECT COUNT(*) AS n FROM tag'),
      ]);
      const taken = await insertOnce(raw, 'tag', tag("it's; 好", '2'), ['name']);
      const changed = await raw.run('UPDATE tag SET createdAt = ? WHERE id = ?', [2, '1']);
      return { reading, taken, changed };
    });

    expect(seen.reading[0].map((row) => row.name)).toEqual(["it's; 好"]);
    expect(Number(seen.reading[1][0]?.n)).toBe(1);
    expect(seen.taken).toBe(false);
    expect(seen.changed).toBe(1);
  });

  test('a wide read gives the rows of a plain one, in its order, with every kind of value', async () => {
    const { db } = await open();
    const words = ['b', 'ß"\\\'\n', '😀 关系', ''];
    const rows = words.map((name, index) => tag(name, String(9 - index)));
    await db.group((raw) => insertRows(raw, 'tag', rows));
    const sql = `SELECT t.*, NULL AS absent, 9007199254740991 AS most, -1 AS least FROM tag t
      WHERE t.createdAt = ? ORDER BY t.id`;

    const [plain, wide, none] = await db.group((raw) =>
      Promise.all([raw.all(sql, [1]), raw.allWide(sql, [1]), raw.allWide(sql, [2])]),
    );

    expect(wide).toEqual(plain);
    expect(wide).toHaveLength(4);
    expect(none).toEqual([]);
  });

  test('insertOnce tells whose row it is, and insertRows keeps or updates by the unique key', async () => {
    const { db } = await open();

    const first = await db.transact((tx) => insertOnce(tx, 'tag', tag('会员', '1'), ['name']));
    const second = await db.transact((tx) => insertOnce(tx, 'tag', tag('会员', '2'), ['name']));
    await db.transact((tx) =>
      insertRows(tx, 'tag', [{ ...tag('会员', '3'), createdAt: 9 }], { onConflict: ['name'] }),
    );
    await db.group((raw) =>
      insertRows(raw, 'tag', [{ ...tag('会员', '4'), createdAt: 7 }], {
        onConflict: ['name'],
        update: ['createdAt'],
      }),
    );

    const rows = await db.read.all('SELECT id, name, createdAt FROM tag');
    expect([first, second]).toEqual([true, false]);
    expect(rows.map((row) => ({ ...(row as object) }))).toEqual([
      { id: '1', name: '会员', createdAt: 7 },
    ]);
  });

  test('ids that differ in case only, and emoji, are kept as they are', async () => {
    const { db } = await open();

    await db.transact((tx) =>
      insertRows(tx, 'tag', [tag('Vip', 'oAbC'), tag('vip', 'oabc'), tag('👨‍👩‍👧🧧', 'x')]),
    );

    const rows = await db.read.all<{ id: string; name: string }>(
      'SELECT id, name FROM tag ORDER BY name',
    );
    expect(rows.map((row) => row.name)).toEqual(['Vip', 'vip', '👨‍👩‍👧🧧']);
  });

  test('an object where a text was expected names no column of its own', async () => {
    const { db } = await open();
    await db.transact((tx) => insertRows(tx, 'tag', [tag('a')]));

    await db
      .transact((tx) =>
        execute(tx, 'UPDATE tag SET name = ? WHERE id = ?', ['b', { id: 1 } as never]),
      )
      .catch(() => undefined);

    const rows = await db.read.all<{ name: string }>('SELECT name FROM tag');
    expect(rows.map((row) => row.name)).toEqual(['a']);
  });

  test('transactions do not nest: the inner one is refused instead of waiting for ever', async () => {
    const { db } = await open();

    const nested = db.transact(() => db.transact(() => Promise.resolve(1)));

    await expect(nested).rejects.toThrow('nest');
  });

  test('many owners never claim one row twice while its lease runs', async () => {
    const { db } = await open();
    const jobs = Array.from({ length: 60 }, (_, i) => ({
      id: String(i).padStart(26, '0'),
      kind: 'k',
      dedupeKey: null,
      accountId: null,
      payload: '{}',
      priority: 5,
      state: 'queued',
      dueAt: 1,
      tries: 0,
      crashes: 0,
      leaseBy: null,
      leaseUntil: null,
      lastError: null,
      createdAt: 1,
    }));
    await db.transact((tx) => insertRows(tx, 'job', jobs));
    const claim = (owner: string) =>
      claimRows<{ id: string }>(db, {
        table: 'job',
        where: `state = ?`,
        params: ['queued'],
        orderBy: 'dueAt, id',
        limit: 10,
        owner,
        leaseMs: 60_000,
      });

    const turns = await Promise.all(Array.from({ length: 10 }, (_, i) => claim(`w${String(i)}`)));

    const ids = turns.flat().map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(60);
  });

  test('a long read sees what is committed', async () => {
    const { db } = await open();
    await db.transact((tx) => insertRows(tx, 'tag', [tag('a'), tag('b')]));

    const rows = await db.longRead<{ n: number }>('SELECT COUNT(*) AS n FROM tag WHERE id <> ?', [
      'b',
    ]);

    expect(rows[0]?.n).toBe(1);
  });
});
