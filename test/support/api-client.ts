import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { permissions, type Actor } from '../../src/kernel/access';
import { apiRoutes, openReplays, problems, type Operation } from '../../src/kernel/http';
import type { TestKit } from './open-kit';

export const everything: Actor = {
  kind: 'token',
  id: 'test-token',
  name: 'test',
  permissions: new Set(permissions),
  accountIds: 'all',
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the API answered; tests say what they expect
export type Answer = { status: number; body: any; headers: Record<string, string>; text: string };

/** Declared operations behind a real server: what a caller sends and gets. `as` changes who calls. */
export async function openApi(kit: TestKit, operations: readonly Operation[]) {
  let actor = everything;
  const app = new Koa();
  app.silent = true;
  app.use(problems(kit.log, kit.newId, kit.clock));
  const routes = apiRoutes(
    operations,
    () => Promise.resolve(actor),
    openReplays(kit.db, kit.clock),
  );
  app.use(routes.routes());
  const server = createServer((request, response) => void app.callback()(request, response));
  server.listen(0, '127.0.0.1');
  // A slow machine may be quiet for longer than the five seconds after which idle sockets are shut.
  server.keepAliveTimeout = 120_000;
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<Answer> => {
    const answer = await kit.http.request({
      method,
      url: base + path,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs: 20_000,
    });
    const text = answer.body.toString('utf8');
    const isJson = (answer.headers['content-type'] ?? '').includes('json');
    return {
      status: answer.status,
      body: isJson ? JSON.parse(text) : text,
      headers: answer.headers,
      text,
    };
  };
  return {
    base,
    as: (changes: Partial<Actor>) => {
      actor = { ...everything, ...changes };
    },
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown = {}) => call('POST', path, body),
    put: (path: string, body: unknown) => call('PUT', path, body),
    delete: (path: string) => call('DELETE', path),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
