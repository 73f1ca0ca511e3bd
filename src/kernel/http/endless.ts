import type { Server, ServerResponse } from 'node:http';

const openOf = new WeakMap<object, Set<ServerResponse>>();

/** An answer that ends only when somebody ends it, such as a stream of events. */
export function keepOpen(response: ServerResponse): void {
  const server = serverOf(response);
  if (!server) return;
  const open = openOf.get(server) ?? new Set();
  openOf.set(server, open.add(response));
  response.once('close', () => open.delete(response));
}

/** For a stop: a server closes when its last answer ends. Pages connect again by themselves. */
export function hangUp(server: Server): void {
  for (const response of openOf.get(server) ?? []) response.destroy();
}

/** Node tells a connection whose it is. */
const serverOf = (response: ServerResponse): object | undefined =>
  (response.socket as { server?: object } | null)?.server;
