import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import type { Actor } from '../access';
import { RateLimited } from '../errors';
import { keepOpen } from './endless';

/** A page listens to one or two, and browsers give a site six connections: more is a mistake or worse. */
const mostOfSession = 8;
const mostOfActor = 24;
const waitSeconds = 30;

/** Streams that stay open, counted in this process: each costs a look at the rows every second. */
export class StreamSlots {
  private readonly taken = new Map<string, number>();

  /** Takes a place until the answer ends, or refuses. */
  take(ctx: Context, actor: Actor): void {
    const session = `${actor.id} ${sessionOf(ctx)}`;
    if (this.of(session) >= mostOfSession || this.of(actor.id) >= mostOfActor) {
      throw new RateLimited('too_many_streams', waitSeconds);
    }
    for (const key of [session, actor.id]) this.change(key, 1);
    keepOpen(ctx.res);
    ctx.res.once('close', () => {
      for (const key of [session, actor.id]) this.change(key, -1);
    });
  }

  private of(key: string): number {
    return this.taken.get(key) ?? 0;
  }

  private change(key: string, by: number): void {
    const next = this.of(key) + by;
    if (next > 0) this.taken.set(key, next);
    else this.taken.delete(key);
  }
}

/** Never kept as it is: it would be the key to somebody's session. */
const sessionOf = (ctx: Context): string =>
  createHash('sha256')
    .update(ctx.get('authorization') || ctx.get('cookie'))
    .digest('base64url');
