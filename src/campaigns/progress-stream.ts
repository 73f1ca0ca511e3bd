import { PassThrough } from 'node:stream';
import type { Kit } from '../kernel/kit';
import { countDeliveries, noCounts, type SendCounts } from '../sending';
import { findCampaign, latestRuns } from './campaign.queries';

type StreamKit = Pick<Kit, 'db' | 'clock' | 'log'>;

export type Progress = SendCounts & {
  /** Which run the counts are of: the latest. */
  runId: string | null;
  status: string;
  /** Deliveries that ended since the last look, a second. */
  perSecond: number;
  etaSeconds: number | null;
};

const everyMs = 1_000;
/** A silent line now and then keeps proxies from cutting a quiet stream. */
const longestSilence = 15;
/** A reader that takes nothing for this many bytes is cut. */
const mostWaiting = 64 * 1024;

/**
 * How campaigns are doing, as server-sent events, read from the rows at most once a second however many
 * pages look. A page that was away misses nothing: the first event is the whole truth.
 */
export class ProgressStreams {
  private readonly open = new Set<PassThrough>();
  private readonly looks = new Map<string, { at: number; look: Promise<Progress | undefined> }>();
  private readonly before = new Map<string, { at: number; done: number; perSecond: number }>();
  private isStopping = false;

  constructor(private readonly kit: StreamKit) {}

  stream(campaignId: string): PassThrough {
    const stream = new PassThrough();
    this.open.add(stream);
    stream.on('close', () => this.open.delete(stream));
    stream.on('error', () => undefined);
    void this.tell(campaignId, stream).catch((error: unknown) => {
      this.kit.log.warn('campaign.stream', { error });
      stream.end();
    });
    return stream;
  }

  /** For a graceful stop: the pages connect again by themselves. */
  close(): void {
    this.isStopping = true;
    for (const stream of this.open) stream.end();
  }

  private async tell(campaignId: string, stream: PassThrough): Promise<void> {
    let last = '';
    let silent = 0;
    stream.write('retry: 2000\n\n');
    while (!this.isStopping && this.open.has(stream)) {
      const progress = await this.look(campaignId);
      if (!progress) break;
      const data = JSON.stringify(progress);
      silent = data === last ? silent + 1 : 0;
      if (data !== last) stream.write(`event: progress\ndata: ${data}\n\n`);
      else if (silent % longestSilence === 0) stream.write(': still here\n\n');
      last = data;
      if (isOver(progress.status)) break;
      if (stream.readableLength > mostWaiting) break;
      await this.kit.clock.sleep(everyMs);
    }
    stream.end();
  }

  private look(campaignId: string): Promise<Progress | undefined> {
    const now = this.kit.clock.system();
    const known = this.looks.get(campaignId);
    if (known && now - known.at < everyMs) return known.look;
    const look = this.read(campaignId, now);
    this.looks.set(campaignId, { at: now, look });
    return look;
  }

  private async read(campaignId: string, now: number): Promise<Progress | undefined> {
    const campaign = await findCampaign(this.kit.db.read, campaignId);
    if (!campaign) return undefined;
    const runId = (await latestRuns(this.kit.db.read, [campaignId])).get(campaignId);
    const counts = runId ? (await countDeliveries(this.kit.db, [runId])).get(runId) : undefined;
    const progress = { status: campaign.status, runId: runId ?? null, ...(counts ?? noCounts) };
    const perSecond = this.speedOf(campaignId, progress, now);
    if (isOver(campaign.status)) this.forget(campaignId);
    const eta = perSecond > 0 ? Math.ceil(progress.pending / perSecond) : null;
    return { ...progress, perSecond, etaSeconds: progress.pending === 0 ? 0 : eta };
  }

  private speedOf(campaignId: string, { planned, pending }: SendCounts, now: number): number {
    const done = planned - pending;
    const before = this.before.get(campaignId);
    const seconds = before ? (now - before.at) / 1_000 : 0;
    const perSecond =
      before && seconds >= 0.5
        ? Math.max(0, Math.round(((done - before.done) / seconds) * 10) / 10)
        : (before?.perSecond ?? 0);
    this.before.set(campaignId, { at: now, done, perSecond });
    return perSecond;
  }

  private forget(campaignId: string): void {
    this.before.delete(campaignId);
    this.looks.delete(campaignId);
  }
}

const isOver = (status: string) => status === 'finished' || status === 'cancelled';
