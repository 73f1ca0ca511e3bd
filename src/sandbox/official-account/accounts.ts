import { randomHex, randomText } from '../random';
import type { Store } from '../store/database';

export type Mode = 'secure' | 'compatible' | 'plain';

/** Where and how an app wants to be called. Old ones are kept: they explain old deliveries. */
export interface CallbackTarget {
  id: number;
  appId: string;
  url: string;
  token: string;
  aesKey: string;
  mode: Mode;
}

export interface AccountSettings {
  /** Daily limits that differ from a new account's. */
  quotas?: Record<string, number>;
  /** Customer-service messages that one inbound message allows; 5 today, 20 until a few years ago. */
  messagesPerInbound?: number;
  receipts?: 'on' | 'off';
  ipAllowList?: string[] | null;
}

export interface Account {
  appId: string;
  appSecret: string;
  originalId: string;
  name: string;
  token: string;
  aesKey: string;
  callback: CallbackTarget | undefined;
  settings: AccountSettings;
  menu: string | null;
}

export interface NewAccount {
  name: string;
  appId?: string | undefined;
  appSecret?: string | undefined;
  originalId?: string | undefined;
  token?: string | undefined;
  encodingAesKey?: string | undefined;
}

type Row = Omit<Account, 'callback' | 'settings'> & { callbackId: number | null; settings: string };

/** The platform's accounts, kept in memory and in the books. */
export class Accounts {
  private readonly known = new Map<string, Account>();
  private readonly targets = new Map<number, CallbackTarget>();

  constructor(private readonly store: Store) {
    for (const target of store.sql<CallbackTarget>('SELECT * FROM callback').all())
      this.targets.set(target.id, target);
    for (const row of store.sql<Row>('SELECT * FROM account ORDER BY createdAt, appId').all()) {
      const callback = row.callbackId === null ? undefined : this.targets.get(row.callbackId);
      this.known.set(row.appId, {
        ...row,
        callback,
        settings: JSON.parse(row.settings) as AccountSettings,
      });
    }
  }

  list(): Account[] {
    return [...this.known.values()];
  }

  find(appId: string): Account | undefined {
    return this.known.get(appId);
  }

  target(id: number): CallbackTarget | undefined {
    return this.targets.get(id);
  }

  /** Of two that are wanted under one appId at once, the first. */
  async add(wanted: NewAccount, now: number): Promise<Account> {
    const account: Account = {
      appId: wanted.appId ?? `wx${randomHex(8)}`,
      appSecret: wanted.appSecret ?? randomHex(16),
      originalId: wanted.originalId ?? `gh_${randomHex(6)}`,
      name: wanted.name,
      token: wanted.token ?? randomText(24),
      aesKey: wanted.encodingAesKey ?? randomText(43),
      callback: undefined,
      settings: {},
      menu: null,
    };
    await this.store.write(() => {
      this.store
        .sql(
          'INSERT INTO account (appId, appSecret, originalId, name, token, aesKey, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        )
        .run(
          account.appId,
          account.appSecret,
          account.originalId,
          account.name,
          account.token,
          account.aesKey,
          now,
        );
    });
    const known = this.known.get(account.appId) ?? account;
    this.known.set(account.appId, known);
    return known;
  }

  async connect(
    account: Account,
    target: Omit<CallbackTarget, 'id' | 'appId'>,
    now: number,
  ): Promise<void> {
    const { appId } = account;
    const id = await this.store.write(() => {
      const { lastId } = this.store
        .sql('INSERT INTO callback (appId, url, token, aesKey, mode, at) VALUES (?, ?, ?, ?, ?, ?)')
        .run(appId, target.url, target.token, target.aesKey, target.mode, now);
      this.store
        .sql('UPDATE account SET callbackId = ?, token = ?, aesKey = ? WHERE appId = ?')
        .run(lastId, target.token, target.aesKey, appId);
      return lastId;
    });
    account.callback = { id, appId, ...target };
    account.token = target.token;
    account.aesKey = target.aesKey;
    this.targets.set(id, account.callback);
  }

  async change(
    account: Account,
    change: { name?: string | undefined; settings?: AccountSettings | undefined },
  ): Promise<void> {
    const name = change.name ?? account.name;
    const settings = { ...account.settings, ...change.settings };
    await this.store.write(() => {
      this.store
        .sql('UPDATE account SET name = ?, settings = ? WHERE appId = ?')
        .run(name, JSON.stringify(settings), account.appId);
    });
    account.name = name;
    account.settings = settings;
  }

  /** Inside a work. */
  setMenu(account: Account, menu: string | null): void {
    this.store.sql('UPDATE account SET menu = ? WHERE appId = ?').run(menu, account.appId);
    account.menu = menu;
  }
}
