import { createServer, type AddressInfo } from 'node:net';
import { openCommitCutter } from '../../test/support/commit-cutter';
import { openKit, someDay } from '../../test/support/open-kit';
import { StillClock } from './clock';
import { openDatabase } from './database';
import { openLog, type Log } from './log';
import { patiently } from './patiently';

const silent = openLog({ level: 'silent', readable: true });
const unreachable = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

test('waits longer each time, says so, and gives up after its patience', async () => {
  const clock = new StillClock(someDay);
  const waits: unknown[] = [];
  const log: Log = { ...silent, warn: (_message, facts) => waits.push(facts?.['againInMs']) };

  const waiting = patiently({ clock, log }, 60_000, () => Promise.reject(unreachable()));

  await expect(waiting).rejects.toThrow('connect');
  expect(waits.slice(0, 6)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000]);
  expect(clock.system() - someDay).toBeGreaterThan(50_000);
  expect(clock.system() - someDay).toBeLessThanOrEqual(60_000);
});

test('what waiting does not mend is thrown at once', async () => {
  const clock = new StillClock(someDay);
  const denied = Object.assign(new Error('denied'), { code: 'ER_ACCESS_DENIED_ERROR' });

  await expect(
    patiently({ clock, log: silent }, 60_000, () => Promise.reject(denied)),
  ).rejects.toThrow('denied');
  expect(clock.system()).toBe(someDay);
});

const onMariadb = process.env['TEST_MARIADB_URL'] === undefined ? test.skip : test;
onMariadb('a database that comes up later is used when it is there', async () => {
  const kit = await openKit('mysql');
  const [row] = await kit.db.read.all<{ name: string }>('SELECT DATABASE() AS name');
  const url = new URL(process.env['TEST_MARIADB_URL'] ?? '');
  const realPort = Number(url.port);
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  url.port = String(port);
  url.pathname = `/${row?.name ?? ''}`;
  const clock = new StillClock(someDay);
  let door: Awaited<ReturnType<typeof openCommitCutter>> | undefined;
  let tries = 0;

  const opened = await patiently({ clock, log: silent }, 60_000, async () => {
    tries += 1;
    if (tries === 3)
      door = await openCommitCutter(
        () => realPort,
        () => 1_000,
        port,
      );
    return openDatabase({ url: url.toString(), file: '', entities: [], migrations: [] });
  });
  const [answer] = await opened.read.all('SELECT 1 AS one');
  await opened.close();
  await door?.close();
  await kit.close();

  expect([tries, answer]).toEqual([3, { one: 1 }]);
});
