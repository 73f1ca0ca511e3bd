import http from 'node:http';
import https from 'node:https';
import { createSecureContext, rootCertificates } from 'node:tls';

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Total time for connecting, sending and reading; default 5,000 ms. */
  timeoutMs?: number;
  /** Largest answer read; default 2 MB. */
  maxBytes?: number;
  /** `ca` is trusted beside the usual authorities. */
  tls?: { cert?: string; key?: string; ca?: string };
};

export type HttpAnswer = { status: number; headers: Record<string, string>; body: Buffer };

/** No answer was read, so nobody knows what the other side did. Never means "it did not happen". */
export class HttpFailure extends Error {
  constructor(
    readonly reason: 'timeout' | 'connect' | 'reset' | 'too-large',
    readonly url: string,
  ) {
    super(`http ${reason}`);
    this.name = 'HttpFailure';
  }
}

/** The only way out of the process. It never retries: whoever knows whether a call may be repeated does. */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

export function openHttpClient(): HttpClient {
  const plain = new http.Agent({ keepAlive: true, maxSockets: 128 });
  const secure = new Map<string, https.Agent>();
  const secureAgent = (tls: HttpRequest['tls']): https.Agent => {
    const key = `${tls?.cert ?? ''}|${tls?.ca ?? ''}`;
    let agent = secure.get(key);
    if (!agent) {
      const { ca, ...own } = tls ?? {};
      const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
      // Made once: reading all roots of trust for each new connection would hold everybody up.
      const secureContext = createSecureContext({ ...own, ...trusted });
      agent = new https.Agent({ keepAlive: true, maxSockets: 128, secureContext });
      secure.set(key, agent);
    }
    return agent;
  };

  const request = (wanted: HttpRequest): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const url = new URL(wanted.url);
      const withoutQuery = `${url.origin}${url.pathname}`;
      const isSecure = url.protocol === 'https:';
      const size =
        wanted.body === undefined ? {} : { 'content-length': Buffer.byteLength(wanted.body) };
      let connected = false;
      const fail = (reason: HttpFailure['reason']) => reject(new HttpFailure(reason, withoutQuery));
      const call = (isSecure ? https : http).request(
        url,
        {
          method: wanted.method,
          agent: isSecure ? secureAgent(wanted.tls) : plain,
          headers: { ...wanted.headers, ...size },
        },
        (answer) => {
          const parts: Buffer[] = [];
          let length = 0;
          answer.on('data', (part: Buffer) => {
            length += part.length;
            parts.push(part);
            if (length > (wanted.maxBytes ?? 2_000_000)) {
              fail('too-large');
              call.destroy();
            }
          });
          answer.on('aborted', () => fail('reset'));
          answer.on('error', () => fail('reset'));
          answer.on('end', () => {
            if (!answer.complete) {
              fail('reset');
              return;
            }
            const headers = Object.fromEntries(
              Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
            );
            resolve({ status: answer.statusCode ?? 0, headers, body: Buffer.concat(parts) });
          });
        },
      );
      const deadline = setTimeout(() => {
        fail('timeout');
        call.destroy();
      }, wanted.timeoutMs ?? 5_000);
      call.on('socket', (socket) => {
        if (socket.connecting)
          socket.once(isSecure ? 'secureConnect' : 'connect', () => (connected = true));
        else connected = true;
      });
      call.on('close', () => clearTimeout(deadline));
      call.on('error', () => fail(connected ? 'reset' : 'connect'));
      call.end(wanted.body);
    });

  return {
    request,
    close: () => {
      plain.destroy();
      for (const agent of secure.values()) agent.destroy();
    },
  };
}
