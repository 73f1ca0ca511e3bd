import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context, Middleware, Next } from 'koa';
import send from 'koa-send';

/** Which page of the build answers which path; every path below it is the page's own router's. */
const pages: Readonly<Record<string, string>> = {
  '/console': 'console/index.html',
  '/sandbox': 'phone/index.html',
  '/sidebar': 'sidebar/index.html',
};
/** The sidebar with the sandbox's stand-in for WeCom's client before it. */
const framedSidebar = 'phone/framed/index.html';

/** The browser faces: built files under /assets for ever, pages never cached. */
export function servePages(options: { sandbox: boolean }): Middleware {
  const root = findBuild();
  return async (ctx: Context, next: Next) => {
    const moved = movedTo(ctx.path);
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') await next();
    else if (moved) ctx.redirect(moved);
    else if (!root) await next();
    else await answerFile(ctx, next, root, options);
  };
}

function movedTo(path: string): string | undefined {
  if (path === '/') return '/console/';
  if (path === '/favicon.ico') return '/favicon.svg';
  return path in pages ? `${path}/` : undefined;
}

async function answerFile(
  ctx: Context,
  next: Next,
  root: string,
  options: { sandbox: boolean },
): Promise<void> {
  if (ctx.path.startsWith('/assets/') || /^\/[a-z-]+\.(svg|png|txt)$/.test(ctx.path)) {
    await sendIfThere(ctx, ctx.path, root, { maxage: 31_536_000_000, immutable: true });
    return;
  }
  const page = Object.keys(pages).find((path) => ctx.path.startsWith(`${path}/`));
  if (!page || (page === '/sandbox' && !options.sandbox)) {
    await next();
    return;
  }
  ctx.set('Cache-Control', 'no-cache');
  if (page === '/sidebar' && options.sandbox) {
    await answerSidebarOfSandbox(ctx, root);
    return;
  }
  await sendIfThere(ctx, pages[page] ?? '', root, {});
}

/**
 * WeCom opens the sidebar as a page of its own, and nobody else may frame it. The sandbox's phone, which is of
 * our own origin, shows it in a frame and is WeCom's client to it.
 */
async function answerSidebarOfSandbox(ctx: Context, root: string): Promise<void> {
  const isFramed = ctx.get('Sec-Fetch-Dest') === 'iframe';
  ctx.vary('Sec-Fetch-Dest');
  const policy = ctx.response.get('Content-Security-Policy');
  ctx.set(
    'Content-Security-Policy',
    policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
  );
  await sendIfThere(ctx, isFramed ? framedSidebar : (pages['/sidebar'] ?? ''), root, {});
}

async function sendIfThere(
  ctx: Context,
  path: string,
  root: string,
  options: { maxage?: number; immutable?: boolean },
): Promise<void> {
  try {
    await send(ctx, path, { root, ...options });
  } catch (error) {
    if ((error as { status?: number }).status !== 404) throw error;
    ctx.status = 404;
  }
}

function findBuild(): string | undefined {
  const folders = [
    join(__dirname, '../../web'),
    join(__dirname, '../../dist/web'),
    resolve('dist/web'),
  ];
  return folders.find((folder) => existsSync(join(folder, 'console/index.html')));
}
