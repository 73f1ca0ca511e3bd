import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { recordChange, type Actor } from '../kernel/access';
import { Forbidden, RateLimited, Unauthenticated } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { accountScope } from './account-scope';
import { addOperator, countOperators, firstOwnerToken, prepareOperator } from './operators';
import { newPassword, refuseGuessable } from './new-password';
import { isPassword } from './passwords';
import type { Sessions } from './sessions';

const email = z.email().max(128);

const SessionView = z.object({
  operator: z.object({ id: z.string(), name: z.string(), email: z.string(), role: z.string() }),
  permissions: z.array(z.string()),
  /** Whether what all accounts share may be changed. */
  seesAllAccounts: z.boolean(),
  /** The accounts this operator may see, by name. */
  accounts: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      platformId: z.string(),
      name: z.string(),
      world: z.string(),
      enabled: z.boolean(),
    }),
  ),
  csrfToken: z.string(),
  demo: z.boolean(),
  sandbox: z.boolean(),
  sandboxOffered: z.boolean().describe('An account of the sandbox can be made with one click'),
  models: z.boolean().describe('A model, or one that hears voices, is named in the settings'),
  zone: z.string(),
  brand: z.object({ name: z.string() }),
});

type AccountRow = {
  id: string;
  kind: string;
  platformId: string;
  name: string;
  world: string;
  enabled: number;
};

/** Wrong tries allowed in a quarter of an hour: of one operator from one address, and of all from one address. */
const mostTries = 10;
const mostTriesOfAddress = 50;
const throttleMs = 15 * 60_000;

export type SignInHints = () => { name: string; email: string }[];

export function sessionOperations(kit: Kit, sessions: Sessions, hints: SignInHints): Operation[] {
  const present = async (ctx: Parameters<Sessions['current']>[0]) => {
    const session = await sessions.current(ctx);
    if (!session) throw new Unauthenticated();
    const scope = accountScope(session.accountIds ?? 'all', 'id');
    const accounts = await kit.db.read.all<AccountRow>(
      `SELECT id, kind, platformId, name, world, enabled FROM account
       WHERE 1 = 1${scope.sql} ORDER BY createdAt, id`,
      scope.params,
    );
    const brand = accounts.find(({ kind }) => kind === 'official-account');
    return {
      operator: session.operator,
      permissions: session.permissions,
      seesAllAccounts: session.accountIds === null,
      accounts: accounts.map((account) => ({ ...account, enabled: account.enabled === 1 })),
      csrfToken: session.csrfToken,
      demo: hints().length > 0,
      // Without an account that lives there, its phone is an empty one.
      sandbox: kit.settings.isSandboxOn && accounts.some(({ world }) => world === 'sandbox'),
      sandboxOffered: kit.settings.isSandboxOn,
      models: (kit.settings.modelChat ?? kit.settings.modelSpeech) !== undefined,
      zone: kit.settings.orgZone,
      brand: { name: brand?.name ?? 'Guanxi' },
    };
  };
  const throttle = async (key: string, most = mostTries) => {
    const tries = await kit.cache.increment(`sign-in:${key}`, throttleMs);
    if (tries <= most) return;
    const seconds = Math.max(1, Math.ceil((await kit.cache.timeLeft(`sign-in:${key}`)) / 1_000));
    throw new RateLimited('sign_in_throttled', seconds, { minutes: Math.ceil(seconds / 60) });
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/session',
        permission: 'public',
        summary: 'Who is signed in',
        response: SessionView,
      },
      ({ ctx }) => present(ctx),
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/session',
        permission: 'public',
        summary: 'Sign in',
        body: z.strictObject({ email: z.string().max(128), password: z.string().max(128) }),
        response: SessionView,
      },
      async ({ body, ctx }) => {
        sessions.demandOwnOrigin(ctx);
        const who = body.email.trim().toLowerCase();
        const ofOperator = `operator:${kit.seal.fingerprint(who)}:${ctx.ip}`;
        const ofAddress = `address:${ctx.ip}`;
        // What is refused for one operator does not count against the others behind the same address.
        await throttle(ofOperator);
        await throttle(ofAddress, mostTriesOfAddress);
        const [row] = await kit.db.read.all<{ id: string; name: string; passwordHash: string }>(
          `SELECT id, name, passwordHash FROM operator WHERE email = ? AND active = 1`,
          [who],
        );
        if (!(await isPassword(row?.passwordHash, body.password)) || !row) {
          throw new Unauthenticated('sign_in_refused');
        }
        await kit.cache.delete(`sign-in:${ofOperator}`);
        // Takes back its own try only: one good password must not clear the wrong ones for others.
        await kit.cache.increment(`sign-in:${ofAddress}`, throttleMs, -1);
        await sessions.close(ctx);
        await sessions.open(ctx, row.id);
        return present(ctx);
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/session',
        permission: 'public',
        summary: 'Sign out',
      },
      async ({ ctx }) => {
        await sessions.close(ctx);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/sign-in-hints',
        permission: 'public',
        summary: 'Names of the demo operators, while this is a demo',
        response: z.object({
          demo: z.boolean(),
          accounts: z.array(z.object({ name: z.string(), email: z.string() })),
          needsFirstOwner: z.boolean(),
        }),
      },
      async () => ({
        demo: hints().length > 0,
        accounts: hints(),
        needsFirstOwner: (await countOperators(kit)) === 0,
      }),
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/first-owner',
        permission: 'public',
        summary: 'Make the first owner with the one-time link the server printed',
        body: z
          .strictObject({
            token: z.string().max(64),
            name: z.string().trim().min(1).max(64),
            email,
            password: newPassword,
          })
          .superRefine(refuseGuessable),
        response: SessionView,
        status: 201,
      },
      async ({ body, ctx }) => {
        sessions.demandOwnOrigin(ctx);
        await throttle(`first-owner:${ctx.ip}`);
        const given = Buffer.from(body.token);
        const wanted = Buffer.from(firstOwnerToken(kit));
        const isGood = given.length === wanted.length && timingSafeEqual(given, wanted);
        if (!isGood || (await countOperators(kit)) > 0) throw new Forbidden('first_owner_refused');
        const prepared = await prepareOperator(kit, { ...body, role: 'owner' });
        await kit.db.transact(async (tx) => {
          await addOperator(tx, prepared);
          const actor: Actor = {
            kind: 'system',
            id: 'first-owner',
            name: 'first owner link',
            permissions: new Set(),
            accountIds: [],
          };
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'operator.created',
            targetKind: 'operator',
            targetId: prepared.id,
            after: { email: prepared.email, role: 'owner' },
          });
        });
        await sessions.open(ctx, prepared.id);
        return present(ctx);
      },
    ),
  ];
}
