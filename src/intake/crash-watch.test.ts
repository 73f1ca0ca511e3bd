import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { borrowDatabase } from '../../test/support/borrow-database';
import { scriptProcess } from '../../test/support/script-process';
import { probeFile, probeServer } from '../../test/support/sql-probe';

type Ended = { signal: NodeJS.Signals | null; said: string };

const script = 'test/support/crashing-intake.ts';
const server = process.env['TEST_MARIADB_URL'];

function run(env: Record<string, string>, ...texts: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [...scriptProcess(script), ...texts], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'development', DEMO: 'off', ...env },
  });
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  return new Promise((resolve) => {
    child.once('close', (_code, signal) => resolve({ signal, said }));
  });
}

const text = (said: string) => ({ kind: 'text', text: said });

for (const engine of ['sqlite', 'mariadb'] as const) {
  const isThere = engine === 'sqlite' || server !== undefined;
  (isThere ? test : test.skip)(
    `an event that kills its process twice is kept with the cause, and nobody shares its fate (${engine})`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'guanxi-crash-'));
      const borrowed = engine === 'mariadb' && server ? await borrowDatabase(server) : undefined;
      const url = borrowed && `${server}/${borrowed.name}`;
      const env = { DATA_DIR: folder, ...(url ? { DATABASE_URL: url } : {}) };

      const first = await run(env, 'hello', 'poison', 'bye');
      const second = await run(env, 'hello', 'poison', 'bye');
      const third = await run(env, 'hello', 'poison', 'bye');

      const sql = url ? probeServer(url) : probeFile(join(folder, 'guanxi.db'));
      const rows = await sql.all<{ dedupeKey: string; failure: string | null }>(
        `SELECT e.dedupeKey, f.cause AS failure FROM inbound_event e
         LEFT JOIN failed_event f ON f.eventId = e.id ORDER BY e.dedupeKey`,
      );
      await borrowed?.giveBack();
      expect([first.signal, second.signal, third.signal]).toEqual(['SIGKILL', 'SIGKILL', null]);
      expect(JSON.parse(third.said)).toEqual([text('hello'), null, text('bye')]);
      expect(rows.map(({ dedupeKey }) => dedupeKey)).toEqual(['bye', 'hello', 'poison']);
      expect(rows.map(({ failure }) => failure !== null)).toEqual([false, false, true]);
      expect(rows[2]?.failure).toContain('a process died of it');
      expect(readdirSync(folder).filter((name) => name.includes('in-hand'))).toEqual([]);
    },
  );
}
