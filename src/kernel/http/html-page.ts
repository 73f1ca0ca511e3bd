import type { Context } from 'koa';
import type { Locale } from '../text';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (mark) => entities[mark] ?? mark);

/** A small page without the web build. `body` is HTML: whatever stands in it has been escaped. */
export function answerHtml(
  ctx: Context,
  page: { locale: Locale; title: string; body: string; style?: string; status?: number },
): void {
  ctx.status = page.status ?? 200;
  ctx.type = 'text/html; charset=utf-8';
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Referrer-Policy', 'no-referrer');
  ctx.body = `<!doctype html><html lang="${page.locale}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${escapeHtml(page.title)}</title><style>${baseStyle}${page.style ?? ''}</style>${page.body}</html>`;
}

const baseStyle = `body{margin:0 auto;max-width:680px;padding:24px 20px 48px;font:16px/1.75 system-ui,sans-serif;color:#1a211e;background:#fff}
h1{font-size:22px;line-height:1.4;margin:0 0 12px}h2{font-size:18px;margin:24px 0 8px}p{margin:0 0 14px;overflow-wrap:anywhere}
img{max-width:100%;height:auto;border-radius:8px;display:block;margin:0 0 14px}a{color:#176b4f}`;
