import type { Context } from 'koa';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * The sandbox has no sign-in, so a page of another site must not reach it: neither by a name that was
 * re-bound to this machine (Host) nor by a form or script of its own (Origin, Sec-Fetch-Site).
 */
export function isForeign(ctx: Context, allowHosts: readonly string[]): boolean {
  const host = ctx.get('Host');
  if (!loopback.test(host) && !allowHosts.includes(host) && !allowHosts.includes(hostName(host)))
    return true;
  const origin = ctx.get('Origin');
  if (origin !== '' && !isOriginOf(origin, host)) return true;
  return ctx.get('Sec-Fetch-Site') === 'cross-site';
}

const hostName = (host: string) => host.replace(/:\d+$/, '');

function isOriginOf(origin: string, host: string): boolean {
  try {
    return new URL(origin).host.toLowerCase() === host.toLowerCase();
  } catch {
    return false;
  }
}
