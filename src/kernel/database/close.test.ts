import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../../../migrations';
import { entities } from '../../entities';
import { insertRows, migrate, openDatabase } from './index';

test('after a stop the file alone holds everything', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-close-'));
  const file = join(folder, 'guanxi.db');
  const copy = join(folder, 'copy.db');
  const open = (at: string) => openDatabase({ file: at, entities, migrations });
  const database = await open(file);
  await migrate(database);
  await database.transact((tx) => insertRows(tx, 'tag', [{ id: 'a', name: 'a', createdAt: 1 }]));

  await database.close();

  copyFileSync(file, copy);
  const copied = await open(copy);
  expect(await copied.read.all('SELECT name FROM tag')).toEqual([{ name: 'a' }]);
  await copied.close();
  rmSync(folder, { recursive: true, force: true });
});
