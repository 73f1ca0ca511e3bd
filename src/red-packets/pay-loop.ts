import { claimRows, isConnectionLost, marksFor } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import type { Kit } from '../kernel/kit';
import { withTrail } from '../kernel/log';
import { cancelledWithRest, closeCancelled } from './close-cancelled';
import { decideAfterAsk, decideAfterSend } from './decide';
import { pausePromotion } from './give-back';
import { everything, merchantSwitch, readSwitches } from './kill-switch';
import { auditPromotions } from './ledger-check';
import type { PayRail, PayingMerchant } from './pay-rail';
import { logCalls } from './payout-log';
import { ownedPayouts } from './payout-row';
import type { Payout } from './payout.entity';
import { takeLookPermits, takePermits } from './permits';
import { closeRuns, planRuns } from './plan-runs';
import { prepareSends, type Ready } from './prepare-sends';
import { settlePayout, type Answer } from './settle-payout';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'random' | 'settings' | 'log' | 'cache' | 'bell'>;

/** Longer than any call of the rail; after it another process takes the row up, by asking. */
const leaseMs = 30_000;
const atOnce = 32;
const batchSize = 20;
const pollMs = 500;
const busyMs = 50;
const auditMs = 60_000;
/** Between two looks at how far runs are. */
const closeMs = 1_000;

/**
 * Pays what is reserved and asks about what is open, until every payout is final. All it knows is in the
 * database; any number of processes may run one.
 */
export class PayLoop {
  private readonly inFlight = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private turning: Promise<boolean> | undefined;
  private isOpen = false;
  private auditedAt = 0;
  private closedAt = 0;

  constructor(
    private readonly kit: Part,
    private readonly rail: PayRail,
  ) {}

  start(): void {
    this.isOpen = true;
    this.kit.bell.answer('payout', () => {
      this.wake();
      return Promise.resolve();
    });
    this.wake();
  }

  /** No new call after this; those on their way are finished and written down. */
  async stop(): Promise<void> {
    this.isOpen = false;
    clearTimeout(this.timer);
    await this.turning;
    await this.idle();
  }

  /** Waits for the calls on their way. */
  async idle(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
  }

  /** Does everything due once; true when there was something. For the loop, and for tests. */
  turn(): Promise<boolean> {
    this.turning ??= this.takeTurn().finally(() => (this.turning = undefined));
    return this.turning;
  }

  private wake(): void {
    if (!this.isOpen) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.beat(), 0);
  }

  private async beat(): Promise<void> {
    let wasBusy = false;
    try {
      wasBusy = await this.turn();
      await this.auditWhenDue();
    } catch (error) {
      this.kit.log.warn('payout.turn', { error });
    }
    if (!this.isOpen) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.beat(), wasBusy ? busyMs : pollMs);
    this.timer.unref();
  }

  private async takeTurn(): Promise<boolean> {
    const { kit, rail } = this;
    for (const id of await cancelledWithRest(kit)) await closeCancelled(kit, id);
    const switches = await readSwitches(kit.db.read, kit.clock.business());
    const running = switches.has(everything) ? [] : await this.running();
    let wasBusy = await planRuns(kit, rail, running);
    for (const merchantId of rail.merchantIds()) {
      const merchant = rail.merchant(merchantId);
      if (!merchant) continue;
      const asked = await this.askDue(merchant);
      const isStopped = switches.has(merchantSwitch(merchantId));
      const sent = isStopped ? 0 : await this.sendDue(merchant, running);
      wasBusy = wasBusy || asked + sent > 0;
    }
    await this.closeWhenDue();
    return wasBusy;
  }

  private async running(): Promise<string[]> {
    const rows = await this.kit.db.read.all<{ id: string }>(
      `SELECT id FROM promotion WHERE status = 'running' ORDER BY id`,
    );
    return rows.map((row) => row.id);
  }

  private get room(): number {
    return Math.min(batchSize, atOnce - this.inFlight.size);
  }

  /** How many sends went out. */
  private async sendDue(merchant: PayingMerchant, running: readonly string[]): Promise<number> {
    const { kit, rail } = this;
    const room = this.room;
    if (running.length === 0 || room <= 0) return 0;
    const where = `merchantAccountId = ? AND nextAction = 'send' AND nextActionAt <= ? AND promotionId IN (${marksFor(running)})`;
    const params = [merchant.id, kit.clock.business(), ...running];
    const due = await kit.db.read.all(
      `SELECT id FROM payout WHERE ${where} LIMIT ${String(room)}`,
      params,
    );
    const limit = await takePermits(kit, merchant.id, due.length);
    if (limit === 0) return 0;
    const owner = kit.newId();
    const orderBy = 'nextActionAt, id';
    const claim = { table: 'payout', where, params, orderBy, limit, owner, leaseMs };
    const claimed = await claimRows<Payout>(kit.db, claim);
    faultPoint('payout.after-claim');
    const ready = await prepareSends(kit, rail, owner, claimed);
    for (const one of ready) this.launch(one.payout, () => this.send(one));
    return claimed.length;
  }

  private async send({ payout, packet, merchant }: Ready): Promise<void> {
    const { kit } = this;
    const began = kit.clock.system();
    faultPoint('payout.before-call');
    const result = await this.rail.client.send(merchant, packet);
    faultPoint('payout.after-call');
    const decision = decideAfterSend(payout, result, {
      now: kit.clock.business(),
      random: kit.random,
    });
    const code =
      result.kind === 'refused'
        ? result.code
        : result.kind === 'unknown'
          ? (result.code ?? result.reason)
          : result.kind;
    const trace = 'trace' in result ? result.trace : undefined;
    await settlePayout(kit, payout, decision, this.answer('send', code, began, trace));
  }

  /** Questions are asked whatever is stopped or paused: they move no money. Doubts go first. */
  private async askDue(merchant: PayingMerchant): Promise<number> {
    const doubts = await this.askSome(merchant, `state <> 'sent'`, this.room);
    const looks = await this.lookPermits(merchant);
    return doubts + (await this.askSome(merchant, `state = 'sent'`, looks));
  }

  /** How many packets that are out may be looked at now. */
  private async lookPermits(merchant: PayingMerchant): Promise<number> {
    const { kit, room } = this;
    if (room <= 0) return 0;
    const due = await kit.db.read.all(
      `SELECT id FROM payout WHERE merchantAccountId = ? AND nextAction = 'ask' AND nextActionAt <= ?
       AND state = 'sent' LIMIT ${String(room)}`,
      [merchant.id, kit.clock.business()],
    );
    return takeLookPermits(kit, merchant.id, due.length);
  }

  private async askSome(merchant: PayingMerchant, which: string, limit: number): Promise<number> {
    const { kit } = this;
    if (limit <= 0) return 0;
    const owner = kit.newId();
    const claimed = await claimRows<Payout>(kit.db, {
      table: 'payout',
      where: `merchantAccountId = ? AND nextAction IN ('ask', 'verify') AND nextActionAt <= ? AND ${which}`,
      params: [merchant.id, kit.clock.business()],
      orderBy: 'nextActionAt, id',
      limit,
      owner,
      leaseMs,
    });
    if (claimed.length === 0) return 0;
    const payouts = await kit.db.transact(async (tx) => {
      const owned = await ownedPayouts(
        tx,
        claimed.map(({ id }) => id),
        owner,
      );
      await logCalls(
        tx,
        kit,
        owned.map((payout) => ({
          payoutId: payout.id,
          kind: 'ask',
          phase: 'before',
          code: null,
          state: payout.state,
        })),
      );
      return owned;
    });
    for (const payout of payouts) this.launch(payout, () => this.ask(merchant, payout));
    return claimed.length;
  }

  private async ask(merchant: PayingMerchant, payout: Payout): Promise<void> {
    const { kit } = this;
    const began = kit.clock.system();
    const { appId } = JSON.parse(payout.request) as { appId: string };
    faultPoint('payout.before-query');
    const result = await this.rail.client.query(merchant, { billNo: payout.billNo, appId });
    faultPoint('payout.after-query');
    const decision = decideAfterAsk(payout, result, {
      now: kit.clock.business(),
      random: kit.random,
    });
    const code =
      result.kind === 'found'
        ? result.state
        : result.kind === 'refused'
          ? result.code
          : result.kind === 'unknown'
            ? result.reason
            : result.kind;
    await settlePayout(kit, payout, decision, this.answer('ask', code, began, result.trace));
  }

  private answer(
    kind: Answer['kind'],
    code: string | null,
    began: number,
    trace: object | undefined,
  ): Answer {
    const tookMs = this.kit.clock.system() - began;
    return { kind, code, tookMs, detail: trace ? JSON.stringify(trace) : null };
  }

  private launch(payout: Payout, work: () => Promise<void>): void {
    const run = withTrail(payout.id, async () => {
      try {
        await work();
      } catch (error) {
        await this.failed(payout, error);
      }
    }).finally(() => this.inFlight.delete(run));
    this.inFlight.add(run);
  }

  /**
   * Nothing is known and nothing was written: the lease runs out and the row is asked about. When the books
   * themselves refused, the promotion stops.
   */
  private async failed(payout: Payout, error: unknown): Promise<void> {
    const { kit } = this;
    kit.log.error('payout.unsettled', { payout: payout.id, error });
    const isOurs =
      error instanceof Error && error.constructor === Error && !isConnectionLost(error);
    if (!isOurs) return;
    try {
      await kit.db.transact((tx) => pausePromotion(tx, payout.promotionId, 'books_refused'));
    } catch (second) {
      kit.log.error('payout.unsettled', { payout: payout.id, error: second });
    }
  }

  private async closeWhenDue(): Promise<void> {
    const now = this.kit.clock.system();
    if (now - this.closedAt < closeMs) return;
    this.closedAt = now;
    await closeRuns(this.kit);
  }

  private async auditWhenDue(): Promise<void> {
    const now = this.kit.clock.system();
    if (now - this.auditedAt < auditMs) return;
    this.auditedAt = now;
    await auditPromotions(this.kit);
  }
}
