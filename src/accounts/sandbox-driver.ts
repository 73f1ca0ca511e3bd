import type { Kit } from '../kernel/kit';

/** Calls of the sandbox's driver, as any outside program would make them. */
export type SandboxDriver = {
  post<Answer>(path: string, body: unknown): Promise<Answer>;
  patch<Answer>(path: string, body: unknown): Promise<Answer>;
  get<Answer>(path: string): Promise<Answer>;
};

export function openSandboxDriver(kit: Pick<Kit, 'http' | 'settings'>): SandboxDriver {
  const call = async <Answer>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: unknown,
  ): Promise<Answer> => {
    const answer = await kit.http.request({
      method,
      url: `${kit.settings.sandboxUrl}/sandbox/api${path}`,
      timeoutMs: 30_000,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = answer.body.toString('utf8');
    if (answer.status >= 300)
      throw new Error(`sandbox ${path}: ${answer.status} ${text.slice(0, 200)}`);
    return JSON.parse(text) as Answer;
  };
  return {
    post: (path, body) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body),
    get: (path) => call('GET', path),
  };
}
