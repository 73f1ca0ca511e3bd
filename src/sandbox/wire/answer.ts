import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Effect } from '../faults';

export interface Answer {
  status?: number;
  type?: string;
  headers?: Record<string, string>;
  body: string | Buffer;
}

const badGateway =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';

/** Connections that a fault keeps open without an answer; closed when the sandbox closes. */
export class HeldConnections {
  private readonly held = new Set<ServerResponse>();

  hold(response: ServerResponse, longestMs: number): void {
    this.held.add(response);
    const timer = setTimeout(() => response.destroy(), longestMs);
    timer.unref();
    response.on('close', () => {
      clearTimeout(timer);
      this.held.delete(response);
    });
  }

  close(): void {
    for (const response of this.held) response.destroy();
  }
}

/** Writes the answer as the fault wants the caller to see it. */
export function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  effect: Effect | undefined,
  held: HeldConnections,
): void {
  if (effect?.answer === 'never') {
    held.hold(response, 65_000);
    return;
  }
  if (effect?.answer === 'reset') {
    breakOff(response);
    return;
  }
  if (effect?.answer === 'bad-gateway') {
    response.writeHead(502, { 'Content-Type': 'text/html' });
    response.end(badGateway);
    return;
  }
  const body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body);
  const head = {
    'Content-Type': answer.type ?? 'application/json; encoding=utf-8',
    ...answer.headers,
  };
  if (effect?.answer === 'half') {
    // A whole HTTP message with half a document in it: what a broken proxy delivers.
    const part = body.subarray(0, Math.floor(body.length / 2));
    response.writeHead(answer.status ?? 200, { ...head, 'Content-Length': part.length });
    response.end(part);
    return;
  }
  response.writeHead(answer.status ?? 200, { ...head, 'Content-Length': body.length });
  if (effect?.answer === 'cut') {
    response.write(body.subarray(0, Math.max(1, Math.floor(body.length / 2))));
    setTimeout(() => breakOff(response), 5);
    return;
  }
  response.end(body);
}

// Node resets plain TCP only; a TLS connection is cut without its closing message, which the caller sees as an error too.
function breakOff(response: ServerResponse): void {
  const socket = response.socket;
  if (!socket) return;
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
