import { randomText } from '../random';
import type { Store } from '../store/database';
import { refuse } from './refusal';

const LIFE = 7_200_000;
const GRACE = 300_000;
const FORCE_GAP = 30_000;

/** The classic and the stable endpoint know nothing of each other's tokens. */
export type TokenKind = 'plain' | 'stable';

interface TokenRow {
  token: string;
  appId: string;
  kind: TokenKind;
  issuedAt: number;
  expiresAt: number;
  /** A newer token took its place: dead from then on, with 40001. */
  endsAt: number | null;
  forced: number;
}

/** Access tokens on the business clock. All methods run inside a work. */
export class Tokens {
  private readonly known = new Map<string, TokenRow>();
  private readonly current = new Map<string, TokenRow>();

  constructor(private readonly store: Store) {
    for (const row of store
      .sql<TokenRow>('SELECT * FROM access_token ORDER BY issuedAt, rowid')
      .all())
      this.keep(row);
  }

  /** The account a token speaks for; refuses with 41001, 40014, 40001 or 42001. */
  accountOf(token: string | null, now: number): string {
    if (token === null || token === '') return refuse(41001);
    if (!/^[\w-]{20,512}$/.test(token)) return refuse(40014);
    const row = this.known.get(token);
    if (!row) return refuse(40001);
    if (row.endsAt !== null && now >= row.endsAt) return refuse(40001);
    if (now >= row.expiresAt) return refuse(42001, `access_token expired`);
    return row.appId;
  }

  /** `/cgi-bin/token`: each call mints a new one, the previous lives five more minutes. */
  mintPlain(appId: string, now: number): { token: string; expiresIn: number } {
    const previous = this.current.get(`${appId} plain`);
    if (previous) this.end(previous, Math.min(previous.expiresAt, now + GRACE));
    return this.mint(appId, 'plain', now, false);
  }

  /** `/cgi-bin/stable_token`: the same token until five minutes before its end. */
  stable(appId: string, now: number): { token: string; expiresIn: number } {
    const present = this.current.get(`${appId} stable`);
    const isGood =
      present !== undefined &&
      (present.endsAt ?? Infinity) > now &&
      present.expiresAt - now > GRACE;
    return isGood ? answerOf(present, now) : this.mint(appId, 'stable', now, false);
  }

  /** Forced: the previous dies at once; sooner than 30 s after the last one nothing happens (`forced: false`). */
  forceStable(appId: string, now: number): { token: string; expiresIn: number; forced: boolean } {
    const present = this.current.get(`${appId} stable`);
    const isFresh =
      present !== undefined &&
      (present.endsAt ?? Infinity) > now &&
      now - present.issuedAt < FORCE_GAP;
    if (isFresh) return { ...answerOf(present, now), forced: false };
    if (present) this.end(present, now);
    return { ...this.mint(appId, 'stable', now, true), forced: true };
  }

  /** Somebody else refreshed: every token of the account is dead from now on. */
  steal(appId: string, now: number): void {
    for (const kind of ['plain', 'stable']) {
      const present = this.current.get(`${appId} ${kind}`);
      if (present) this.end(present, now);
    }
    for (const row of this.known.values()) {
      if (row.appId === appId && (row.endsAt === null || row.endsAt > now)) this.end(row, now);
    }
  }

  expire(appId: string, now: number): void {
    for (const row of this.known.values()) {
      if (row.appId !== appId || row.expiresAt <= now) continue;
      row.expiresAt = now;
      this.store.sql('UPDATE access_token SET expiresAt = ? WHERE token = ?').run(now, row.token);
    }
  }

  private mint(
    appId: string,
    kind: TokenKind,
    now: number,
    forced: boolean,
  ): { token: string; expiresIn: number } {
    const row: TokenRow = {
      token: `${kind === 'stable' ? '97' : '61'}_${randomText(130)}`,
      appId,
      kind,
      issuedAt: now,
      expiresAt: now + LIFE,
      endsAt: null,
      forced: forced ? 1 : 0,
    };
    this.store
      .sql(
        'INSERT INTO access_token (token, appId, kind, issuedAt, expiresAt, endsAt, forced) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(row.token, appId, kind, now, row.expiresAt, null, row.forced);
    this.keep(row);
    this.forget(now);
    return answerOf(row, now);
  }

  private end(row: TokenRow, at: number): void {
    row.endsAt = at;
    this.store.sql('UPDATE access_token SET endsAt = ? WHERE token = ?').run(at, row.token);
  }

  private keep(row: TokenRow): void {
    this.known.set(row.token, row);
    this.current.set(`${row.appId} ${row.kind}`, row);
  }

  // Tokens dead for a day are forgotten; asking with one then says 40001 instead of 42001, as WeChat does after a while.
  private forget(now: number): void {
    if (this.known.size < 5_000) return;
    for (const row of this.known.values()) {
      if (row.expiresAt + 86_400_000 < now) this.known.delete(row.token);
    }
    this.store.sql('DELETE FROM access_token WHERE expiresAt < ?').run(now - 86_400_000);
  }
}

function answerOf(row: TokenRow, now: number): { token: string; expiresIn: number } {
  return { token: row.token, expiresIn: Math.max(0, Math.floor((row.expiresAt - now) / 1000)) };
}
