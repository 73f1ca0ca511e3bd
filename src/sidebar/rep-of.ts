import type { Actor, Rep } from '../kernel/access';
import { Forbidden } from '../kernel/errors';

/** The rep who calls: only reps get into routes of permission `rep`. */
export function repOf(actor: Actor): Rep {
  if (!actor.rep) throw new Forbidden('rep_needed');
  return actor.rep;
}
