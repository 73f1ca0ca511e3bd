import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { signInUrl, type WeComAgent, type WeComClient } from '../channels/wecom';
import { recordChange, type Actor } from '../kernel/access';
import { insertRows } from '../kernel/database';
import { InvalidInput, RateLimited, Unauthenticated } from '../kernel/errors';
import { answerHtml, escapeHtml, operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { chosenLanguage } from '../relationships';
import { text, type Locale } from '../kernel/text';
import { authorizeAt, ownOrigin, ownPath } from './own-pages';
import type { RepSessions } from './rep-sessions';
import type { Context } from 'koa';

/** A code lives five minutes, and so does what we remember of whom we sent for it. */
const roundTripMs = 5 * 60_000;
const mostAMinute = 600;
const returnPath = '/api/v1/sidebar/signed-in';

type Sent = { accountId: string; agentId: string; back: string; browser: string };
type Parts = { book: AccountBook; wecom: WeComClient; sessions: RepSessions };

/** In by WeCom and in no other way: the code is exchanged here, and the address bar proves nothing. */
export function signInOperations(kit: Kit, { book, wecom, sessions }: Parts): Operation[] {
  const isSecure = kit.settings.publicUrl.startsWith('https://');
  const cookie = isSecure ? '__Host-guanxi-sidebar-way' : 'guanxi-sidebar-way';
  const waysOf = (ctx: Context) => ctx.cookies.get(cookie) ?? '';

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/sidebar/sign-in',
        permission: 'public',
        summary: 'Send a rep to WeCom to say who they are',
        query: z.object({
          corpId: z.string().max(64).optional(),
          agentId: z.string().max(16).optional(),
          back: z.string().max(1_000).default('/sidebar/'),
        }),
        raw: true,
      },
      async ({ query, ctx }) => {
        await refuseFlood(kit, ctx.ip);
        const back = ownPath(query.back);
        const agent = agentFor(book, query.corpId, query.agentId);
        const origin = ownOrigin(kit.settings, ctx);
        const state = randomBytes(16).toString('hex');
        const browser = waysOf(ctx) || randomBytes(16).toString('hex');
        const sent: Sent = { accountId: agent.id, agentId: agent.agentId, back, browser };
        await kit.cache.set(`sidebar:way:${state}`, JSON.stringify(sent), roundTripMs);
        ctx.cookies.set(cookie, browser, {
          ...{ httpOnly: true, sameSite: 'lax', path: '/', maxAge: roundTripMs, overwrite: true },
          ...(isSecure ? { secure: true } : {}),
        });
        ctx.set('Cache-Control', 'no-store');
        const at = authorizeAt(kit.settings, book, agent.id, origin);
        ctx.redirect(signInUrl(agent, origin + returnPath, state, at));
      },
    ),
    operation(
      {
        method: 'GET',
        path: returnPath,
        permission: 'public',
        summary: 'Where WeCom sends a rep back with a code',
        query: z.object({ code: z.string().max(512).default(''), state: z.string().max(128) }),
        raw: true,
      },
      async ({ query, ctx, locale }) => {
        const way = await takeWay(kit, query.state);
        if (way?.browser !== waysOf(ctx) || !/^[\w.~-]{1,512}$/.test(query.code)) {
          await refuse(kit, ctx, locale, { why: 'state', back: way?.back, ip: ctx.ip });
          return;
        }
        const { accountId, agentId, back } = way;
        const userId = await memberOf(kit, { book, wecom }, way, query.code);
        if (userId === undefined) {
          await refuse(kit, ctx, locale, { why: 'code', back, accountId, ip: ctx.ip });
          return;
        }
        await sessions.close(ctx);
        await sessions.open(ctx, { accountId, agentId, userId });
        ctx.set('Cache-Control', 'no-store');
        ctx.redirect(back);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/sidebar/session',
        permission: 'rep',
        summary: 'Which rep this is',
        response: z.object({
          rep: z.object({ userId: z.string(), name: z.string() }),
          corp: z.object({ corpId: z.string(), name: z.string() }),
          agentId: z.string(),
          csrfToken: z.string(),
          sandbox: z.boolean(),
          zone: z.string(),
          /** What the rep chose to read; null until they did. */
          language: z.enum(['zh-CN', 'en']).nullable(),
        }),
      },
      async ({ ctx }) => {
        const session = await sessions.current(ctx);
        if (!session) throw new Unauthenticated();
        const { rep, name } = session.actor;
        const corp = book.getOrThrow(rep.accountId);
        return {
          rep: { userId: rep.userId, name },
          corp: { corpId: corp.platformId, name: corp.name },
          agentId: rep.agentId,
          csrfToken: session.csrfToken,
          sandbox: corp.world === 'sandbox',
          zone: kit.settings.orgZone,
          language: (await chosenLanguage(kit.db.read, rep)) ?? null,
        };
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/sidebar/session',
        permission: 'rep',
        summary: 'Sign out',
      },
      async ({ ctx }) => {
        await sessions.close(ctx);
      },
    ),
  ];
}

/** The app that was asked for; the only corp's first one when none was. */
function agentFor(book: AccountBook, corpId?: string, agentId?: string): WeComAgent {
  const corps = book
    .all()
    .filter(({ kind, enabled, platformId }) => {
      return kind === 'wecom' && enabled && (corpId === undefined || platformId === corpId);
    })
    .map(({ id }) => id);
  const [accountId, ...others] = corps;
  const apps = accountId === undefined || others.length > 0 ? [] : book.weComApps(accountId);
  const agent = apps.find((app) => agentId === undefined || app.agentId === agentId);
  if (!agent) throw new InvalidInput('corp_unknown');
  return agent;
}

/** A shop full of reps shares one address; more than they could ever need is a flood. */
async function refuseFlood(kit: Kit, ip: string): Promise<void> {
  const key = `sidebar:set-out:${kit.seal.fingerprint(ip).slice(0, 16)}`;
  if ((await kit.cache.increment(key, 60_000)) > mostAMinute) {
    throw new RateLimited('rate_limited', 60);
  }
}

/** Good for one return only. */
async function takeWay(kit: Kit, state: string): Promise<Sent | undefined> {
  if (!/^[0-9a-f]{32}$/.test(state)) return undefined;
  const key = `sidebar:way:${state}`;
  const kept = await kit.cache.get(key);
  if (kept === undefined || !(await kit.cache.compareAndDelete(key, kept))) return undefined;
  return JSON.parse(kept) as Sent;
}

/** The active member behind a code, with a row in our directory; nobody for a code that is not good here. */
async function memberOf(
  kit: Kit,
  { book, wecom }: Pick<Parts, 'book' | 'wecom'>,
  { accountId, agentId }: Sent,
  code: string,
): Promise<string | undefined> {
  const agent = book.weComApps(accountId).find((app) => app.agentId === agentId);
  const mark = createHash('sha256').update(code).digest('hex');
  const isFirst = await kit.cache.setIfAbsent(`sidebar:code:${mark}`, '1', 2 * roundTripMs);
  if (!agent || !isFirst) return undefined;
  try {
    const who = await wecom.signedIn(agent, code);
    if (who?.kind !== 'staff') return undefined;
    const member = await wecom.getStaffMember(agent, who.userId);
    if (member.status !== 'active') return undefined;
    const { userId, name, position, status } = member;
    await kit.db.transact((tx) =>
      insertRows(
        tx,
        'staff',
        [
          {
            ...{ id: kit.newId(), accountId, userId, name: name.slice(0, 64) },
            ...{ position: position === '' ? null : position.slice(0, 64), status },
            seenAt: kit.clock.business(),
          },
        ],
        { onConflict: ['accountId', 'userId'], update: ['name', 'status'] },
      ),
    );
    return userId;
  } catch (error) {
    kit.log.warn('sidebar.sign_in', { accountId, error });
    return undefined;
  }
}

const stranger: Actor = {
  ...{ kind: 'system', id: 'sidebar', name: 'sidebar', permissions: new Set(), accountIds: [] },
};

async function refuse(
  kit: Kit,
  ctx: Context,
  locale: Locale,
  facts: { why: string; back?: string | undefined; accountId?: string; ip: string },
): Promise<void> {
  const { why, back = '/sidebar/', accountId, ip } = facts;
  const address = kit.seal.fingerprint(ip).slice(0, 16);
  const noted = await kit.cache.increment(`sidebar:refused:${address}`, 60_000);
  // A flood of forged returns must not become a flood of rows.
  if (noted <= 20) {
    await kit.db.transact((tx) =>
      recordChange(tx, stranger, {
        ...{ id: kit.newId(), at: kit.clock.system(), action: 'sidebar.sign-in-refused' },
        ...{ targetKind: 'sidebar', targetId: accountId ?? '', after: { why, address } },
      }),
    );
  }
  const words = (name: string) => escapeHtml(text(locale, `sidebar.refused.${name}`));
  answerHtml(ctx, {
    ...{ locale, status: 401, title: text(locale, 'sidebar.refused.title') },
    body: `<h1>${words('title')}</h1><p>${words('body')}</p><p><a href="${escapeHtml(back)}">${words('again')}</a></p>`,
  });
  ctx.set(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
  );
}
