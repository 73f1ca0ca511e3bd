import type { Context } from 'koa';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { readBytes } from './file-pieces';
import type { MediaKind } from './media-item.entity';
import { endingOf } from './recognise-file';

/**
 * The bytes as what they are and nothing else: a browser neither guesses another kind nor runs anything in them.
 */
export async function serveMedia(
  kit: Pick<Kit, 'db'>,
  ctx: Context,
  item: { id: string; sha256: string; kind: MediaKind; mime: string | null },
  keep: 'private' | 'public',
): Promise<void> {
  if (item.mime === null) throw new NotFound();
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.set('Content-Security-Policy', "default-src 'none'; sandbox");
  // A document is kept by whoever asks for it, and never opened under our name.
  const how = item.kind === 'file' ? 'attachment' : 'inline';
  ctx.set('Content-Disposition', `${how}; filename="${item.id}.${endingOf(item.mime)}"`);
  ctx.set('Cache-Control', `${keep}, max-age=86400`);
  if (keep === 'public') ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
  ctx.set('ETag', `"${item.sha256}"`);
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.type = item.mime;
  ctx.body = await readBytes(kit.db.read, item.id);
}
