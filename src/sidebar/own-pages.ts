import type { Context } from 'koa';
import type { AccountBook } from '../accounts';
import { authorizeUrl } from '../channels/wecom';
import { InvalidInput } from '../kernel/errors';
import { isLoopback, type Settings } from '../kernel/settings';

/**
 * Where the sidebar stands, as its visitor sees it. A sandbox corp may be visited under any name of this machine
 * (localhost and 127.0.0.1 do not share cookies); a real one only where PUBLIC_URL says.
 */
export function ownOrigin(
  settings: Pick<Settings, 'publicUrl' | 'isSandboxOn'>,
  ctx: Context,
): string {
  const isLocal = settings.isSandboxOn && isLoopback(ctx.hostname);
  return isLocal ? `${ctx.protocol}://${ctx.host}` : new URL(settings.publicUrl).origin;
}

/** The path to come back to: one of the sidebar, whatever else it claims to be. */
export function ownPath(back: string): string {
  const base = 'https://own.invalid';
  if (/^\/sidebar\//.test(back) && !/[\\\u0000-\u0020]/.test(back) && URL.canParse(back, base)) {
    const { origin, pathname, search, hash } = new URL(back, base);
    if (origin === base && pathname.startsWith('/sidebar/')) return pathname + search + hash;
  }
  throw new InvalidInput('page_not_ours');
}

/** A page that may be signed: one of the sidebar on our own origin, without its fragment. */
export function ownPage(url: string, origin: string): string {
  const [page = ''] = url.split('#');
  const isOurs = URL.canParse(page) && new URL(page).origin === origin;
  if (!isOurs || !new URL(page).pathname.startsWith('/sidebar/')) {
    throw new InvalidInput('page_not_ours');
  }
  return page;
}

/** WeCom's sign-in page, or the sandbox's beside us under the name the visitor uses. */
export function authorizeAt(
  settings: Settings,
  book: AccountBook,
  accountId: string,
  origin: string,
): string {
  if (book.find(accountId)?.world !== 'sandbox') return authorizeUrl;
  const path = '/sandbox/wecom/connect/oauth2/authorize';
  const sandbox = new URL(settings.sandboxUrl);
  const isBesideUs =
    sandbox.port === new URL(origin).port &&
    isLoopback(sandbox.hostname) &&
    isLoopback(new URL(origin).hostname);
  return `${isBesideUs ? origin : settings.sandboxUrl}${path}`;
}
