import {
  officialHosts,
  type ChannelAccount,
  type PlatformHosts,
} from '../channels/official-account';
import type { WeComAgent } from '../channels/wecom';
import { readFileSync } from 'node:fs';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { BadSetting } from '../kernel/settings';
import { Account, type AccountKind } from './account.entity';
import {
  openSecrets,
  type MerchantSecrets,
  type OfficialAccountSecrets,
  type WeComSecrets,
} from './secrets';

/** A merchant as the Pay channel needs it. */
export type MerchantAccount = {
  readonly id: string;
  readonly mchId: string;
  readonly name: string;
  readonly world: 'sandbox' | 'real';
  readonly apiBase: string;
  readonly serialNo: string;
  readonly publicKeyId: string | undefined;
  readonly secrets: MerchantSecrets;
};

type Part = Pick<Kit, 'db' | 'seal' | 'settings' | 'versions' | 'log'>;

/** All accounts in memory: callbacks, senders and payouts find their keys here without a query. */
export class AccountBook {
  private rows = new Map<string, Account>();
  private channels = new Map<string, ChannelAccount>();
  private byAppId = new Map<string, ChannelAccount>();
  private merchantsById = new Map<string, MerchantAccount>();
  /** Apps of each corp, by our account. */
  private corps = new Map<string, WeComAgent[]>();

  /** Trusted beside the usual authorities, by merchants of the real world; read at each start. */
  private readonly payAuthority: string | undefined;

  private constructor(private readonly kit: Part) {
    this.payAuthority = readAuthority(kit.settings.wechatPayCaFile);
  }

  static async open(kit: Part): Promise<AccountBook> {
    const book = new AccountBook(kit);
    await kit.versions.on('accounts', () => book.load());
    return book;
  }

  find(accountId: string): Account | undefined {
    return this.rows.get(accountId);
  }

  getOrThrow(accountId: string): Account {
    const account = this.rows.get(accountId);
    if (!account) throw new NotFound();
    return account;
  }

  findByPlatformId(kind: AccountKind, platformId: string): Account | undefined {
    return [...this.rows.values()].find(
      (account) => account.kind === kind && account.platformId === platformId,
    );
  }

  all(): Account[] {
    return [...this.rows.values()];
  }

  /** For the callback route: the enabled Official Account of this appId. */
  channelByAppId(appId: string): ChannelAccount | undefined {
    return this.byAppId.get(appId);
  }

  channelOrThrow(accountId: string): ChannelAccount {
    const channel = this.channels.get(accountId);
    if (!channel) throw new NotFound();
    return channel;
  }

  merchant(accountId: string): MerchantAccount | undefined {
    return this.merchantsById.get(accountId);
  }

  merchantByMchId(mchId: string): MerchantAccount | undefined {
    return [...this.merchantsById.values()].find((merchant) => merchant.mchId === mchId);
  }

  /** For the callback route: this app of an enabled corp. */
  weComAgent(corpId: string, agentId: string): WeComAgent | undefined {
    const account = this.findByPlatformId('wecom', corpId);
    if (!account?.enabled) return undefined;
    return this.weComApps(account.id).find((agent) => agent.agentId === agentId);
  }

  weComApps(accountId: string): readonly WeComAgent[] {
    return this.corps.get(accountId) ?? [];
  }

  /** The app that asks for what is the corp's own. */
  weComOrThrow(accountId: string): WeComAgent {
    const [agent] = this.weComApps(accountId);
    if (!agent) throw new NotFound();
    return agent;
  }

  weComApiOf(accountId: string): string {
    return this.rows.get(accountId)?.world === 'sandbox'
      ? `${this.kit.settings.sandboxUrl}/sandbox/wecom`
      : this.kit.settings.wecomApiBase;
  }

  hostsOf(accountId: string): PlatformHosts {
    if (this.rows.get(accountId)?.world === 'sandbox') {
      const base = `${this.kit.settings.sandboxUrl}/sandbox/wechat`;
      return { api: base, mp: base };
    }
    return { api: this.kit.settings.officialAccountApiBase, mp: officialHosts.mp };
  }

  private async load(): Promise<void> {
    const rows = await this.kit.db.read.em.find(Account);
    const previous = this.channels;
    const corpsBefore = this.corps;
    this.rows = new Map(rows.map((row) => [row.id, row]));
    this.channels = new Map();
    this.byAppId = new Map();
    this.merchantsById = new Map();
    this.corps = new Map();
    for (const row of rows) {
      try {
        if (row.kind === 'wecom') {
          this.corps.set(row.id, this.appsFrom(row, corpsBefore.get(row.id) ?? []));
        } else this.remember(row, previous.get(row.id));
      } catch (error) {
        this.kit.log.error('account.secrets_unreadable', { accountId: row.id, error });
      }
    }
  }

  private remember(row: Account, before: ChannelAccount | undefined): void {
    if (row.kind === 'merchant') {
      this.merchantsById.set(row.id, this.merchantFrom(row));
      return;
    }
    if (row.kind !== 'official-account') return;
    const made = this.channelFrom(row);
    // The channel hangs prepared keys on the object, so an unchanged account keeps its object.
    const channel = before && JSON.stringify(before) === JSON.stringify(made) ? before : made;
    this.channels.set(row.id, channel);
    if (row.enabled) this.byAppId.set(row.platformId, channel);
  }

  private channelFrom(row: Account): ChannelAccount {
    const secrets = openSecrets<OfficialAccountSecrets>(this.kit.seal, row.id, row.secrets);
    return {
      id: row.id,
      appId: row.platformId,
      originalId: row.originalId ?? '',
      mode: row.mode,
      token: secrets.token,
      appSecret: secrets.appSecret,
      ...(secrets.encodingAesKey ? { encodingAesKey: secrets.encodingAesKey } : {}),
      ...(secrets.previousEncodingAesKey
        ? { previousEncodingAesKey: secrets.previousEncodingAesKey }
        : {}),
    };
  }

  /** An unchanged app keeps its object: prepared keys hang on it. */
  private appsFrom(row: Account, before: readonly WeComAgent[]): WeComAgent[] {
    const { apps } = openSecrets<WeComSecrets>(this.kit.seal, row.id, row.secrets);
    return apps.map((app) => {
      const made: WeComAgent = {
        id: row.id,
        corpId: row.platformId,
        agentId: app.agentId,
        secret: app.appSecret,
        token: app.token,
        encodingAesKey: app.encodingAesKey,
        ...(app.previousEncodingAesKey
          ? { previousEncodingAesKey: app.previousEncodingAesKey }
          : {}),
      };
      return before.find((one) => JSON.stringify(one) === JSON.stringify(made)) ?? made;
    });
  }

  private merchantFrom(row: Account): MerchantAccount {
    const { caPem: ofSandbox, ...secrets } = openSecrets<MerchantSecrets>(
      this.kit.seal,
      row.id,
      row.secrets,
    );
    const caPem = row.world === 'sandbox' ? ofSandbox : this.payAuthority;
    return {
      id: row.id,
      mchId: row.platformId,
      name: row.name,
      world: row.world,
      apiBase: row.details['payBaseUrl'] ?? this.kit.settings.wechatPayApiBase,
      serialNo: row.details['serialNo'] ?? '',
      publicKeyId: row.details['publicKeyId'],
      secrets: { ...secrets, ...(caPem === undefined ? {} : { caPem }) },
    };
  }
}

function readAuthority(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    const pem = readFileSync(file, 'utf8');
    if (pem.includes('-----BEGIN CERTIFICATE')) return pem;
  } catch {
    // Said below, without the system's own words.
  }
  throw new BadSetting('WECHAT_PAY_CA_FILE', 'must be a readable PEM file with a certificate');
}
