import { z } from 'zod';
import { openCommitCutter } from '../../../test/support/commit-cutter';
import { onBothEngines, openKit, type TestKit } from '../../../test/support/open-kit';
import { serveApi, type ServedApi } from '../../../test/support/serve-api';
import { entities } from '../../entities';
import { migrations } from '../../../migrations';
import { insertRows, openDatabase } from '../database';
import { Conflict } from '../errors';
import { operation } from './index';

const key = { 'idempotency-key': 'click-1' };
const path = '/api/v1/tags';
let served: ServedApi | undefined;
afterEach(() => served?.close());

/** One call that writes a row; `after` happens once it is committed, `before` in its transaction. */
async function serve(kit: TestKit, { before = () => undefined, after = () => undefined }: Acts) {
  const add = operation(
    {
      method: 'POST',
      path,
      permission: 'people.edit',
      summary: 'Add a tag',
      body: z.strictObject({ name: z.string() }),
      response: z.object({ name: z.string() }),
      status: 201,
    },
    async ({ body }) => {
      await kit.db.transact(async (tx) => {
        const row = { id: kit.newId(), name: `${body.name} ${kit.newId()}`, createdAt: 1 };
        await insertRows(tx, 'tag', [row]);
        before();
      });
      after();
      return body;
    },
  );
  served = await serveApi(kit, [add]);
  const { call } = served;
  return {
    add: (headers = {}) => call('POST', path, { name: 'VIP' }, headers),
    tags: async () => (await kit.db.read.all('SELECT id FROM tag')).length,
  };
}
type Acts = { before?: () => void; after?: () => void };

/** Throws the first time. */
const failingOnce = (error: () => Error) => {
  let isFirst = true;
  return () => {
    if (!isFirst) return;
    isFirst = false;
    throw error();
  };
};

onBothEngines('a request that broke off', (open) => {
  test('after its commit is not done again under its key, and says so', async () => {
    const kit = await open();
    const after = failingOnce(() => new Error('the answer never left'));
    const { add, tags } = await serve(kit, { after });

    const broken = await add(key);
    const again = await add(key);
    const other = await add({ 'idempotency-key': 'click-2' });

    expect(broken.status).toBe(500);
    expect(again).toMatchObject({ status: 409, body: { code: 'idempotency_carried_out' } });
    expect(other.status).toBe(201);
    expect(await tags()).toBe(2);
  });

  test('before its commit is done when it is sent again', async () => {
    const kit = await open();
    const before = failingOnce(() => new Error('broke'));
    const { add, tags } = await serve(kit, { before });

    const statuses = [(await add(key)).status, (await add(key)).status, (await add(key)).status];

    expect(statuses).toEqual([500, 201, 201]);
    expect(await tags()).toBe(1);
  });

  test('by a refusal may be sent again', async () => {
    const kit = await open();
    const after = failingOnce(() => new Conflict('not_found'));
    const { add } = await serve(kit, { after });

    expect([(await add(key)).status, (await add(key)).status]).toEqual([409, 201]);
  });

  test('in a process that died is in progress for a minute, then carried out', async () => {
    const kit = await open();
    let isStuck = true;
    const { add } = await serve(kit, {
      after: () => {
        if (isStuck) throw new Error('died');
      },
    });
    await add(key);
    isStuck = false;
    await kit.db.group((raw) =>
      raw.run('UPDATE idempotent_request SET createdAt = ?', [kit.clock.system()]),
    );

    const early = await add(key);
    kit.clock.advance(61_000);
    const late = await add(key);

    expect([early.body.code, late.body.code]).toEqual([
      'idempotency_in_progress',
      'idempotency_carried_out',
    ]);
  });
});

const onMariadb = process.env['TEST_MARIADB_URL'] === undefined ? describe.skip : describe;
onMariadb('a COMMIT whose answer is lost', () => {
  test('answers 503 with a code of its own, and the repeat under its key tells what became of it', async () => {
    const kit = await openKit('mysql');
    const [row] = await kit.db.read.all<{ name: string }>('SELECT DATABASE() AS name');
    const server = new URL(process.env['TEST_MARIADB_URL'] ?? '');
    const port = Number(server.port);
    const cutter = await openCommitCutter(
      () => port,
      () => 1,
    );
    server.port = String(cutter.port);
    server.pathname = `/${row?.name ?? ''}`;
    const throughCutter = await openDatabase({
      url: server.toString(),
      file: '',
      entities,
      migrations,
    });
    const cutOnce = () => cutter.rate(1_000);
    const cutKit: TestKit = { ...kit, db: throughCutter };
    const { add, tags } = await serve(cutKit, { before: failOnceBy(cutOnce) });

    const lost = await add(key);
    cutter.rate(0);
    const answers = [];
    do answers.push(await add(key));
    while (answers.at(-1)?.body.code === 'idempotency_in_progress' && answers.length < 100);
    const rows = await tags();
    await throughCutter.close();
    await cutter.close();
    await kit.close();

    expect(lost).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
    expect(answers.at(-1)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_carried_out' },
    });
    expect(rows).toBe(1);
  });
});

function failOnceBy(act: () => void): () => void {
  let isFirst = true;
  return () => {
    if (isFirst) act();
    isFirst = false;
  };
}
