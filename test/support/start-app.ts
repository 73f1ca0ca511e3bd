import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { startServer } from '../../src/server';

export const apiToken = 'test-api-token-000000000000000000';

export type RunningApp = {
  base: string;
  port: number;
  dataDir: string;
  api<Answer = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Answer; headers: Headers }>;
  stop(): Promise<void>;
};

/** The whole server in this process on a free port, with a fresh data directory. */
export async function startApp(env: Record<string, string> = {}): Promise<RunningApp> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a plain script shared with the global setup
  const { freePort } = require('./servers') as { freePort(): Promise<number> };
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), 'guanxi-app-'));
  const settings = readSettings({
    NODE_ENV: 'test',
    PORT: String(port),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    DEMO: 'off',
    GUANXI_API_TOKEN: apiToken,
    ...env,
  });
  const server = await startServer(settings, openLog({ level: 'silent', readable: true }));
  const base = `http://127.0.0.1:${port}`;
  return {
    base,
    port,
    dataDir,
    api: async (method, path, body, headers = {}) => {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = /json/.test(answer.headers.get('content-type') ?? '');
      return {
        status: answer.status,
        headers: answer.headers,
        body: (isJson && text ? JSON.parse(text) : text) as never,
      };
    },
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
