import { Agent, request } from 'undici';

export type Heard =
  | { outcome: 'answered'; status: number; body: string; trace?: string | null }
  | { outcome: 'timeout' | 'refused'; reason: string };

/**
 * Carries pushes to apps. Idle connections are dropped early, so that a connection the app has just closed
 * is not mistaken for an app that fails.
 */
export class Transport {
  private readonly agent = new Agent({ connections: 128, keepAliveTimeout: 1_000, pipelining: 1 });

  constructor(private readonly timeoutMs: number) {}

  async post(url: string, body: string): Promise<Heard> {
    return this.send({ method: 'POST', url, body, timeoutMs: this.timeoutMs });
  }

  async get(url: string): Promise<Heard> {
    return this.send({ method: 'GET', url, timeoutMs: this.timeoutMs });
  }

  /** For the clock's poke. */
  async postJson(url: string, timeoutMs: number): Promise<Heard> {
    return this.send({ method: 'POST', url, body: '{}', type: 'application/json', timeoutMs });
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async send(push: {
    method: 'GET' | 'POST';
    url: string;
    body?: string;
    type?: string;
    timeoutMs: number;
  }): Promise<Heard> {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), push.timeoutMs);
    try {
      const answer = await request(push.url, {
        dispatcher: this.agent,
        method: push.method,
        signal: giveUp.signal,
        headers: pushHeaders(push.body === undefined ? undefined : (push.type ?? 'text/xml')),
        ...(push.body === undefined ? {} : { body: push.body }),
      });
      const body = await answer.body.text();
      const told = answer.headers['x-guanxi-trace'];
      const trace = typeof told === 'string' ? told.slice(0, 8_192) : null;
      return { outcome: 'answered', status: answer.statusCode, body, trace };
    } catch (error) {
      if (giveUp.signal.aborted)
        return { outcome: 'timeout', reason: `no answer within ${push.timeoutMs} ms` };
      const cause = error as { code?: string; message?: string };
      return { outcome: 'refused', reason: cause.code ?? cause.message ?? 'failed' };
    } finally {
      clearTimeout(timer);
    }
  }
}

export function pushHeaders(type: string | undefined): Record<string, string> {
  const common = { 'User-Agent': 'Mozilla/4.0', Accept: '*/*', Pragma: 'no-cache' };
  return type === undefined ? common : { ...common, 'Content-Type': type };
}
