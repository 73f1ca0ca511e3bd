import { randomDigits, randomHex, randomText } from '../random';
import type { Store } from '../store/database';

/** How one customer may be reached by mass messages. */
export type MassCap = 'days-of-month' | 'week' | 'day' | 'legacy';

export interface CorpSettings {
  /** Bound to an open-platform account: only then are unionids told. */
  openPlatform: boolean;
  massCap: MassCap;
  /** How long a fresh relation answers 84061. */
  staleMs: number;
  /** How long an order of mass messages or a moment is being dispatched. */
  dispatchMs: number;
  /** Reps who greet by the corp's own settings: no welcome codes for them. */
  nativeWelcome: string[];
  /** Calls of one kind a minute. */
  callsPerMinute: number;
  /** Members of a room. */
  roomSize: number;
  /** Uses left of acquisition links. */
  acquisitionBalance: number;
  /** Who leads a department, by its number. */
  leaders: Record<string, string[]>;
}

export interface Corp {
  corpId: string;
  name: string;
  settings: CorpSettings;
}

export interface AgentSettings {
  /** Staff the app can see; null means all. */
  range: string[] | null;
  /** On the lists of apps that may call the customer-contact and the customer-service interfaces. */
  contact: boolean;
  kf: boolean;
  /** Told of changes of the directory. */
  directory: boolean;
  trustedIps: string[] | null;
  /** Host that sign-in may come back to; null means any. */
  redirectHost: string | null;
  disabled: boolean;
}

export interface Agent {
  corpId: string;
  agentId: string;
  name: string;
  secret: string;
  token: string;
  aesKey: string;
  callbackUrl: string | null;
  settings: AgentSettings;
}

const usualCorp: CorpSettings = {
  openPlatform: true,
  massCap: 'days-of-month',
  staleMs: 0,
  dispatchMs: 0,
  nativeWelcome: [],
  callsPerMinute: 10_000,
  roomSize: 200,
  acquisitionBalance: 1_000,
  leaders: {},
};
const usualAgent: AgentSettings = {
  range: null,
  contact: true,
  kf: true,
  directory: true,
  trustedIps: null,
  redirectHost: null,
  disabled: false,
};

type Stored<Row> = Omit<Row, 'settings'> & { settings: string };

/** Corps and their apps: few, so kept in memory as well as in the books. */
export class Corps {
  private readonly corps = new Map<string, Corp>();
  private readonly agents = new Map<string, Agent>();

  constructor(private readonly store: Store) {
    for (const row of store.sql<Stored<Corp>>('SELECT * FROM wecom_corp ORDER BY createdAt').all())
      this.corps.set(row.corpId, {
        ...row,
        settings: { ...usualCorp, ...(JSON.parse(row.settings) as Partial<CorpSettings>) },
      });
    for (const row of store
      .sql<Stored<Agent>>('SELECT * FROM wecom_agent ORDER BY createdAt')
      .all())
      this.agents.set(keyOf(row.corpId, row.agentId), {
        ...row,
        settings: { ...usualAgent, ...(JSON.parse(row.settings) as Partial<AgentSettings>) },
      });
  }

  list(): Corp[] {
    return [...this.corps.values()];
  }

  find(corpId: string): Corp | undefined {
    return this.corps.get(corpId);
  }

  agentsOf(corpId: string): Agent[] {
    return [...this.agents.values()].filter((agent) => agent.corpId === corpId);
  }

  agent(corpId: string, agentId: string): Agent | undefined {
    return this.agents.get(keyOf(corpId, agentId));
  }

  async add(wanted: { corpId?: string | undefined; name: string }, now: number): Promise<Corp> {
    const corpId = wanted.corpId ?? `ww${randomHex(8)}`;
    const corp = { corpId, name: wanted.name, settings: { ...usualCorp } };
    await this.store.write(() => {
      this.store
        .sql('INSERT INTO wecom_corp (corpId, name, createdAt) VALUES (?, ?, ?)')
        .run(corp.corpId, corp.name, now);
      this.store
        .sql('INSERT INTO wecom_department (corpId, id, name, parentId) VALUES (?, 1, ?, 0)')
        .run(corp.corpId, corp.name);
    });
    this.corps.set(corp.corpId, corp);
    return corp;
  }

  async addAgent(
    corpId: string,
    wanted: {
      name: string;
      agentId?: string | undefined;
      secret?: string | undefined;
      token?: string | undefined;
      encodingAesKey?: string | undefined;
    },
    now: number,
  ): Promise<Agent> {
    const agent: Agent = {
      corpId,
      agentId: wanted.agentId ?? String(1_000_002 + this.agentsOf(corpId).length),
      name: wanted.name,
      secret: wanted.secret ?? `${randomText(42)}${randomDigits(1)}`,
      token: wanted.token ?? randomText(24),
      aesKey: wanted.encodingAesKey ?? randomText(43),
      callbackUrl: null,
      settings: { ...usualAgent },
    };
    await this.store.write(() => {
      this.store
        .sql(
          'INSERT INTO wecom_agent (corpId, agentId, name, secret, token, aesKey, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          ...[
            agent.corpId,
            agent.agentId,
            agent.name,
            agent.secret,
            agent.token,
            agent.aesKey,
            now,
          ],
        );
    });
    this.agents.set(keyOf(corpId, agent.agentId), agent);
    return agent;
  }

  async connect(
    agent: Agent,
    target: { url: string; token: string; aesKey: string },
  ): Promise<void> {
    await this.store.write(() => {
      this.store
        .sql(
          'UPDATE wecom_agent SET callbackUrl = ?, token = ?, aesKey = ? WHERE corpId = ? AND agentId = ?',
        )
        .run(target.url, target.token, target.aesKey, agent.corpId, agent.agentId);
    });
    agent.callbackUrl = target.url;
    agent.token = target.token;
    agent.aesKey = target.aesKey;
  }

  async changeCorp(corp: Corp, change: Partial<CorpSettings>): Promise<void> {
    const settings = { ...corp.settings, ...change };
    await this.store.write(() => this.saveCorp(corp.corpId, settings));
    corp.settings = settings;
  }

  /** Inside a work. */
  spendAcquisition(corp: Corp): void {
    const acquisitionBalance = Math.max(0, corp.settings.acquisitionBalance - 1);
    corp.settings = { ...corp.settings, acquisitionBalance };
    this.saveCorp(corp.corpId, corp.settings);
  }

  async changeAgent(agent: Agent, change: Partial<AgentSettings>): Promise<void> {
    const settings = { ...agent.settings, ...change };
    await this.store.write(() => {
      this.store
        .sql('UPDATE wecom_agent SET settings = ? WHERE corpId = ? AND agentId = ?')
        .run(JSON.stringify(settings), agent.corpId, agent.agentId);
    });
    agent.settings = settings;
  }

  private saveCorp(corpId: string, settings: CorpSettings): void {
    this.store
      .sql('UPDATE wecom_corp SET settings = ? WHERE corpId = ?')
      .run(JSON.stringify(settings), corpId);
  }
}

const keyOf = (corpId: string, agentId: string) => `${corpId} ${agentId}`;

export const isInRange = (agent: Agent, userId: string): boolean =>
  agent.settings.range === null || agent.settings.range.includes(userId);
