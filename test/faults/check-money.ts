import type { Cluster } from '../support/cluster';
import { allPages, patiently } from '../support/json-client';
import type { Scene } from './scene';
import { checkLedger } from './ledger-audit';

export type Promotion = {
  id: string;
  status: string;
  pauseReason: { code: string } | null;
  budgetFen: number;
  paidFen: number;
  reservedFen: number;
  refundedFen: number;
  availableFen: number;
  recipients: Record<string, number>;
};
type LedgerItem = { openid: string; amountFen: number; billNo: string; state: string };
type Packet = { billNo: string; openid: string; amountFen: number; state: string; sends: number };

export async function makePromotion(
  cluster: Cluster,
  segmentId: string,
  name: string,
  money: { amount: object; budgetFen: number },
): Promise<string> {
  const made = await patiently(() =>
    cluster.api<{ id: string }>('POST', '/api/v1/promotions', {
      name,
      segmentId,
      mchId: cluster.mchId,
      appId: cluster.account.appId,
      acknowledgement: true,
      ...money,
    }),
  );
  return made.id;
}

/** Budget = paid + reserved + available, at every look, to the fen. */
export async function lookAtBudgets(scene: Scene, cluster: Cluster): Promise<void> {
  for (const one of await allPages<Promotion>(cluster.api, '/api/v1/promotions')) {
    const { budgetFen, paidFen, reservedFen, availableFen } = one;
    const isExact = budgetFen === paidFen + reservedFen + availableFen;
    const isPossible = Math.min(paidFen, reservedFen, availableFen) >= 0;
    scene.promise(
      isExact && isPossible,
      `budget ${budgetFen} is not paid ${paidFen} + reserved ${reservedFen} + available ${availableFen}`,
    );
  }
  scene.figures['looks at budgets'] = Number(scene.figures['looks at budgets'] ?? 0) + 1;
}

const stateThere: Record<string, readonly string[]> = {
  received: ['RECEIVED'],
  refunded: ['REFUND'],
  failed: ['FAILED', 'absent'],
  skipped: ['absent'],
  sent: ['SENT', 'RFUND_ING', 'RECEIVED', 'REFUND'],
};

/** The three books of money: the wallets, our ledger, and what the console says. */
export async function checkMoney(scene: Scene, cluster: Cluster): Promise<void> {
  const packets = await packetsOf(cluster);
  const summary = await cluster.driver<{
    money: { paidOutFen: number; receivedFen: number; refundedFen: number; twice: unknown[] };
  }>('GET', '/books/summary');
  const promotions = await allPages<Promotion>(cluster.api, '/api/v1/promotions');
  const ours = new Map<string, LedgerItem>();
  const sums = { paid: 0, refunded: 0, reserved: 0 };
  for (const promotion of promotions) {
    const rows = await allPages<LedgerItem>(
      cluster.api,
      `/api/v1/promotions/${promotion.id}/ledger`,
    );
    const fenOf = (state: string) =>
      rows.filter((row) => row.state === state).reduce((sum, row) => sum + row.amountFen, 0);
    for (const row of rows) ours.set(row.billNo, row);
    scene.promise(
      promotion.paidFen === fenOf('received'),
      `the console says paid ${promotion.paidFen}, its ledger ${fenOf('received')}`,
    );
    scene.promise(
      promotion.refundedFen === fenOf('refunded'),
      `the console says refunded ${promotion.refundedFen}, its ledger ${fenOf('refunded')}`,
    );
    const people = new Set(rows.map((row) => row.openid));
    scene.promise(
      people.size === rows.length,
      `${rows.length - people.size} people are in one promotion twice`,
    );
    sums.paid += promotion.paidFen;
    sums.refunded += promotion.refundedFen;
    sums.reserved += promotion.reservedFen;
  }
  for (const row of ours.values()) {
    const packet = packets.get(row.billNo);
    const there = packet?.state ?? 'absent';
    const fits = (stateThere[row.state] ?? []).includes(there);
    scene.promise(fits, `bill ${row.billNo}: ours ${row.state}, WeChat's ${there}`);
    if (!packet) continue;
    scene.promise(
      packet.amountFen === row.amountFen && packet.openid === row.openid,
      `bill ${row.billNo}: amount or person differ`,
    );
  }
  const foreign = [...packets.keys()].filter((billNo) => !ours.has(billNo));
  scene.promise(foreign.length === 0, `${foreign.length} orders that no ledger knows`);
  scene.promise(
    summary.money.twice.length === 0,
    `${summary.money.twice.length} orders paid twice`,
  );
  scene.promise(
    summary.money.receivedFen === sums.paid,
    `people received ${summary.money.receivedFen}, we say ${sums.paid}`,
  );
  scene.promise(
    summary.money.refundedFen === sums.refunded,
    `WeChat returned ${summary.money.refundedFen}, we say ${sums.refunded}`,
  );
  scene.promise(sums.reserved === 0, `${sums.reserved} fen are still reserved`);
  await checkLedger(scene, cluster.sql);
  const byState: Record<string, number> = {};
  for (const row of ours.values()) byState[row.state] = (byState[row.state] ?? 0) + 1;
  Object.assign(scene.figures, {
    payouts: ours.size,
    'orders at WeChat': packets.size,
    calls: [...packets.values()].reduce((sum, packet) => sum + packet.sends, 0),
    states: JSON.stringify(byState),
    'received fen': `${summary.money.receivedFen} = ${sums.paid}`,
    'refunded fen': `${summary.money.refundedFen} = ${sums.refunded}`,
    'paid twice': summary.money.twice.length,
  });
}

async function packetsOf(cluster: Cluster): Promise<Map<string, Packet>> {
  const answer = await fetch(
    `${cluster.sandbox.url}/sandbox/api/books/summary?format=ndjson&of=packets`,
  );
  const rows = (await answer.text()).split('\n').filter((line) => line !== '');
  const packets = rows.map((line) => JSON.parse(line) as Packet);
  return new Map(packets.map((packet) => [packet.billNo, packet]));
}
