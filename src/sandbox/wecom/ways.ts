import { drawOf } from '../random';
import type { Fields } from '../wire/body';
import type { World } from '../world';
import { departmentTree, departmentsOf, listStaff, staffOf, type Staff } from './staff';

/** A code made through the API: for reps, or for rooms. */
export interface WayRow {
  seq: number;
  configId: string;
  corpId: string;
  agentId: string;
  kind: 'contact' | 'room';
  spec: string;
  createdAt: number;
}

export interface LinkRow {
  seq: number;
  linkId: string;
  corpId: string;
  agentId: string;
  name: string;
  spec: string;
  createdAt: number;
}

export function wayOf(world: World, configId: string): WayRow | undefined {
  return world.store.sql<WayRow>('SELECT * FROM wecom_way WHERE configId = ?').get(configId);
}

export function linkOf(world: World, linkId: string): LinkRow | undefined {
  return world.store.sql<LinkRow>('SELECT * FROM wecom_link WHERE linkId = ?').get(linkId);
}

/** The address of a link, to which a channel may be appended. */
export const linkUrl = (world: World, linkId: string): string =>
  `${world.options.baseUrl}/sandbox/wecom/ca/${linkId}`;

/** What an address of ours leads to, if it is one of a link. */
export function linkIn(url: URL): { linkId: string; customerChannel: string } | undefined {
  const linkId = /^\/sandbox\/wecom\/ca\/(\w+)$/.exec(url.pathname)?.[1];
  const customerChannel = url.searchParams.get('customer_channel') ?? '';
  return linkId === undefined ? undefined : { linkId, customerChannel };
}

/** Which of the staff behind a code or a link receives this person: WeCom decides, as if by chance. */
export function chooseRep(
  world: World,
  corpId: string,
  spec: { user: string[]; party: number[] },
  seed: string,
): Staff | undefined {
  const trees = spec.party.map((id) => departmentTree(world, corpId, id));
  const ids = [
    ...spec.user,
    ...(trees.length === 0 ? [] : listStaff(world, corpId))
      .filter((staff) => trees.some((tree) => departmentsOf(staff).some((id) => tree.has(id))))
      .map((staff) => staff.userId),
  ];
  const able = [...new Set(ids)]
    .map((userId) => staffOf(world, corpId, userId))
    .filter((staff) => staff?.leftAt === null && staff.status === 1 && staff.isRep === 1);
  return able[Math.floor(drawOf(seed) * able.length)];
}

export const specOf = (row: { spec: string }): Fields => JSON.parse(row.spec) as Fields;
