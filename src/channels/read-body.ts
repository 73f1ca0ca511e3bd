import type { IncomingMessage } from 'node:http';

/** Why no body was read: 400 broken or encoded, 408 too slow, 413 too large. */
export type BodyRefusal = { readonly refused: 400 | 408 | 413 };

/**
 * Reads the bytes of one request, bounded in size and in time, exactly as they came: signatures cover
 * bytes. After a refusal the rest is left unread, so the answer must close the connection.
 */
export function readBody(
  request: IncomingMessage,
  bounds: { maxBytes: number; timeoutMs: number },
): Promise<Buffer | BodyRefusal> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return Promise.resolve({ refused: 400 });
  if (Number(request.headers['content-length'] ?? 0) > bounds.maxBytes)
    return Promise.resolve({ refused: 413 });

  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const onData = (part: Buffer) => {
      length += part.length;
      if (length > bounds.maxBytes) finish({ refused: 413 });
      else parts.push(part);
    };
    const onEnd = () => finish(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
    const onBroken = () => finish({ refused: 400 });
    const timer = setTimeout(() => finish({ refused: 408 }), bounds.timeoutMs);
    const finish = (result: Buffer | BodyRefusal) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('aborted', onBroken);
      if (!Buffer.isBuffer(result)) request.pause();
      resolve(result);
    };
    request.on('data', onData).on('end', onEnd).on('aborted', onBroken).on('error', onBroken);
  });
}
