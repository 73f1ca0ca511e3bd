import type { Actor } from '../../src/kernel/access';
import { permissions } from '../../src/kernel/access';
import { insertRows } from '../../src/kernel/database';
import {
  createPromotion,
  ledgerCheck,
  PayLoop,
  PromotionForm,
  registerPromotionSchedule,
  startPromotion,
  type PayRail,
} from '../../src/red-packets';
import { readPromotion } from '../../src/red-packets/read-promotions';
import { newFollower } from '../../src/relationships';
import type { Settings } from '../../src/kernel/settings';
import type { TestKit } from './open-kit';
import { PaperWechat } from './paper-wechat';

export const owner: Actor = {
  kind: 'operator',
  id: 'owner',
  name: 'Owner',
  permissions: new Set(permissions),
  accountIds: 'all',
};

export const appId = 'wx1234567890abcdef';
export const mchId = '1900000109';

type Form = Record<string, unknown>;

/** Where a test wants another merchant than the one on paper. */
type Seat = {
  appId?: string;
  merchant?: (merchantId: string) => { details: string; secrets: string };
  rail?: () => Promise<PayRail>;
};

/** An Official Account, a merchant, a segment of everybody, people, and WeChat on paper. */
export class MoneyWorld {
  readonly wechat = new PaperWechat();
  readonly rail: PayRail;
  readonly loop: PayLoop;

  private constructor(
    readonly kit: TestKit,
    readonly accountId: string,
    readonly merchantId: string,
    readonly segmentId: string,
    readonly appId: string,
    rail?: PayRail,
  ) {
    this.rail = rail ?? paperRail(this.wechat, merchantId);
    this.loop = new PayLoop(kit, this.rail);
  }

  static async open(kit: TestKit, people = 0, seat: Seat = {}) {
    const [accountId, merchantId, segmentId] = [kit.newId(), kit.newId(), kit.newId()];
    const account = { originalId: null, world: 'sandbox', mode: 'secure', details: '{}' };
    const rest = { secrets: '', enabled: 1, lastCallbackAt: null, createdAt: 1 };
    await kit.db.transact(async (tx) => {
      await insertRows(tx, 'account', [
        {
          id: accountId,
          kind: 'official-account',
          platformId: seat.appId ?? appId,
          name: '山茶花护肤',
          ...account,
          ...rest,
        },
        {
          id: merchantId,
          kind: 'merchant',
          platformId: mchId,
          name: '山茶花',
          ...account,
          ...rest,
          ...seat.merchant?.(merchantId),
        },
      ]);
      const segment = { id: segmentId, name: '全部', rule: '{"all":[]}', people: null };
      await insertRows(tx, 'segment', [
        { ...segment, countedAt: null, version: 1, createdAt: 1, updatedAt: 1 },
      ]);
    });
    registerPromotionSchedule(kit);
    const rail = await seat.rail?.();
    const world = new MoneyWorld(kit, accountId, merchantId, segmentId, seat.appId ?? appId, rail);
    if (people > 0) await world.addPeople(people);
    return world;
  }

  /** Followers with openids `oTEST…0001` and on; their identity ids. */
  addPeople(count: number, prefix = 'oTEST'): Promise<string[]> {
    return this.addFollowers(
      Array.from({ length: count }, (_, i) => `${prefix}${String(i + 1).padStart(23, '0')}`),
    );
  }

  async addFollowers(openids: readonly string[]): Promise<string[]> {
    const { kit, accountId } = this;
    const rows = openids.map((externalId) => {
      const facts = { id: kit.newId(), personId: kit.newId(), accountId, externalId, createdAt: 1 };
      return { ...newFollower(facts), state: 'following', followedAt: 1 };
    });
    await kit.db.transact(async (tx) => {
      await insertRows(tx, 'identity', rows);
      await insertRows(
        tx,
        'person',
        rows.map(({ personId }) => ({ id: personId, displayName: null, createdAt: 1 })),
      );
    });
    return rows.map((row) => row.id);
  }

  /** A draft; what a test does not name is 1 yuan for each within 100 yuan. */
  draft(form: Form = {}): Promise<string> {
    const whole = PromotionForm.parse({
      name: '双十一感谢',
      segmentId: this.segmentId,
      mchId,
      appId: this.appId,
      amount: { fixedFen: 100 },
      budgetFen: 10_000,
      ...form,
    });
    return createPromotion(this.kit, owner, whole, 'zh-CN');
  }

  async started(form: Form = {}): Promise<string> {
    const id = await this.draft(form);
    await startPromotion(this.kit, owner, id);
    return id;
  }

  /** Everything due, again and again, a second later each time, until nothing is due. */
  async drain(loop = this.loop, mostTurns = 400): Promise<void> {
    for (let turn = 0, quiet = 0; turn < mostTurns && quiet < 3; turn += 1) {
      const wasBusy = await loop.turn();
      await loop.idle();
      quiet = wasBusy ? 0 : quiet + 1;
      this.kit.clock.advance(1_000);
    }
  }

  /** Time passes in steps, and whatever comes due is done. */
  async pass(ms: number, steps = 6): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      this.kit.clock.advance(Math.ceil(ms / steps));
      await this.drain();
    }
  }

  /** As if the owner of every lease had died long ago. */
  async expireLeases(): Promise<void> {
    await this.write(`UPDATE payout SET leaseUntil = 1 WHERE leaseUntil IS NOT NULL`);
    await this.write(`UPDATE promotion_run SET leaseUntil = 1 WHERE leaseUntil IS NOT NULL`);
  }

  /** The nth commit is done, but its answer never arrives; call the result to end it. */
  loseAnswers(isLost: (commit: number) => boolean, error: () => Error): () => void {
    const { kit } = this;
    const whole = kit.db;
    let commits = 0;
    kit.db = {
      ...whole,
      transact: async (work) => {
        const result = await whole.transact(work);
        commits += 1;
        if (isLost(commits)) throw error();
        return result;
      },
    };
    return () => {
      kit.db = whole;
    };
  }

  /** The cache is away; call the result to bring it back. */
  loseCache(): () => void {
    const { kit } = this;
    const whole = kit.cache;
    kit.cache = { ...whole, increment: () => Promise.reject(new Error('away')) };
    return () => {
      kit.cache = whole;
    };
  }

  /** Something happens between the loop's first look and its claim; call the result to end it. */
  beforePermits(act: () => Promise<void>): () => void {
    const { kit } = this;
    const whole = kit.cache;
    kit.cache = {
      ...whole,
      increment: async (...given) => {
        await act();
        return whole.increment(...given);
      },
    };
    return () => {
      kit.cache = whole;
    };
  }

  /** Settings are fixed in a running server; a test has its own. */
  set(settings: Partial<Settings>): void {
    Object.assign(this.kit.settings, settings);
  }

  write(sql: string, params: (string | number | null)[] = []): Promise<unknown> {
    return this.kit.db.group((raw) => raw.run(sql, params));
  }

  payouts(promotionId: string): Promise<PayoutFacts[]> {
    return this.kit.db.read.all<PayoutFacts>(
      `SELECT * FROM payout WHERE promotionId = ? ORDER BY id`,
      [promotionId],
    );
  }

  async view(promotionId: string) {
    const view = await readPromotion(this.kit.db, owner, promotionId, 'zh-CN');
    if (!view) throw new Error('no such promotion');
    return view;
  }

  check(promotionId?: string) {
    return ledgerCheck(this.kit, { promotionId });
  }
}

type PayoutFacts = {
  id: string;
  identityId: string;
  billNo: string;
  amountFen: number;
  request: string;
  state: string;
  reasonCode: string | null;
  nextAction: string | null;
  nextActionAt: number | null;
  tries: number;
  chinaDay: string;
  leaseBy: string | null;
  version: number;
};

export const paperRail = (client: PayRail['client'], merchantId: string): PayRail => ({
  client,
  merchant: (id) =>
    id === merchantId
      ? { id, mchId, apiV2Key: 'k'.repeat(32), certPem: '', keyPem: '', clientIp: '127.0.0.1' }
      : undefined,
  merchantIds: () => [merchantId],
});

/** Budget = paid + reserved + available, and every recipient counted once. */
export function equationHolds(view: {
  budgetFen: number;
  paidFen: number;
  reservedFen: number;
  availableFen: number;
}): boolean {
  return view.budgetFen === view.paidFen + view.reservedFen + view.availableFen;
}
