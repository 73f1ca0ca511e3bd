import { z } from 'zod';
import { insertRows, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { InboxSettingRow } from './inbox.entity';
import { OpeningHours } from './opening-hours';

const saying = z.string().trim().min(1).max(600).nullable();

export const InboxSettings = z.strictObject({
  /** Whose inbox answers who asks for a person: ours, or WeChat's own customer service. */
  inbox: z.enum(['guanxi', 'wechat']).default('guanxi'),
  /** Of silence on both sides, until the bot answers again. */
  handBackAfterMinutes: z.number().int().min(5).max(1_440),
  assign: z.enum(['none', 'round-robin']),
  hours: z.array(OpeningHours).max(21),
  awayText: saying,
  /** Said to who asks for a person while operators are there. */
  handOffText: saying.default(null),
});
export type InboxSettings = z.output<typeof InboxSettings>;

export const defaultInbox: InboxSettings = {
  inbox: 'guanxi',
  handBackAfterMinutes: 30,
  assign: 'none',
  hours: [],
  awayText: null,
  handOffText: null,
};

/** In place of an account: of all that have none of their own. */
export const everyAccount = 'all';
const topic = 'inbox';

type Part = Pick<Kit, 'db' | 'versions' | 'clock'>;

/** Settings of every account, in memory: the callback path asks for them. */
export class InboxBook {
  private byAccount: ReadonlyMap<string, InboxSettings> = new Map();

  private constructor(private readonly kit: Part) {}

  static async open(kit: Part): Promise<InboxBook> {
    const book = new InboxBook(kit);
    await kit.versions.on(topic, () => book.load());
    return book;
  }

  of(accountId: string): InboxSettings {
    return this.byAccount.get(accountId) ?? this.byAccount.get(everyAccount) ?? defaultInbox;
  }

  hasOwn(accountId: string): boolean {
    return this.byAccount.has(accountId);
  }

  async save(tx: Tx, accountId: string, settings: InboxSettings): Promise<void> {
    const row = {
      accountId,
      settings: JSON.stringify(settings),
      updatedAt: this.kit.clock.system(),
    };
    await insertRows(tx, 'inbox_setting', [row], {
      onConflict: ['accountId'],
      update: ['settings', 'updatedAt'],
    });
    await this.kit.versions.bump(tx, topic);
  }

  private async load(): Promise<void> {
    const rows = await this.kit.db.read.all<InboxSettingRow>(`SELECT * FROM inbox_setting`);
    this.byAccount = new Map(
      rows.map(({ accountId, settings }) => [
        accountId,
        { ...defaultInbox, ...(JSON.parse(settings) as Partial<InboxSettings>) },
      ]),
    );
  }
}
