import Koa, { type Middleware } from 'koa';
import compress from 'koa-compress';
import helmet from 'koa-helmet';
import type { Router } from '@koa/router';
import {
  apiRoutes,
  problems,
  type Authenticate,
  type Operation,
  type Replays,
} from './kernel/http';
import type { Kit } from './kernel/kit';

export type AppParts = {
  operations: readonly Operation[];
  authenticate: Authenticate;
  replays: Replays;
  /** Mounted first: they read raw bodies and want nothing of what follows. */
  callbacks: readonly Router[];
  /** The sandbox, when it is on. */
  sandbox?: Middleware | undefined;
  health: Router;
  pages: Middleware;
};

/** Middleware in order, no I/O. */
export function createApp(
  kit: Pick<Kit, 'log' | 'newId' | 'settings' | 'clock'>,
  parts: AppParts,
): Koa {
  const app = new Koa({
    proxy: kit.settings.trustedProxies > 0,
    maxIpsCount: kit.settings.trustedProxies,
  });
  app.silent = true;
  app.on('error', (error: NodeJS.ErrnoException) => {
    // A page that was closed while it listened is nobody's trouble.
    const hasLeft = leaving.has(error.code ?? '');
    kit.log[hasLeft ? 'debug' : 'warn']('http.error', { error });
  });
  for (const router of parts.callbacks) app.use(router.routes());
  app.use(parts.health.routes());
  if (parts.sandbox) app.use(parts.sandbox);
  app.use(problems(kit.log, kit.newId, kit.clock));
  app.use(securityHeaders());
  app.use(
    compress({
      threshold: 2_048,
      filter: (type) => /text|json|javascript|svg/.test(type) && !/event-stream/.test(type),
    }),
  );
  const api = apiRoutes(parts.operations, parts.authenticate, parts.replays);
  app.use(api.routes());
  app.use(parts.pages);
  return app;
}

const leaving: ReadonlySet<string> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);

function securityHeaders(): Middleware {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        // Element Plus positions its floating parts by style attributes.
        'style-src': ["'self'", "'unsafe-inline'"],
        // Pictures of article cards stand wherever the brand keeps them.
        'img-src': ["'self'", 'data:', 'blob:', 'https:'],
        'font-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
}
