import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import type { AccountBook } from '../accounts';
import type { Actor, Rep } from '../kernel/access';
import { execute, insertRows } from '../kernel/database';
import { Forbidden } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { endSession } from './end-sessions';

const idleMs = 2 * 3_600_000;
const longestMs = 12 * 3_600_000;
const seenEveryMs = 60_000;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

type Row = {
  tokenHash: string;
  accountId: string;
  agentId: string;
  userId: string;
  csrfToken: string;
  createdAt: number;
  lastSeenAt: number;
  staffId: string;
  name: string;
};

export type SignedInRep = { actor: Actor & { rep: Rep }; csrfToken: string };
type Part = Pick<Kit, 'db' | 'clock' | 'settings'>;

/**
 * Sessions of reps, with a cookie of their own: a console session opens nothing here, nor the other way round.
 * Each call looks at the member's row, so whoever left or was disabled is out with the event that says so.
 */
export class RepSessions {
  private readonly cookie: string;
  private readonly isSecure: boolean;

  constructor(
    private readonly kit: Part,
    private readonly book: AccountBook,
  ) {
    this.isSecure = kit.settings.publicUrl.startsWith('https://');
    this.cookie = this.isSecure ? '__Host-guanxi-sidebar' : 'guanxi-sidebar';
  }

  async open(ctx: Context, rep: Rep): Promise<void> {
    const token = randomBytes(32).toString('base64url');
    const now = this.kit.clock.system();
    await this.kit.db.transact(async (tx) => {
      // The latest of each rep stays, good for nothing but to say when they were here.
      await execute(
        tx,
        `DELETE FROM sidebar_session WHERE accountId = ? AND userId = ? AND createdAt < ?`,
        [rep.accountId, rep.userId, now - longestMs],
      );
      await insertRows(tx, 'sidebar_session', [
        {
          ...{ tokenHash: sha256(token), ...rep },
          csrfToken: randomBytes(24).toString('base64url'),
          ...{ createdAt: now, lastSeenAt: now },
        },
      ]);
    });
    ctx.cookies.set(this.cookie, token, {
      ...{ httpOnly: true, sameSite: 'lax', path: '/', overwrite: true },
      ...(this.isSecure ? { secure: true } : {}),
    });
  }

  async close(ctx: Context): Promise<void> {
    const token = ctx.cookies.get(this.cookie);
    ctx.cookies.set(this.cookie, null, { path: '/' });
    if (!token) return;
    await this.kit.db.transact((tx) => execute(tx, `${endSession} tokenHash = ?`, [sha256(token)]));
  }

  /** Who calls, if it is a rep; writes need the session's CSRF token. */
  async authenticate(ctx: Context): Promise<Actor | undefined> {
    const found = await this.current(ctx);
    if (!found) return undefined;
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') this.demandCsrf(ctx, found.csrfToken);
    return found.actor;
  }

  async current(ctx: Context): Promise<SignedInRep | undefined> {
    const row = await this.find(ctx);
    if (!row) return undefined;
    const { accountId, agentId, userId, csrfToken } = row;
    return {
      actor: {
        ...{ kind: 'rep', id: row.staffId, name: row.name, permissions: new Set() },
        accountIds: this.visibleTo(accountId),
        rep: { accountId, agentId, userId },
      },
      csrfToken,
    };
  }

  /** Their own corp, and the brand's Official Accounts: a person they know has facts in both. */
  private visibleTo(accountId: string): string[] {
    const officials = this.book.all().filter(({ kind }) => kind === 'official-account');
    return [accountId, ...officials.map(({ id }) => id)];
  }

  private async find(ctx: Context): Promise<Row | undefined> {
    const token = ctx.cookies.get(this.cookie);
    if (!token || token.length > 128) return undefined;
    const [row] = await this.kit.db.read.all<Row>(
      `SELECT r.tokenHash, r.accountId, r.agentId, r.userId, r.csrfToken, r.createdAt, r.lastSeenAt,
         s.id AS staffId, s.name
       FROM sidebar_session r JOIN staff s ON s.accountId = r.accountId AND s.userId = r.userId
       WHERE r.tokenHash = ? AND s.status = 'active'`,
      [sha256(token)],
    );
    const now = this.kit.clock.system();
    if (!row || now - row.lastSeenAt > idleMs || now - row.createdAt > longestMs) return undefined;
    const account = this.book.find(row.accountId);
    const isOurs = this.book.weComApps(row.accountId).some((app) => app.agentId === row.agentId);
    if (!account?.enabled || !isOurs) return undefined;
    if (now - row.lastSeenAt > seenEveryMs) {
      await this.kit.db.transact((tx) =>
        execute(tx, `UPDATE sidebar_session SET lastSeenAt = ? WHERE tokenHash = ?`, [
          now,
          row.tokenHash,
        ]),
      );
    }
    return row;
  }

  private demandCsrf(ctx: Context, expected: string): void {
    const origin = ctx.get('origin');
    const own = [new URL(this.kit.settings.publicUrl).origin, `${ctx.protocol}://${ctx.host}`];
    if (origin && !own.includes(origin)) throw new Forbidden('origin_refused');
    const given = Buffer.from(ctx.get('x-csrf-token'));
    const wanted = Buffer.from(expected);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new Forbidden('csrf_refused');
    }
  }
}
