import type { Context } from 'koa';
import { iso } from '../clock';
import { showPacket, type Packet } from '../pay/packets';
import { templateMsgId } from '../phone/template-card';
import type { World } from '../world';

export interface Scope {
  appId: string | null;
  mchId: string | null;
}

/** Lists longer than this are left out; checkers of big runs read the rows instead. */
const MOST_NAMED = 20_000;

/** What a checker compares with the app's own books: who got which message how often, and which number paid whom. */
export function summary(world: World, scope: Scope) {
  return {
    templates: templates(world, scope),
    money: money(world, scope),
    callbacks: callbacks(world, scope),
  };
}

function templates(world: World, { appId }: Scope) {
  const { store } = world;
  const scoped = `FROM message WHERE via = 'template' AND (? IS NULL OR appId = ?)`;
  const totals = store
    .sql<{ sent: number; people: number }>(
      `SELECT count(*) AS sent, count(DISTINCT openid) AS people ${scoped}`,
    )
    .get(appId, appId) ?? { sent: 0, people: 0 };
  const doubles = store
    .sql<{ clientMsgId: string; openid: string; count: number }>(
      `SELECT clientMsgId, openid, count(*) AS count ${scoped} AND clientMsgId IS NOT NULL GROUP BY openid, clientMsgId HAVING count(*) > 1 LIMIT 1000`,
    )
    .all(appId, appId);
  if (totals.sent > MOST_NAMED) return { ...totals, doubles };
  const byOpenid = store
    .sql<{ openid: string; count: number }>(
      `SELECT openid, count(*) AS count ${scoped} GROUP BY openid`,
    )
    .all(appId, appId);
  const byClientMsgId = store
    .sql<{ id: string; count: number }>(
      `SELECT clientMsgId AS id, count(*) AS count ${scoped} AND clientMsgId IS NOT NULL GROUP BY clientMsgId`,
    )
    .all(appId, appId);
  return {
    ...totals,
    doubles,
    byOpenid: Object.fromEntries(byOpenid.map((row) => [row.openid, row.count])),
    byClientMsgId: Object.fromEntries(byClientMsgId.map((row) => [row.id, row.count])),
  };
}

function money(world: World, { mchId }: Scope) {
  const { store } = world;
  const purse = store
    .sql<{ kind: string; fen: number }>(
      'SELECT kind, sum(amountFen) AS fen FROM purse WHERE ? IS NULL OR mchId = ? GROUP BY kind',
    )
    .all(mchId, mchId);
  const fenOf = (kind: string) => purse.find((row) => row.kind === kind)?.fen ?? 0;
  const states = store
    .sql<{ state: string; count: number; fen: number }>(
      'SELECT state, count(*) AS count, sum(amountFen) AS fen FROM packet WHERE ? IS NULL OR mchId = ? GROUP BY state',
    )
    .all(mchId, mchId);
  // The assertion "no grant is paid twice", made against the append-only book.
  const twice = store
    .sql<{ billNo: string; kind: string; count: number }>(
      `SELECT billNo, kind, count(*) AS count FROM purse WHERE billNo IS NOT NULL AND (? IS NULL OR mchId = ?)
       GROUP BY mchId, billNo, kind HAVING count(*) > 1 LIMIT 1000`,
    )
    .all(mchId, mchId);
  const packets = states.reduce((sum, row) => sum + row.count, 0);
  const totals = {
    packets,
    paidOutFen: fenOf('sent'),
    receivedFen: fenOf('received'),
    refundedFen: fenOf('refunded'),
    byState: Object.fromEntries(states.map(({ state, count, fen }) => [state, { count, fen }])),
    twice,
  };
  if (packets > MOST_NAMED) return totals;
  const all = store
    .sql<Packet>('SELECT * FROM packet WHERE ? IS NULL OR mchId = ? ORDER BY seq')
    .all(mchId, mchId);
  const byBillNo = all.map(
    ({ billNo, openid, amountFen, state }) => [billNo, { openid, amountFen, state }] as const,
  );
  return { ...totals, byBillNo: Object.fromEntries(byBillNo) };
}

function callbacks(world: World, { appId }: Scope): Record<string, number> {
  const rows = world.tally.list(appId ?? undefined).filter((row) => row.endpoint === 'callback');
  const counts: Record<string, number> = {};
  for (const row of rows) counts[row.result] = (counts[row.result] ?? 0) + row.count;
  return counts;
}

/** Every row of one book, one JSON document a line, read page by page. */
export async function writeRows(
  world: World,
  ctx: Context,
  of: 'templates' | 'packets',
  scope: Scope,
): Promise<void> {
  ctx.respond = false;
  ctx.res.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  for (let after = 0; ;) {
    const { lines, last } =
      of === 'packets' ? packetLines(world, scope, after) : templateLines(world, scope, after);
    if (last === undefined) break;
    after = last;
    if (!ctx.res.write(lines))
      await new Promise((resolve) => ctx.res.once('drain', resolve).once('close', resolve));
    if (ctx.res.destroyed) return;
  }
  ctx.res.end();
}

interface Lines {
  lines: string;
  last: number | undefined;
}

const joined = (documents: unknown[]) =>
  documents.map((one) => `${JSON.stringify(one)}\n`).join('');

function packetLines(world: World, { mchId }: Scope, after: number): Lines {
  const rows = world.store
    .sql<Packet>(
      'SELECT * FROM packet WHERE (? IS NULL OR mchId = ?) AND seq > ? ORDER BY seq LIMIT 2000',
    )
    .all(mchId, mchId, after);
  return { lines: joined(rows.map(showPacket)), last: rows[rows.length - 1]?.seq };
}

function templateLines(world: World, { appId }: Scope, after: number): Lines {
  const rows = world.store
    .sql<{
      id: number;
      openid: string;
      at: number;
      clientMsgId: string | null;
      templateId: string;
    }>(
      `SELECT id, openid, at, clientMsgId, json_extract(body, '$.templateId') AS templateId FROM message
       WHERE via = 'template' AND (? IS NULL OR appId = ?) AND id > ? ORDER BY id LIMIT 2000`,
    )
    .all(appId, appId, after);
  const shown = rows.map(({ id, openid, at, clientMsgId, templateId }) => ({
    ...{ clientMsgId, openid, templateId },
    msgId: templateMsgId(id),
    at: iso(at),
  }));
  return { lines: joined(shown), last: rows[rows.length - 1]?.id };
}
