import { template, type Cluster } from '../support/cluster';
import { allPages, HttpProblem, patiently, type JsonClient } from '../support/json-client';
import type { Scene } from './scene';

type Counts = {
  planned: number;
  pending: number;
  sent: number;
  delivered: number;
  failed: number;
  skipped: number;
  unknown: number;
};
type CampaignDetail = Counts & {
  id: string;
  status: string;
  runs: (Counts & { id: string; note: string | null })[];
  totals: Counts;
};
type Delivery = {
  runId: string;
  openid: string;
  state: string;
  messageId: string | null;
  clientMessageId: string;
};

export async function makeCampaign(
  cluster: Cluster,
  segmentId: string,
  name: string,
  schedule: { cron: string; zone: string; missed: string } | null = null,
): Promise<string> {
  const { account, templateId } = cluster;
  const made = await patiently(() =>
    cluster.api<{ id: string }>('POST', '/api/v1/campaigns', {
      name,
      segmentId,
      appId: account.appId,
      message: { type: 'template', templateId, data: template.data },
      schedule,
    }),
  );
  return made.id;
}

/** Presses start; a server that dies of it does not answer, and that is not this caller's business. */
export async function press(api: JsonClient, path: string): Promise<boolean> {
  try {
    await patiently(() => api('POST', path));
    return true;
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    return false;
  }
}

/** The rows of the sandbox: what really reached a phone, however large the run. */
async function reallyReceived(
  cluster: Cluster,
): Promise<Map<string, { msgId: string; openid: string }[]>> {
  const answer = await fetch(
    `${cluster.sandbox.url}/sandbox/api/books/summary?format=ndjson&of=templates`,
  );
  const received = new Map<string, { msgId: string; openid: string }[]>();
  for (const line of (await answer.text()).split('\n')) {
    if (line === '') continue;
    const row = JSON.parse(line) as { clientMsgId: string | null; msgId: string; openid: string };
    const key = row.clientMsgId ?? `without an id: ${row.msgId}`;
    received.set(key, [...(received.get(key) ?? []), row]);
  }
  return received;
}

/** The three books of messages: the phones, our deliveries, and what the console says. */
export async function checkMessages(
  scene: Scene,
  cluster: Cluster,
  audience: number,
): Promise<Counts> {
  const received = await reallyReceived(cluster);
  const campaigns = await allPages<{ id: string }>(cluster.api, '/api/v1/campaigns');
  const ours = new Set<string>();
  const total: Counts = {
    planned: 0,
    pending: 0,
    sent: 0,
    delivered: 0,
    failed: 0,
    skipped: 0,
    unknown: 0,
  };
  let doubles = 0;
  let missing = 0;
  for (const { id } of campaigns) {
    const shown = await cluster.api<CampaignDetail>('GET', `/api/v1/campaigns/${id}`);
    for (const run of shown.runs.filter((one) => one.note === null)) {
      const rows = await allPages<Delivery>(
        cluster.api,
        `/api/v1/campaigns/${id}/deliveries?runId=${run.id}`,
      );
      const counted: Counts = {
        ...total,
        planned: rows.length,
        pending: 0,
        sent: 0,
        delivered: 0,
        failed: 0,
        skipped: 0,
        unknown: 0,
      };
      for (const row of rows) {
        const found = received.get(row.clientMessageId) ?? [];
        ours.add(row.clientMessageId);
        if (found.length > 1) doubles += 1;
        const isSaidSent = row.state === 'sent' || row.state === 'delivered';
        if (isSaidSent && found.length === 0) missing += 1;
        if (isSaidSent) counted.sent += 1;
        if (row.state === 'delivered') counted.delivered += 1;
        if (row.state === 'queued' || row.state === 'sending') counted.pending += 1;
        if (row.state === 'failed') counted.failed += 1;
        if (row.state === 'skipped') counted.skipped += 1;
        if (row.state === 'unknown') counted.unknown += 1;
        const isSaidUnsent = row.state === 'failed' || row.state === 'skipped';
        scene.promise(
          !(isSaidUnsent && found.length > 0),
          `${row.openid} has the message that the ledger calls ${row.state}`,
        );
        scene.promise(
          found.every(({ openid }) => openid === row.openid),
          `the message of ${row.openid} went to somebody else`,
        );
        const isOther =
          row.messageId !== null && !found.some(({ msgId }) => msgId === row.messageId);
        scene.promise(!isOther, `${row.openid}: our message id is not WeChat's`);
      }
      scene.promise(
        rows.length === audience,
        `run ${run.id} has ${rows.length} of ${audience} people`,
      );
      // Receipts may still come in while we read.
      const later = await cluster.api<CampaignDetail>('GET', `/api/v1/campaigns/${id}`);
      const arrived = later.runs.find((one) => one.id === run.id)?.delivered ?? 0;
      if (arrived !== run.delivered && counted.delivered <= arrived)
        run.delivered = counted.delivered;
      for (const key of Object.keys(total) as (keyof Counts)[]) {
        scene.promise(
          counted[key] === run[key],
          `the console says ${key} ${run[key]}, the ledger ${counted[key]} (run ${run.id})`,
        );
        total[key] += counted[key];
      }
      const sum = run.pending + run.sent + run.failed + run.skipped + run.unknown;
      scene.promise(sum === run.planned, `the states add up to ${sum} of ${run.planned}`);
      scene.promise(run.pending === 0, `${run.pending} deliveries never ended (run ${run.id})`);
    }
  }
  const foreign = [...received.keys()].filter((key) => !ours.has(key));
  scene.promise(doubles === 0, `${doubles} messages arrived twice`);
  scene.promise(missing === 0, `${missing} messages are called sent and are on no phone`);
  scene.promise(foreign.length === 0, `${foreign.length} messages on phones that no ledger knows`);
  const onPhones = [...received.values()].reduce((sum, rows) => sum + rows.length, 0);
  Object.assign(scene.figures, {
    messages: total.planned,
    'on phones': onPhones,
    'sent by ledger': total.sent,
    unknown: total.unknown,
    failed: total.failed,
    skipped: total.skipped,
    doubles,
    missing,
  });
  return total;
}
