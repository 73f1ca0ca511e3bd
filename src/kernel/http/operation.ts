import type { Context } from 'koa';
import type { z } from 'zod';
import type { Access, Actor } from '../access';
import type { Locale } from '../text';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Shape = z.ZodType | undefined;
type Parsed<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined;

export type OperationRequest<P extends Shape, Q extends Shape, B extends Shape> = {
  actor: Actor;
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  locale: Locale;
  ctx: Context;
};

export type OperationSpec<P extends Shape, Q extends Shape, B extends Shape> = {
  method: Method;
  /** As OpenAPI writes it: `/api/v1/people/{id}`. */
  path: string;
  permission: Access;
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  response?: z.ZodType;
  /** Of a good answer; default 200, or 204 without a response. */
  status?: number;
  /** The handler reads the request body itself (imports), up to this many bytes. */
  rawBody?: { contentType: string; maxBytes: number };
  /** The handler answers by itself (streams, redirects). */
  raw?: boolean;
  /** Its answer stays open: only so many at once for one caller. */
  stream?: boolean;
  /** It can pay, or let go what waits to be paid: refused without an Idempotency-Key. */
  movesMoney?: boolean;
};

/** One API call: what it needs, who may, and what it does. Routes, OpenAPI and the permission test read this. */
export type Operation = OperationSpec<Shape, Shape, Shape> & {
  handle: (request: OperationRequest<Shape, Shape, Shape>) => Promise<unknown>;
};

export const longestKey = 255;

export const keepsKeys = ({ method, raw }: Operation): boolean => method === 'POST' && !raw;

export function operation<
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends Shape = undefined,
>(
  spec: OperationSpec<P, Q, B>,
  handle: (request: OperationRequest<P, Q, B>) => Promise<unknown>,
): Operation {
  return { ...spec, handle: handle };
}
