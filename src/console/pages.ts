import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context, Middleware, Next } from 'koa';
import send from 'koa-send';

/** Which page of the build answers which path; every path below it is the page's own router's. */
const pages: Readonly<Record<string, string>> = {
  '/console': 'console/index.html',
  '/sandbox': 'phone/index.html',
};

/** The browser faces: built files under /assets for ever, pages never cached. */
export function servePages(options: { sandbox: boolean }): Middleware {
  const root = findBuild();
  return async (ctx: Context, next: Next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    if (ctx.path === '/') return ctx.redirect('/console/');
    if (ctx.path === '/favicon.ico') return ctx.redirect('/favicon.svg');
    if (!root) return next();
    if (ctx.path.startsWith('/assets/') || /^\/[a-z-]+\.(svg|png|txt)$/.test(ctx.path)) {
      await sendIfThere(ctx, ctx.path, root, { maxage: 31_536_000_000, immutable: true });
      return;
    }
    const page = Object.keys(pages).find((path) => ctx.path === path || ctx.path.startsWith(`${path}/`));
    if (!page || (page === '/sandbox' && !options.sandbox)) return next();
    if (ctx.path === page) return ctx.redirect(`${page}/`);
    ctx.set('Cache-Control', 'no-cache');
    await sendIfThere(ctx, pages[page] ?? '', root, {});
  };
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
  const folders = [join(__dirname, '../../web'), join(__dirname, '../../dist/web'), resolve('dist/web')];
  return folders.find((folder) => existsSync(join(folder, 'console/index.html')));
}
