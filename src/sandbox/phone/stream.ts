import type { Context } from 'koa';
import { keepOpen } from '../../kernel/http';
import type { World } from '../world';

/** A client that does not read is cut off when this much waits for it. */
const MOST_WAITING = 1_048_576;

/** Server-sent events for the phone page: everything, or what concerns one person and the world. */
export function openStream(world: World, ctx: Context, openid: string | undefined): void {
  ctx.respond = false;
  const { res } = ctx;
  res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  res.write(': here\n\n');
  const stop = world.bus.listen((change) => {
    if (openid !== undefined && change.openid !== '' && change.openid !== openid) return;
    if (res.writableLength > MOST_WAITING) {
      res.destroy();
      return;
    }
    res.write(`event: ${change.kind}\ndata: ${JSON.stringify(change.payload())}\n\n`);
  });
  const heart = setInterval(() => res.write(': still here\n\n'), 15_000);
  heart.unref();
  world.held.hold(res, 86_400_000);
  keepOpen(res);
  res.on('close', () => {
    clearInterval(heart);
    stop();
  });
}
