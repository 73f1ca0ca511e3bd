import type { IncomingMessage } from 'node:http';

export class TooLarge extends Error {}

/** The raw body, read once. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size > maxBytes) {
        request.pause();
        reject(new TooLarge('the body is too large'));
        return;
      }
      parts.push(part);
    });
    request.on('end', () =>
      resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)),
    );
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the caller went away')));
  });
}

export type Fields = Record<string, unknown>;

/** A JSON object, or undefined for anything else. */
export function jsonObject(raw: Buffer | string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(raw.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(fields: Fields | undefined, name: string): string {
  const value = fields?.[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

export function object(fields: Fields | undefined, name: string): Fields | undefined {
  const value = fields?.[name];
  return isObject(value) ? value : undefined;
}

export function list(fields: Fields | undefined, name: string): unknown[] {
  const value = fields?.[name];
  return Array.isArray(value) ? value : [];
}
