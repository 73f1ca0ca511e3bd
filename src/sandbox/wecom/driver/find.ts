import type { Context } from 'koa';
import { queryOf } from '../../driver/input';
import { notFound, Problem } from '../../driver/problem';
import { followerOf } from '../../official-account/followers';
import type { World } from '../../world';
import { contactOf } from '../contacts';
import type { Agent, Corp } from '../corps';
import { roomOf, type RoomRow } from '../rooms';
import { staffOf, type Staff } from '../staff';

export interface PersonRow {
  id: string;
  name: string;
  unionid: string | null;
}

/** One corp is often all there is, so its id may be left out. */
export function corpOrThrow(world: World, corpId: string | undefined): Corp {
  const { corps } = world.wecom;
  return (corpId === undefined ? corps.list()[0] : corps.find(corpId)) ?? notFound('corp');
}

export function agentOrThrow(world: World, corpId: string, agentId: string): Agent {
  return world.wecom.corps.agent(corpId, agentId) ?? notFound('agent');
}

export function staffOrThrow(world: World, corpId: string, userId: string): Staff {
  const staff = staffOf(world, corpId, userId);
  return staff?.leftAt === null ? staff : notFound('member of staff');
}

export function roomOrThrow(world: World, roomId: string): RoomRow {
  const room = roomOf(world, roomId);
  return room?.dismissedAt === null ? room : notFound('room');
}

/** By person id, by openid, or by external user id: whichever the caller has at hand. */
export function personOrThrow(world: World, id: string): PersonRow {
  const personId = contactOf(world, id)?.personId ?? followerOf(world.store, id)?.personId ?? id;
  const person = world.store
    .sql<PersonRow>('SELECT id, name, unionid FROM person WHERE id = ?')
    .get(personId);
  return person ?? notFound('person');
}

export function settleOf(ctx: Context, world: World): number {
  const settle = Number(queryOf(ctx, 'settle') ?? world.options.settleMs);
  if (!Number.isFinite(settle) || settle < 0)
    throw new Problem(400, 'invalid', 'settle is a number of milliseconds');
  return Math.min(settle, 30_000);
}
