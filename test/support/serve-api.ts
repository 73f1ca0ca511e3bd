import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { permissions, type Actor } from '../../src/kernel/access';
import { apiRoutes, openReplays, problems, type Operation } from '../../src/kernel/http';
import type { TestKit } from './open-kit';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads what it expects to be there
export type ApiAnswer = { status: number; body: any };

export type ServedApi = {
  /** Where it listens. */
  base: string;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer>;
  /** Who calls from now on. */
  as(actor: Partial<Actor>): void;
  close(): Promise<void>;
};

export const owner: Actor = {
  kind: 'operator',
  id: 'owner',
  name: 'Owner',
  permissions: new Set(permissions),
  accountIds: 'all',
};

/** The real routes on a free port: errors, parsing and idempotency as in the product; sign-in is given. */
export async function serveApi(kit: TestKit, operations: readonly Operation[]): Promise<ServedApi> {
  let actor = owner;
  const app = new Koa();
  app.use(problems(kit.log, kit.newId, kit.clock));
  app.use(
    apiRoutes(operations, () => Promise.resolve(actor), openReplays(kit.db, kit.clock)).routes(),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  kit.before(close);
  return {
    base: `http://127.0.0.1:${port}`,
    call: async (method, path, body, headers = {}) => {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as never) };
    },
    as: (other) => {
      actor = { ...owner, ...other };
    },
    close,
  };
}
