import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdDataDir } from './data-dir';

const folder = () => mkdtempSync(join(tmpdir(), 'guanxi-hold-'));

test.each(['main.js', 'start.js', 'guanxi.js'])(
  'a folder whose server runs as %s is refused, and taken over when it is dead',
  async (name) => {
    const dataDir = folder();
    const script = join(folder(), name);
    writeFileSync(script, 'setInterval(() => {}, 1000)');
    const server = spawn(process.execPath, [script]);
    await once(server, 'spawn');
    writeFileSync(join(dataDir, 'server.pid'), String(server.pid));

    const hold = () => holdDataDir(dataDir);
    expect(hold).toThrow(/DATA_DIR.*in use/);
    server.kill('SIGKILL');
    await once(server, 'exit');
    const letGo = hold();

    expect(existsSync(join(dataDir, 'server.pid'))).toBe(true);
    letGo();
    expect(existsSync(join(dataDir, 'server.pid'))).toBe(false);
  },
);

test('a folder that cannot be made stops the start with the name of the setting', () => {
  expect(() => holdDataDir('/proc/nope/deeper')).toThrow(/DATA_DIR: cannot be made/);
});
