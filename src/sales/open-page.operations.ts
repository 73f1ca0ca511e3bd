import type { Context } from 'koa';
import { z } from 'zod';
import { NotFound } from '../kernel/errors';
import { answerHtml, escapeHtml, operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import type { SalesMaterial } from './material.entity';
import { noteOpening, noteReading } from './opened';
import { readerScript } from './reader-script';
import { longestOf, newVisit } from './visits';

const tokenShape = z.string().regex(/^[\w-]{43}$/);
const visitShape = z.string().regex(/^[0-9a-f]{32}$/);

/** What a customer opens on their phone. Whoever has the address sees the page; nobody finds it by trying. */
export function openPageOperations(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/m/reader.js',
        permission: 'public',
        summary: 'The script that says how long a page was read',
        raw: true,
      },
      ({ ctx }) => {
        ctx.type = 'application/javascript; charset=utf-8';
        ctx.set('Cache-Control', 'public, max-age=3600');
        ctx.body = readerScript;
        return Promise.resolve();
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/m/{token}',
        permission: 'public',
        summary: 'A material that was sent to a customer',
        params: z.object({ token: z.string().max(64) }),
        raw: true,
      },
      async ({ params, ctx, locale }) => {
        const material = await sentMaterial(kit, params.token);
        if (!material) {
          const title = text(locale, 'open-page.gone');
          answerHtml(ctx, { locale, title, body: `<p>${escapeHtml(title)}</p>`, status: 404 });
          return;
        }
        const visit = newVisit(kit, params.token);
        if (isReader(ctx)) await noteOpening(kit, params.token, visit);
        show(ctx, locale, material, params.token, visit);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/m/{token}/reading',
        permission: 'public',
        summary: 'Told by the page: it is looked at, for so many seconds by now',
        params: z.object({ token: tokenShape }),
        body: z.strictObject({ visit: visitShape, seconds: z.number().min(0).max(86_400) }),
      },
      async ({ params, body }) => {
        const many = await kit.cache.increment(`sales:reading:${params.token}`, 60_000);
        if (many > 60) return;
        const longest = longestOf(kit, params.token, body.visit);
        if (longest === undefined) throw new NotFound();
        if (!(await noteOpening(kit, params.token, body.visit))) throw new NotFound();
        await noteReading(kit, params.token, body.visit, Math.min(body.seconds, longest));
      },
    ),
  ];
}

/**
 * WeChat's own browser that asks for the page itself. Fetches for a link's preview come with other names or as
 * a HEAD, run no script, and so count for nothing; any other browser counts when the page's script speaks.
 */
function isReader(ctx: Context): boolean {
  const agent = ctx.get('user-agent');
  const isPreview =
    /bot|spider|crawler|preview|WeChatShareExtension|Bytespider|facebookexternalhit/i.test(agent) ||
    /prefetch|preview/i.test(ctx.get('purpose') + ctx.get('sec-purpose') + ctx.get('x-moz'));
  return ctx.method === 'GET' && !isPreview && /MicroMessenger\//.test(agent);
}

async function sentMaterial(kit: Kit, token: string): Promise<SalesMaterial | undefined> {
  if (!tokenShape.safeParse(token).success) return undefined;
  const [row] = await kit.db.read.all<SalesMaterial>(
    `SELECT m.* FROM sales_send s JOIN sales_material m ON m.id = s.sourceId
     WHERE s.token = ? AND s.kind = 'material'`,
    [token],
  );
  return row;
}

function show(
  ctx: Context,
  locale: Locale,
  material: SalesMaterial,
  token: string,
  visit: string,
): void {
  const { kind, title, url } = material;
  const goes = kind === 'link' || kind === 'file' ? (url ?? '') : '';
  const facts = ` data-token="${escapeHtml(token)}" data-visit="${visit}" data-goes="${escapeHtml(goes)}"`;
  const script = `<script src="/m/reader.js"${facts} id="reader" defer></script>`;
  const body =
    goes === ''
      ? `<h1>${escapeHtml(title)}</h1>${bodyOf(material)}`
      : `<h1>${escapeHtml(title)}</h1><p><a href="${escapeHtml(goes)}" rel="noreferrer">${escapeHtml(text(locale, 'open-page.go'))}</a></p>`;
  answerHtml(ctx, { locale, title, body: `${body}${script}` });
  ctx.set(
    'Content-Security-Policy',
    `default-src 'none'; script-src 'self'; connect-src 'self'; img-src https: http: data:; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'`,
  );
}

const picture = /^https?:\/\/\S+\.(?:png|jpe?g|gif|webp)(?:\?\S*)?$/i;

/** An article's words are text, never markup. */
function bodyOf({ kind, description, url, body }: SalesMaterial): string {
  if (kind === 'poster') {
    const image = url === null ? '' : `<img src="${escapeHtml(url)}" alt="">`;
    return `${image}${description === '' ? '' : `<p>${escapeHtml(description)}</p>`}`;
  }
  const lines = (body ?? '').split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      if (picture.test(line)) return `<img src="${escapeHtml(line)}" alt="">`;
      const heading = /^#{1,3} (.+)$/.exec(line)?.[1];
      return heading ? `<h2>${escapeHtml(heading)}</h2>` : `<p>${escapeHtml(line)}</p>`;
    })
    .join('');
}
