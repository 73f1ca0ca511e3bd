import type { Room, RoomMember } from '../../channels/wecom';
import { engineOf, execute, insertRows, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { erasedAmong } from '../erased-ids';
import { isErased } from '../follower-state';
import type { JoinedHow, LeftHow, RoomStanding } from './room.entity';
import { tellRoomHistory } from './tell-room-history';

type Part = Pick<Kit, 'clock' | 'newId' | 'seal'>;

/** What an event said of members; the list that is read after it knows more of those who are still there. */
export type HeardOfRoom = {
  readonly change: 'joined' | 'left' | 'dismissed' | 'other';
  readonly at: number;
  readonly memberIds: readonly string[];
  readonly how: JoinedHow | LeftHow;
};

type Known = {
  memberId: string;
  kind: 'staff' | 'external';
  name: string;
  joinedBy: JoinedHow;
  invitedBy: string | null;
  source: string | null;
  joinedAt: number;
  isIn: number;
  leftAt: number | null;
  leftBy: LeftHow | null;
};
type Happened = { memberId: string; kind: 'joined' | 'left'; how: JoinedHow | LeftHow; at: number };

/** Somebody who came while the list was read is missing in it. */
const lagMs = 5_000;

/**
 * Writes a room as WeCom shows it and what follows for its members: who joined and who left since, each once,
 * in whatever order events and lists arrive.
 */
export async function keepRoom(
  kit: Part,
  tx: Tx,
  accountId: string,
  told: Room,
  read: { readonly at: number; readonly heard?: HeardOfRoom | undefined },
): Promise<void> {
  const id = await lockedRoom(kit, tx, accountId, told.roomId);
  const { room, heard } = await withoutErased(kit, tx, { id, accountId }, told, read.heard);
  const members = await membersOf(tx, id);
  const happened = [
    ...(heard ? hear(members, heard, room.members) : []),
    ...compare(members, room.members, read.at),
  ];
  const listed = new Map(room.members.map((member) => [member.id, member]));
  await writeMembers(tx, id, members, listed);
  await writeEpisodes(kit, tx, { id, accountId }, happened);
  const customers = room.members.filter(({ kind }) => kind === 'external').length;
  await execute(
    tx,
    `UPDATE room SET name = ?, ownerId = ?, notice = ?, version = ?, members = ?, customers = ?,
       createdAt = ?, readAt = CASE WHEN readAt < ? THEN ? ELSE readAt END WHERE id = ?`,
    [
      ...[room.name.slice(0, 64), room.owner === '' ? null : room.owner],
      ...[room.notice === '' ? null : room.notice, room.version.slice(0, 64)],
      ...[room.members.length, customers, room.createdAt ?? read.at, read.at, read.at, id],
    ],
  );
  await tellRoomHistory(
    kit,
    tx,
    accountId,
    happened.map(({ memberId }) => memberId).filter((memberId) => !isErased(memberId)),
  );
}

/** In a room the erased stay members, so that its numbers hold: under their pseudonym and without a name. */
async function withoutErased(
  { seal }: Part,
  tx: Tx,
  { id, accountId }: { id: string; accountId: string },
  room: Room,
  heard: HeardOfRoom | undefined,
): Promise<{ room: Room; heard: HeardOfRoom | undefined }> {
  const ids = room.members.filter(({ kind }) => kind === 'external').map((member) => member.id);
  const erased = await erasedAmong(tx, seal, accountId, [...ids, ...(heard?.memberIds ?? [])]);
  if (erased.size === 0) return { room, heard };
  for (const [externalId, { pseudonym }] of erased) {
    // Also when the job that erases them has not come to this room yet.
    for (const table of ['room_member', 'room_episode']) {
      const set = table === 'room_member' ? `memberId = ?, name = ''` : 'memberId = ?';
      const sql = `UPDATE ${table} SET ${set} WHERE room = ? AND memberId = ?`;
      await execute(tx, sql, [pseudonym, id, externalId]);
    }
  }
  const shown = (memberId: string) => erased.get(memberId)?.pseudonym ?? memberId;
  const members = room.members.map((member) =>
    erased.has(member.id) ? { ...member, id: shown(member.id), name: '', nickname: '' } : member,
  );
  return {
    room: { ...room, members },
    heard: heard && { ...heard, memberIds: heard.memberIds.map(shown) },
  };
}

/** Everybody leaves a room that is dismissed. */
export async function dismissRoom(
  kit: Part,
  tx: Tx,
  accountId: string,
  roomId: string,
  at: number,
): Promise<void> {
  const id = await lockedRoom(kit, tx, accountId, roomId);
  const members = await membersOf(tx, id);
  const memberIds = [...members.values()].filter(({ isIn }) => isIn === 1).map((m) => m.memberId);
  const happened = hear(members, { change: 'left', at, memberIds, how: 'dismissal' }, []);
  await writeMembers(tx, id, members, new Map());
  await writeEpisodes(kit, tx, { id, accountId }, happened);
  await execute(
    tx,
    `UPDATE room SET state = 'dismissed', dismissedAt = COALESCE(dismissedAt, ?), readAt = ?
     WHERE id = ?`,
    [at, at, id],
  );
  const shown = memberIds.filter((memberId) => !isErased(memberId));
  await tellRoomHistory(kit, tx, accountId, shown);
}

/** The room of a list, before it is read itself. */
export async function keepListed(
  kit: Part,
  tx: Tx,
  accountId: string,
  rooms: readonly { roomId: string; state: RoomStanding }[],
): Promise<void> {
  const listedAt = kit.clock.business();
  const rows = rooms.map(({ roomId, state }) => ({
    ...blank(kit.newId(), accountId, roomId),
    ...{ state, listedAt },
  }));
  await insertRows(tx, 'room', rows, {
    ...{ onConflict: ['accountId', 'roomId'], update: ['state', 'listedAt'] },
  });
}

const blank = (id: string, accountId: string, roomId: string) => ({
  ...{ id, accountId, roomId, name: '', ownerId: null, notice: null, state: 'normal' },
  ...{ version: null, members: 0, customers: 0, createdAt: 0, dismissedAt: null },
  ...{ listedAt: 0, readAt: 0 },
});

async function lockedRoom(kit: Part, tx: Tx, accountId: string, roomId: string): Promise<string> {
  const row = blank(kit.newId(), accountId, roomId);
  await insertRows(tx, 'room', [row], { onConflict: ['accountId', 'roomId'] });
  const lock = engineOf(tx) === 'mysql' ? ' FOR UPDATE' : '';
  const [room] = await select<{ id: string }>(
    tx,
    `SELECT id FROM room WHERE accountId = ? AND roomId = ?${lock}`,
    [accountId, roomId],
  );
  if (!room) throw new Error('a room was lost');
  return room.id;
}

async function membersOf(tx: Tx, room: string): Promise<Map<string, Known>> {
  const rows = await select<Known & { room: string }>(
    tx,
    `SELECT memberId, kind, name, joinedBy, invitedBy, source, joinedAt, isIn, leftAt, leftBy
     FROM room_member WHERE room = ?`,
    [room],
  );
  return new Map(rows.map((row) => [row.memberId, row]));
}

/** Applies an event to what we know; says what was news. */
function hear(
  members: Map<string, Known>,
  { change, at, memberIds, how }: HeardOfRoom,
  list: readonly RoomMember[],
): Happened[] {
  if (change !== 'joined' && change !== 'left') return [];
  const listed = new Set(list.map(({ id }) => id));
  return memberIds.flatMap((memberId): Happened[] => {
    const known = members.get(memberId);
    if (change === 'left') {
      if (known?.isIn !== 1 || known.joinedAt > at) return [];
      members.set(memberId, { ...known, isIn: 0, leftAt: at, leftBy: how as LeftHow });
      return [{ memberId, kind: 'left', how, at }];
    }
    // The list says when and how more exactly.
    if (listed.has(memberId) || known?.isIn === 1 || (known?.leftAt ?? 0) > at) return [];
    const joinedBy = how as JoinedHow;
    const isOutside = /^w[mo]/.test(memberId) || isErased(memberId);
    const kind = isOutside ? 'external' : 'staff';
    const fresh = { memberId, kind, name: '', joinedBy, invitedBy: null, source: null } as const;
    members.set(memberId, {
      ...(known ?? fresh),
      ...{ joinedBy, joinedAt: at, isIn: 1, leftAt: null, leftBy: null },
    });
    return [{ memberId, kind: 'joined', how: joinedBy, at }];
  });
}

/** Compares the list that was read with what we know. */
function compare(
  members: Map<string, Known>,
  list: readonly RoomMember[],
  readAt: number,
): Happened[] {
  const happened: Happened[] = [];
  for (const member of list) {
    const at = member.joinedAt ?? readAt;
    const known = members.get(member.id);
    // A list read before they left, and written after it, brings nobody back.
    if (known && (known.isIn === 1 || at <= (known.leftAt ?? 0))) continue;
    members.set(member.id, joined(member, at));
    happened.push({ memberId: member.id, kind: 'joined', how: member.joinedBy, at });
  }
  const listed = new Set(list.map(({ id }) => id));
  for (const known of members.values()) {
    const { memberId } = known;
    if (known.isIn !== 1 || listed.has(memberId) || known.joinedAt > readAt - lagMs) continue;
    members.set(memberId, { ...known, isIn: 0, leftAt: readAt, leftBy: 'unknown' });
    happened.push({ memberId, kind: 'left', how: 'unknown', at: readAt });
  }
  return happened;
}

const joined = (member: RoomMember, joinedAt: number): Known => ({
  ...{ memberId: member.id, kind: member.kind, name: nameOf(member), joinedAt },
  ...{ joinedBy: member.joinedBy, invitedBy: member.invitedBy ?? null },
  ...{ source: member.state?.slice(0, 64) ?? null, isIn: 1, leftAt: null, leftBy: null },
});

const nameOf = ({ nickname, name }: RoomMember) => (nickname === '' ? name : nickname).slice(0, 64);

async function writeMembers(
  tx: Tx,
  room: string,
  members: ReadonlyMap<string, Known>,
  listed: ReadonlyMap<string, RoomMember>,
): Promise<void> {
  const before = await membersOf(tx, room);
  const rows = [...members.values()].flatMap((known) => {
    const member = listed.get(known.memberId);
    const row = { ...known, name: member ? nameOf(member) : known.name };
    const old = before.get(known.memberId);
    const isSame = old?.isIn === row.isIn && old.joinedAt === row.joinedAt && old.name === row.name;
    return isSame ? [] : [{ room, ...row }];
  });
  await insertRows(tx, 'room_member', rows, {
    onConflict: ['room', 'memberId'],
    update: ['name', 'joinedBy', 'invitedBy', 'source', 'joinedAt', 'isIn', 'leftAt', 'leftBy'],
  });
}

async function writeEpisodes(
  kit: Part,
  tx: Tx,
  { id: room, accountId }: { id: string; accountId: string },
  happened: readonly Happened[],
): Promise<void> {
  const rows = happened.map(({ memberId, kind, how, at }) => ({
    ...{ id: kit.newId(), room, accountId, memberId, kind, how, at, isTold: 0 },
  }));
  await insertRows(tx, 'room_episode', rows, {
    onConflict: ['room', 'memberId', 'at', 'kind'],
  });
}
