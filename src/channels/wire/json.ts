/** JSON of the platform, with integers beyond 2^53 as the exact digits they were written with. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parses `text`; an integer that a double cannot hold becomes a string of its digits. Throws SyntaxError. */
export function parseJson(text: string): Json {
  const safe = /\d{16}/.test(text)
    ? text.replace(stringOrNumber, (token) => (isBigInteger(token) ? `"${token}"` : token))
    : text;
  return JSON.parse(safe) as Json;
}

const isBigInteger = (token: string) =>
  /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An id, whether the platform wrote it as number or as string; '' when there is none. */
export function textFrom(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

export function numberFrom(value: Json | undefined): number {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : 0;
}

export function listFrom(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

export function objectFrom(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
