import type { Cluster } from '../../support/cluster';
import { patiently, pause } from '../../support/json-client';
import { deliver, textFields } from '../../support/signed-callbacks';
import { makeCampaign, press } from '../check-messages';
import { intakePoints } from '../points';
import { partsOf, type Scene } from '../scene';

type Sent = {
  messageId: string;
  openid: string;
  /** Replies of all deliveries that were acknowledged. */
  replies: (string | undefined)[];
  refusals: number;
};

/**
 * A paced sender that behaves like WeChat: up to three deliveries of a message until one is acknowledged.
 * It keeps its own list, so that what was acknowledged can be compared with the inbox.
 */
class PacedSender {
  readonly sent: Sent[] = [];
  private readonly inHand = new Set<Promise<void>>();
  private isOn = true;
  private serial = 0;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly openids: readonly string[],
    private readonly perSecond: number,
    private readonly base: bigint,
  ) {}

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.isOn = false;
    await this.loop;
    await Promise.all(this.inHand);
  }

  private async run(): Promise<void> {
    const began = Date.now();
    while (this.isOn) {
      const owed = Math.floor(((Date.now() - began) * this.perSecond) / 1_000);
      while (this.serial < owed) this.launch();
      await pause(10);
    }
  }

  private launch(): void {
    const serial = this.serial++;
    const one: Sent = {
      messageId: String(this.base + BigInt(serial)),
      openid: this.openids[serial % this.openids.length] ?? '',
      replies: [],
      refusals: 0,
    };
    this.sent.push(one);
    const work = this.tell(one, serial).finally(() => this.inHand.delete(work));
    this.inHand.add(work);
  }

  private async tell(one: Sent, serial: number): Promise<void> {
    const { webs } = partsOf(this.cluster);
    const createdAt = Math.floor(Date.now() / 1_000);
    // Every tenth is told once more although it was acknowledged, perhaps to another process.
    const wanted = serial % 10 === 0 ? 2 : 1;
    for (let tries = 0; tries < 3 && one.replies.length < wanted; tries += 1) {
      const web = webs[(serial + tries) % webs.length];
      try {
        const fields = textFields(one.openid, one.messageId, '几点开门', createdAt);
        const answer = await deliver(web?.url ?? '', this.cluster.account, fields);
        if (answer.status === 200) one.replies.push(answer.reply);
        else one.refusals += 1;
      } catch {
        one.refusals += 1;
      }
      if (one.replies.length < wanted) await pause(1_500);
    }
  }
}

export type CallbackTroubles = {
  perSecond: number;
  randomKills: number;
  gracefulStops: number;
  beside?: () => Promise<void>;
};

/** Callbacks at a steady pace while whoever takes them dies, stops and starts again. */
export async function callbacks(
  scene: Scene,
  cluster: Cluster,
  troubles: CallbackTroubles,
): Promise<void> {
  const { webs } = partsOf(cluster);
  await cluster.syncFollowers();
  await patiently(() =>
    cluster.api('POST', '/api/v1/reply-rules', {
      match: 'words',
      keywords: ['开门'],
      answer: { type: 'text', text: '每天 10:00 开门' },
      publish: true,
    }),
  );
  const rows = await cluster.sql.all<{ externalId: string }>(
    `SELECT externalId FROM identity LIMIT 200`,
  );
  const openids = rows.map((row) => row.externalId);
  const base = 30_000_000_000_000_000n + BigInt(scene.random(1, 1_000_000)) * 1_000_000n;
  const sender = new PacedSender(cluster, openids, troubles.perSecond, base);
  sender.start();
  await pause(1_000);

  const deaths = scene.mixed(intakePoints).map((point) => `${point}:${scene.random(1, 30)}`);
  for (const [place, fault] of deaths.entries()) {
    const web = webs[place % webs.length];
    if (!web) continue;
    await scene.dieAt(web, fault);
    if (webs.length > 1) await scene.everybodyRuns([web]);
  }
  await scene.everybodyRuns(cluster.members);
  await troubles.beside?.();
  for (let n = 0; n < troubles.randomKills; n += 1) {
    await pause(scene.random(300, 1_500));
    await scene.killAtRandom(scene.pick(webs));
    await scene.everybodyRuns(cluster.members);
  }
  const release = await hangingCalls(cluster);
  let slowest = 0;
  for (let n = 0; n < troubles.gracefulStops; n += 1) {
    await pause(1_500);
    const web = webs[n % webs.length];
    if (!web) continue;
    const { code, signal, tookMs } = await web.stop();
    slowest = Math.max(slowest, tookMs);
    scene.promise(code === 0, `a graceful stop ended with ${String(code ?? signal)}`);
    scene.promise(tookMs <= 10_000, `a graceful stop took ${tookMs} ms`);
    await scene.everybodyRuns([web]);
  }
  await release();
  await pause(1_500);
  await sender.stop();
  await scene.endBackground();
  scene.figures['slowest graceful stop ms'] = slowest;
  await checkInbox(scene, cluster, sender.sent);
  for (const member of cluster.members) await scene.mustLive(member);
  scene.pointsWere(intakePoints);
}

/** What makes stopping slow in life: a console page that listens, and calls to which nobody answers. */
async function hangingCalls(cluster: Cluster): Promise<() => Promise<void>> {
  await cluster.driver('POST', '/faults', {
    op: 'add',
    where: 'template-send',
    kind: 'timeout-after-accept',
    rate: 1,
  });
  const id = await makeCampaign(cluster, await cluster.everybody(), 'hanging');
  await press(cluster.api, `/api/v1/campaigns/${id}/start`);
  const listening = new AbortController();
  await cluster.listen(`/api/v1/campaigns/${id}/events`, listening.signal).catch(() => undefined);
  await pause(500);
  return async () => {
    listening.abort();
    await patiently(() => cluster.api('POST', `/api/v1/campaigns/${id}/cancel`));
    await cluster.driver('POST', '/faults', { op: 'clear' });
  };
}

type Stored = { id: string; dedupeKey: string; failure: string | null };

/** What was acknowledged is in the inbox exactly once, and had its effect exactly once. */
async function checkInbox(scene: Scene, cluster: Cluster, sent: readonly Sent[]): Promise<void> {
  const stored = await cluster.sql.all<Stored>(
    `SELECT e.id, e.dedupeKey, f.cause AS failure FROM inbound_event e
     LEFT JOIN failed_event f ON f.eventId = e.id WHERE e.kind = 'text'`,
  );
  const times = new Map<string, number>();
  for (const { dedupeKey } of stored) times.set(dedupeKey, (times.get(dedupeKey) ?? 0) + 1);
  const keyOf = ({ openid, messageId }: Sent) => `m:${messageId}:${openid}`;
  const acknowledged = sent.filter((one) => one.replies.length > 0);
  const lost = acknowledged.filter((one) => times.get(keyOf(one)) !== 1);
  const doubled = [...times.values()].filter((n) => n > 1).length;
  const unlike = acknowledged.filter((one) => new Set(one.replies).size > 1);
  const unanswered = acknowledged.filter((one) => one.replies[0] === undefined);
  const failed = stored.filter((row) => row.failure !== null);
  const [effects] = await cluster.sql.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM timeline_entry WHERE kind = 'message-in'`,
  );
  const known = new Set(sent.map(keyOf));
  const foreign = stored.filter((row) => !known.has(row.dedupeKey));
  scene.promise(
    lost.length === 0,
    `${lost.length} acknowledged messages are not in the inbox once`,
  );
  scene.promise(doubled === 0, `${doubled} messages are in the inbox twice`);
  scene.promise(foreign.length === 0, `${foreign.length} messages in the inbox that nobody sent`);
  scene.promise(unlike.length === 0, `${unlike.length} repeats got another reply than the first`);
  scene.promise(unanswered.length === 0, `${unanswered.length} messages got no reply`);
  scene.promise(failed.length === 0, `${failed.length} events failed: ${failed[0]?.failure ?? ''}`);
  scene.promise(
    Number(effects?.n) === stored.length,
    `${stored.length} messages had ${String(effects?.n)} effects`,
  );
  Object.assign(scene.figures, {
    'messages told': sent.length,
    acknowledged: acknowledged.length,
    'in the inbox': stored.length,
    'refused or cut': sent.reduce((sum, one) => sum + one.refusals, 0),
    lost: lost.length,
    doubled,
  });
}
