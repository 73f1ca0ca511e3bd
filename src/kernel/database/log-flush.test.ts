import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isConnectionLost } from './statements';
import { LogFlush } from './log-flush';

describe('bringing the log to the disk', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'guanxi-flush-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('everybody who asks is told, whenever they ask', async () => {
    const file = join(folder, 'log');
    writeFileSync(file, 'written');
    const log = new LogFlush(file);
    let told = 0;
    const ask = () => log.flushed().then(() => (told += 1));

    const first = ask();
    await Promise.all([first, ask(), first.then(ask), first.then(() => ask().then(ask))]);

    expect(told).toBe(5);
    await log.close();
  });

  test('after a flush that failed nothing is promised any more: nobody is acknowledged', async () => {
    const file = join(folder, 'log');
    const log = new LogFlush(file);
    const failed: unknown = await log.flushed().catch((error: unknown) => error);
    writeFileSync(file, 'it is there now');

    const again: unknown = await log.flushed().catch((error: unknown) => error);

    expect(isConnectionLost(failed)).toBe(true);
    expect(again).toBe(failed);
    await log.close();
  });
});
