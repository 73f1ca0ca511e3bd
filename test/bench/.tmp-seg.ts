import { createConnection, createPool } from 'mysql2/promise';
const { startMariaDb } = require('/work/main/test/support/servers');
import { entities } from '/work/main/src/entities';
import { migrations } from '/work/main/migrations';
import { openDatabase } from '/work/main/src/kernel/database';
async function main() {
  const server = await startMariaDb({ own: true });
  const admin = await createConnection(server.url);
  await admin.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
  const url = `${server.url}/bench`;
  const db = await openDatabase({ url, file: '', entities, migrations, poolSize: 4 });
  await db.writer.runMigrations();
  const n = Number(process.argv[2] ?? 1000000);
  const now = Date.parse('2026-11-21T06:32:00Z');
  const day = 86400000;
  const u = (salt: number) => `(CRC32(CONCAT(seq, '.${salt}')) / 4294967296)`;
  let t = performance.now();
  const lap = (what: string) => { console.log(what, Math.round(performance.now() - t), 'ms'); t = performance.now(); };
  const c = await createConnection(url);
  for (const [i, id] of ['A','B','C'].entries()) await c.query(`INSERT INTO account VALUES (?, 'official-account', ?, null, ?, 'sandbox','secure','{}','',1,null,1)`, [`ACC${id}`, `wx${id}`, id]);
  await c.query(`SET unique_checks=0`);
  const ident = `CONCAT('I', LPAD(seq, 25, '0'))`;
  await c.query(`INSERT INTO identity (id, accountId, kind, externalId, personId, unionid, state, stateAt, firstFollowedAt, followedAt, unfollowedAt, followCount, sourceKind, sourceScene, firstScene, lastActiveAt, lastInboundAt, optedOutAt, windows, version, createdAt)
   SELECT ${ident}, CASE WHEN ${u(1)} < 0.7 THEN 'ACCA' WHEN ${u(1)} < 0.9 THEN 'ACCB' ELSE 'ACCC' END, 'follower', CONCAT('o', LPAD(seq, 27, '0')),
   CONCAT('P', LPAD(CASE WHEN seq % 20 = 0 THEN seq - 1 ELSE seq END, 25, '0')), null, IF(${u(2)} < 0.8, 'following', 'unfollowed'), 1, ${now} - ROUND(${u(3)} * 730 * ${day}), ${now} - ROUND(${u(3)} * 730 * ${day}), null, 1, 'scene', CONCAT('store-', FLOOR(${u(4)} * 20)), CONCAT('store-', FLOOR(${u(4)} * 20)),
   ${now} - ROUND(${u(5)} * ${u(5)} * 365 * ${day}), null, IF(${u(6)} < 0.01, 1, NULL), null, 1, 1 FROM seq_1_to_${n}`);
  lap('identities');
  await c.query(`INSERT INTO person SELECT CONCAT('P', LPAD(seq, 25, '0')), null, 1 FROM seq_1_to_${n} WHERE seq % 20 <> 0`);
  for (let g = 0; g < 10; g++) await c.query(`INSERT INTO tag VALUES (?, ?, 1)`, [`T${g}`, g === 0 ? '会员' : `tag-${g}`]);
  for (let g = 0; g < 10; g++) await c.query(`INSERT INTO identity_tag SELECT ${ident}, 'T${g}', 'x', 1 FROM seq_1_to_${n} WHERE ${u(20 + g)} < ${g === 0 ? 0.35 : 0.08}`);
  lap('tags');
  await c.query(`INSERT INTO timeline_entry SELECT CONCAT('E', LPAD(seq, 25, '0')), CONCAT('I', LPAD(1 + FLOOR(${u(30)} * ${n}), 25, '0')), 'ACCA', ${now} - ROUND(${u(31)} * 365 * ${day}), CASE WHEN ${u(32)} < 0.4 THEN 'message-in' WHEN ${u(32)} < 0.8 THEN 'message-out' WHEN ${u(32)} < 0.9 THEN 'menu-tapped' ELSE 'scanned' END, '{"text":"几点开门呀，周末也开吗"}', null, null FROM seq_1_to_${3 * n}`);
  lap('timeline');
  await c.query('ANALYZE TABLE identity, identity_tag, timeline_entry, tag');
  lap('analyze');
  require('fs').writeFileSync('/tmp/segbench.url', url + '\n' + server.pid);
  console.log(url);
  setInterval(() => {}, 1000);
}
void main();
