import { randomText } from '../random';
import type { Store } from '../store/database';
import type { Agent } from './corps';
import { refuse } from './refusal';

const LIFE = 7_200_000;
/** Renewed near its end: an ask within this distance mints the next one. */
const NEAR = 300_000;

interface TokenRow {
  token: string;
  corpId: string;
  agentId: string;
  kind: TokenKind;
  issuedAt: number;
  expiresAt: number;
  dead: number;
}

/** Access tokens, and the tickets of the two kinds. */
export type TokenKind = 'access' | 'corp-ticket' | 'agent-ticket';

/**
 * Asking again gives the same one until near its end. They age by the system’s clock, as who keeps them
 * believes: moving the world’s time does not end them. All methods run inside a work.
 */
export class WeComTokens {
  constructor(private readonly store: Store) {}

  grant(agent: Agent, kind: TokenKind): { token: string; expiresIn: number } {
    const now = Date.now();
    // Corp tickets belong to the corp; the rest to the app.
    const agentId = kind === 'corp-ticket' ? '' : agent.agentId;
    const present = this.store
      .sql<TokenRow>(
        `SELECT * FROM wecom_token WHERE corpId = ? AND agentId = ? AND kind = ? AND dead = 0 AND expiresAt > ? ORDER BY issuedAt DESC LIMIT 1`,
      )
      .get(agent.corpId, agentId, kind, now + NEAR);
    if (present) return answerOf(present, now);
    const row = {
      token: randomText(kind === 'access' ? 214 : 86),
      ...{ corpId: agent.corpId, agentId, kind, issuedAt: now, expiresAt: now + LIFE, dead: 0 },
    };
    this.store
      .sql(
        'INSERT INTO wecom_token (token, corpId, agentId, kind, issuedAt, expiresAt) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(row.token, row.corpId, row.agentId, row.kind, row.issuedAt, row.expiresAt);
    return answerOf(row, now);
  }

  /** Whose access token it is; refuses with 41001, 40014 or 42001. */
  ownerOf(token: string | null): { corpId: string; agentId: string } {
    if (token === null || token === '') return refuse(41001);
    const row = this.store
      .sql<TokenRow>(`SELECT * FROM wecom_token WHERE token = ? AND kind = 'access'`)
      .get(token);
    if (!row || row.dead === 1) return refuse(40014);
    if (row.expiresAt <= Date.now()) return refuse(42001);
    return row;
  }

  /** The living ticket, for the bridge that checks a page's signature. */
  ticketOf(agent: Agent, kind: 'corp-ticket' | 'agent-ticket'): string | undefined {
    const agentId = kind === 'corp-ticket' ? '' : agent.agentId;
    return this.store
      .sql<TokenRow>(
        'SELECT * FROM wecom_token WHERE corpId = ? AND agentId = ? AND kind = ? AND dead = 0 AND expiresAt > ? ORDER BY issuedAt DESC LIMIT 1',
      )
      .get(agent.corpId, agentId, kind, Date.now())?.token;
  }

  /** Dead at once, for no reason the app could know. */
  kill(corpId: string, agentId: string): void {
    this.store
      .sql(`UPDATE wecom_token SET dead = 1 WHERE corpId = ? AND agentId = ? AND kind = 'access'`)
      .run(corpId, agentId);
  }

  expire(corpId: string, agentId: string): void {
    const now = Date.now();
    this.store
      .sql(
        `UPDATE wecom_token SET expiresAt = ? WHERE corpId = ? AND agentId = ? AND kind = 'access' AND expiresAt > ?`,
      )
      .run(now, corpId, agentId, now);
  }
}

function answerOf(row: Pick<TokenRow, 'token' | 'expiresAt'>, now: number) {
  return { token: row.token, expiresIn: Math.floor((row.expiresAt - now) / 1000) };
}
