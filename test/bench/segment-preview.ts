/**
 * How long a segment's preview takes with 1,000,000 identities on a throw-away MariaDB.
 *   npx tsx test/bench/segment-preview.ts [--identities 1000000] [--runs 5]
 * 950,000 persons (every twentieth identity shares one), 1.1 million tags, 2 million timeline entries.
 */
import { parseArgs } from 'node:util';
import { createConnection, type Connection } from 'mysql2/promise';
import { entities } from '../../src/entities';
import { openDatabase } from '../../src/kernel/database';
import {
  countPersons,
  fieldList,
  samplePersons,
  topConditions,
  type Rule,
} from '../../src/segments';
import { migrations } from '../../migrations';
import { startMariaDb } from '../support/servers';

const { values } = parseArgs({
  options: {
    identities: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
  },
});
const identities = Number(values.identities);
const runs = Number(values.runs);
const now = Date.parse('2026-11-21T06:32:00Z');
const day = 24 * 3_600_000;

/** A number from 0 to 1 that depends on the row and on what it is for. */
const chance = (salt: string) =>
  `(CONV(LEFT(MD5(CONCAT('${salt}.', seq)), 8), 16, 10) / 4294967296)`;
const ago = (salt: string, days: number) => `${now} - ROUND(${chance(salt)} * ${days} * ${day})`;
const id = (letter: string, seq: string) => `CONCAT('${letter}', LPAD(${seq}, 25, '0'))`;

const rules: Record<string, Rule> = {
  'store, 30 days, tag, following, wrote': {
    all: [
      { field: 'state', op: 'is', value: 'following' },
      { field: 'followedAt', op: 'within', value: 30 },
      { field: 'sourceScene', op: 'is', value: 'store-7' },
      { field: 'tag', op: 'has-any', value: '会员' },
      { field: 'event:message-in', op: 'at-least', value: 1, within: 30 },
    ],
  },
  'broad: following, a year, active, tag, wrote': {
    all: [
      { field: 'state', op: 'is', value: 'following' },
      { field: 'followedAt', op: 'within', value: 365 },
      { field: 'lastActiveAt', op: 'within', value: 90 },
      { field: 'tag', op: 'has-any', value: '会员' },
      { field: 'event:message-in', op: 'at-least', value: 1, within: 90 },
    ],
  },
  'any and not': {
    all: [
      { field: 'state', op: 'is', value: 'following' },
      { field: 'followedAt', op: 'within', value: 90 },
      {
        any: [
          { field: 'tag', op: 'has-any', value: '会员' },
          { field: 'followCount', op: 'at-least', value: 2 },
        ],
      },
      { not: { field: 'tag', op: 'has-any', value: 'tag-3' } },
      { field: 'lastActiveAt', op: 'within', value: 60 },
    ],
  },
};

async function run(): Promise<void> {
  const server = await startMariaDb({ own: true });
  if (!server) throw new Error('no MariaDB here');
  try {
    const admin = await createConnection(server.url);
    // What a server of this size is given; the tests' own servers have 256 MB.
    await admin.query('SET GLOBAL innodb_buffer_pool_size = 1073741824');
    await admin.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
    await admin.end();
    const url = `${server.url}/bench`;
    const db = await openDatabase({ url, file: '', entities, migrations, poolSize: 4 });
    await db.writer.runMigrations();
    const started = performance.now();
    await fill(url);
    print(
      `${identities} identities made in ${((performance.now() - started) / 1_000).toFixed(0)} s`,
    );
    const judging = { fields: fieldList(), now, zone: 'Asia/Shanghai' };
    for (const [name, rule] of Object.entries(rules)) {
      const preview = await median(async () => {
        const [count] = await Promise.all([
          countPersons({ db }, rule, judging),
          samplePersons({ db }, rule, judging, {}, 8),
        ]);
        return count;
      });
      print(`${name}: ${preview.result} persons, count and sample in ${preview.ms} ms`);
      for (const [index, condition] of topConditions(rule).entries()) {
        const alone = await median(() => countPersons({ db }, condition, judging));
        print(`  condition ${index + 1} alone: ${alone.result} persons in ${alone.ms} ms`);
      }
    }
    await db.close();
  } finally {
    await server.stop();
  }
}

async function fill(url: string): Promise<void> {
  const connection = await createConnection(url);
  await connection.query('SET SESSION max_heap_table_size = 268435456, tmp_table_size = 268435456');
  await connection.query(
    `INSERT INTO account SELECT CONCAT('ACC', seq), 'official-account', CONCAT('wx', seq), NULL, 'a',
     'sandbox', 'secure', '{}', '', 1, NULL, 1 FROM seq_1_to_3`,
  );
  await connection.query(
    `INSERT INTO tag SELECT CONCAT('T', seq), IF(seq = 0, '会员', CONCAT('tag-', seq)), 1 FROM seq_0_to_9`,
  );
  await loaded(connection, 'identity', [
    `INSERT INTO identity (id, accountId, kind, externalId, personId, state, stateAt, firstFollowedAt,
       followedAt, followCount, sourceKind, sourceScene, firstScene, lastActiveAt, optedOutAt, createdAt)
     SELECT ${id('I', 'seq')}, CONCAT('ACC', 1 + FLOOR(${chance('a')} * 1.4)), 'follower',
       CONCAT('o', LPAD(seq, 27, '0')), ${id('P', 'seq - (seq % 20 = 0)')},
       IF(${chance('s')} < 0.8, 'following', 'unfollowed'), 1, ${ago('f', 730)}, ${ago('f', 730)},
       1 + (${chance('n')} < 0.1), 'scene', CONCAT('store-', FLOOR(${chance('c')} * 20)),
       CONCAT('store-', FLOOR(${chance('c')} * 20)), ${ago('l', 365)}, IF(${chance('o')} < 0.01, 1, NULL),
       1 FROM seq_1_to_${identities}`,
  ]);
  await connection.query(
    `INSERT INTO person SELECT ${id('P', 'seq')}, NULL, 1 FROM seq_1_to_${identities} WHERE seq % 20 <> 0`,
  );
  await loaded(
    connection,
    'identity_tag',
    Array.from(
      { length: 10 },
      (_, tag) =>
        `INSERT INTO identity_tag SELECT ${id('I', 'seq')}, 'T${tag}', 'bench', 1
         FROM seq_1_to_${identities} WHERE ${chance(`t${tag}`)} < ${tag === 0 ? 0.35 : 0.08}`,
    ),
  );
  await loaded(connection, 'timeline_entry', [
    `INSERT INTO timeline_entry SELECT ${id('E', 'seq')},
       ${id('I', `1 + FLOOR(${chance('w')} * ${identities})`)}, 'ACC1', ${ago('e', 365)},
       ELT(1 + FLOOR(${chance('k')} * 5), 'message-in', 'message-out', 'message-in', 'menu-tapped', 'scanned'),
       '{"text":"几点开门呀，周末也开吗"}', NULL, NULL FROM seq_1_to_${identities * 2}`,
  ]);
  await connection.query('ANALYZE TABLE identity, identity_tag, timeline_entry, tag');
  await connection.end();
}

type IndexRow = { name: string; columns: string; isUnique: number };

/** Rows first, indexes afterwards: sorted once instead of kept sorted all the while. */
async function loaded(connection: Connection, table: string, statements: string[]): Promise<void> {
  const [found] = await connection.query(
    `SELECT INDEX_NAME AS name, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns,
       MIN(NON_UNIQUE) = 0 AS isUnique
     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?
       AND INDEX_NAME <> 'PRIMARY' GROUP BY INDEX_NAME`,
    [table],
  );
  const indexes = found as IndexRow[];
  await connection.query(
    `ALTER TABLE ${table} ${indexes.map(({ name }) => `DROP INDEX ${name}`).join(', ')}`,
  );
  for (const statement of statements) await connection.query(statement);
  const adding = indexes.map(
    ({ name, columns, isUnique }) => `ADD ${isUnique ? 'UNIQUE ' : ''}INDEX ${name} (${columns})`,
  );
  await connection.query(`ALTER TABLE ${table} ${adding.join(', ')}`);
}

/** The middle one of several runs, after one that warms up. */
async function median<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  let result = await work();
  const times: number[] = [];
  for (let turn = 0; turn < runs; turn += 1) {
    const started = performance.now();
    result = await work();
    times.push(performance.now() - started);
  }
  times.sort((one, other) => one - other);
  return { ms: Math.round(times[Math.floor(runs / 2)] ?? 0), result };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

void run();
