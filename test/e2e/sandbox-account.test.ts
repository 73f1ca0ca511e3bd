import { makeDatabase } from '../support/cluster';
import { startApp, type RunningApp } from '../support/start-app';

const mariadb = process.env['TEST_MARIADB_URL'];
const engines = mariadb === undefined ? ['sqlite'] : ['sqlite', 'mysql'];

type Made = { id: string; name: string; platformId: string };
type Listed<Item> = { items: Item[] };

describe.each(engines)('an account of the sandbox with one click, on %s', (engine) => {
  const windows: RunningApp[] = [];
  beforeAll(async () => {
    const shared = { GUANXI_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
    if (engine === 'sqlite') {
      const app = await startApp(shared);
      windows.push(app, app);
      return;
    }
    const both = { ...shared, DATABASE_URL: await makeDatabase(mariadb ?? '') };
    const first = await startApp(both);
    windows.push(first, await startApp({ ...both, SANDBOX_URL: first.base }));
  }, 60_000);
  afterAll(async () => {
    for (const app of new Set(windows)) await app.stop();
  });

  const press = async (name: string) => {
    const pressed = windows.map((app) =>
      app.api<Made>('POST', '/api/v1/accounts/sandbox', { name }),
    );
    return (await Promise.all(pressed)).map(({ status, body }) => ({ status, id: body.id }));
  };
  const ask = <Answer>(path: string) => windows[0]?.api<Answer>('GET', path);

  test('pressed in two windows at once is one account, and so is a press later on', async () => {
    const [one, two] = await press('我的公众号');
    const [later] = await press('我的公众号');

    const listed = await ask<Listed<Made>>('/api/v1/accounts');
    const inSandbox = await ask<Listed<Made>>('/sandbox/api/accounts');
    const log = await ask<Listed<{ action: string }>>('/api/v1/audit-log');
    expect(one).toMatchObject({ status: 201 });
    expect([two, later]).toEqual([one, one]);
    expect(listed?.body.items.map(({ id }) => id)).toEqual([one?.id]);
    expect(inSandbox?.body.items).toHaveLength(1);
    expect(log?.body.items.map(({ action }) => action)).toEqual(['account.connected']);
  }, 30_000);

  test('one that was renamed makes room for another', async () => {
    const [first] = await press('试一试');
    await windows[0]?.api('PATCH', `/api/v1/accounts/${first?.id ?? ''}`, { name: '静安店' });

    const [one, two] = await press('试一试');

    expect(one?.id).not.toBe(first?.id);
    expect(two).toEqual(one);
  }, 30_000);
});
