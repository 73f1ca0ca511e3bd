import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import {
  permissions,
  permissionsOf,
  type Actor,
  type Permission,
  type Role,
} from '../kernel/access';
import { execute, insertRows } from '../kernel/database';
import { Forbidden } from '../kernel/errors';
import type { Kit } from '../kernel/kit';

const idleMs = 30 * 60_000;
const longestMs = 12 * 3_600_000;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Who signs in proves themselves by a password; that there is a session already changes nothing. */
const opensSession = (ctx: Context): boolean =>
  ctx.method === 'POST' && ['/api/v1/session', '/api/v1/first-owner'].includes(ctx.path);

type SessionRow = {
  tokenHash: string;
  operatorId: string;
  csrfToken: string;
  createdAt: number;
  lastSeenAt: number;
  email: string;
  name: string;
  role: Role;
  accountIds: string | null;
};

export type SignedIn = {
  operator: { id: string; name: string; email: string; role: Role };
  permissions: readonly Permission[];
  accountIds: string[] | null;
  csrfToken: string;
};

/** Console sessions by cookie and API calls by bearer token; both end as an Actor. */
export class Sessions {
  private readonly cookie: string;
  private readonly isSecure: boolean;

  constructor(private readonly kit: Kit) {
    this.isSecure = kit.settings.publicUrl.startsWith('https://');
    this.cookie = this.isSecure ? '__Host-guanxi' : 'guanxi-session';
  }

  async open(ctx: Context, operatorId: string): Promise<void> {
    const token = randomBytes(32).toString('base64url');
    const now = this.kit.clock.system();
    await this.kit.db.transact((tx) =>
      insertRows(tx, 'operator_session', [
        {
          tokenHash: sha256(token),
          operatorId,
          csrfToken: randomBytes(24).toString('base64url'),
          createdAt: now,
          lastSeenAt: now,
        },
      ]),
    );
    ctx.cookies.set(this.cookie, token, {
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      overwrite: true,
      ...(this.isSecure ? { secure: true } : {}),
    });
    ctx.state['sessionToken'] = token;
  }

  async close(ctx: Context): Promise<void> {
    const token = ctx.cookies.get(this.cookie);
    ctx.cookies.set(this.cookie, null, { path: '/' });
    if (!token) return;
    await this.kit.db.transact((tx) =>
      execute(tx, `DELETE FROM operator_session WHERE tokenHash = ?`, [sha256(token)]),
    );
  }

  async current(ctx: Context): Promise<SignedIn | undefined> {
    const row = await this.find(ctx);
    if (!row) return undefined;
    return {
      operator: { id: row.operatorId, name: row.name, email: row.email, role: row.role },
      permissions: this.permissionsOf(row.role),
      accountIds: row.accountIds === null ? null : (JSON.parse(row.accountIds) as string[]),
      csrfToken: row.csrfToken,
    };
  }

  /** Who calls: a bearer token first, else the session; a session's writes need its CSRF token. */
  async authenticate(ctx: Context): Promise<Actor | undefined> {
    const bearer = /^Bearer ([A-Za-z0-9_\-.~+/=]{16,256})$/.exec(ctx.get('authorization'))?.[1];
    if (bearer) return this.actorOfToken(bearer);
    const session = await this.current(ctx);
    if (!session) return undefined;
    const writes = ctx.method !== 'GET' && ctx.method !== 'HEAD';
    if (writes && !opensSession(ctx)) this.demandCsrf(ctx, session.csrfToken);
    return {
      kind: 'operator',
      id: session.operator.id,
      name: session.operator.name,
      permissions: new Set(session.permissions),
      accountIds: session.accountIds ?? 'all',
    };
  }

  /** Where answers are reviewed before they go out, operators write and do not publish. */
  private permissionsOf(role: Role): readonly Permission[] {
    const granted = permissionsOf[role];
    return role === 'operator' && this.kit.settings.repliesReview === 'required'
      ? granted.filter((one) => one !== 'replies.publish')
      : granted;
  }

  private async find(ctx: Context): Promise<SessionRow | undefined> {
    // A session opened by this very request counts before the one it came with.
    const token = (ctx.state['sessionToken'] as string | undefined) ?? ctx.cookies.get(this.cookie);
    if (!token || token.length > 128) return undefined;
    const [row] = await this.kit.db.read.all<SessionRow>(
      `SELECT s.tokenHash, s.operatorId, s.csrfToken, s.createdAt, s.lastSeenAt,
         o.email, o.name, o.role, o.accountIds
       FROM operator_session s JOIN operator o ON o.id = s.operatorId
       WHERE s.tokenHash = ? AND o.active = 1`,
      [sha256(token)],
    );
    const now = this.kit.clock.system();
    if (!row || now - row.lastSeenAt > idleMs || now - row.createdAt > longestMs) return undefined;
    if (now - row.lastSeenAt > 60_000) {
      await this.kit.db.transact((tx) =>
        execute(tx, `UPDATE operator_session SET lastSeenAt = ? WHERE tokenHash = ?`, [
          now,
          row.tokenHash,
        ]),
      );
    }
    return row;
  }

  /** Another site may not write for whoever looks at it, nor sign them in as somebody it chose. */
  demandOwnOrigin(ctx: Context): void {
    const origin = ctx.get('origin');
    const allowed = [new URL(this.kit.settings.publicUrl).origin, `${ctx.protocol}://${ctx.host}`];
    if (origin && !allowed.includes(origin)) throw new Forbidden('origin_refused');
  }

  private demandCsrf(ctx: Context, expected: string): void {
    this.demandOwnOrigin(ctx);
    const given = Buffer.from(ctx.get('x-csrf-token'));
    const wanted = Buffer.from(expected);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new Forbidden('csrf_refused');
    }
  }

  private async actorOfToken(token: string): Promise<Actor | undefined> {
    const hash = sha256(token);
    const { apiToken } = this.kit.settings;
    if (apiToken && timingSafeEqual(Buffer.from(sha256(apiToken)), Buffer.from(hash))) {
      return {
        kind: 'token',
        id: 'GUANXI_API_TOKEN',
        name: 'GUANXI_API_TOKEN',
        permissions: new Set(permissions),
        accountIds: 'all',
      };
    }
    const [row] = await this.kit.db.read.all<{
      id: string;
      name: string;
      permissions: string;
      accountIds: string | null;
    }>(
      `SELECT id, name, permissions, accountIds FROM api_token WHERE tokenHash = ? AND revokedAt IS NULL`,
      [hash],
    );
    if (!row) return undefined;
    return {
      kind: 'token',
      id: row.id,
      name: row.name,
      permissions: new Set(JSON.parse(row.permissions) as Permission[]),
      accountIds: row.accountIds === null ? 'all' : (JSON.parse(row.accountIds) as string[]),
    };
  }
}

export const hashToken = sha256;
