import type { Kit } from '../kernel/kit';
import { addRoomCode, addRoomGreeting, RoomCodeForm } from '../relationships';
import { demoCorpLife } from './corp-words';
import type { Happening } from './live';
import type { SandboxDriver } from '../accounts';
import { seeder } from './seeder';
import { demoNames } from './words';

const { corpId } = demoNames.corp;
const { greeting, rooms, code, joins, strangers, saidYesterday } = demoCorpLife;
const settled = '?settle=0';

type Room = { members: { memberId: string }[] };

/** The reps' rooms: made by them in WeCom, filled by a code and by hand, talked in. */
export function roomHappenings(
  kit: Kit,
  driver: SandboxDriver,
  { accountId, phoneOf }: { accountId: string; phoneOf: (name: string) => string },
): Happening[] {
  const roomIds = new Map<string, string>();
  const memberIds = new Map<string, string>();
  const roomId = (key: string) => roomIds.get(key) ?? '';

  const join = async (person: string, how: object): Promise<string> => {
    const path = `/wecom/people/${person}/join-room${settled}`;
    const { externalUserId } = await driver.post<{ externalUserId: string }>(path, {
      ...{ corpId, ...how },
    });
    return externalUserId;
  };
  const made = rooms.map(({ key, name, owner, made: daysAgo }) => ({
    daysAgo,
    happen: async () => {
      const path = `/wecom/corps/${corpId}/staff/${owner}/create-room${settled}`;
      roomIds.set(key, (await driver.post<{ roomId: string }>(path, { name })).roomId);
    },
  }));
  const codeMade = {
    daysAgo: code.made,
    happen: async () => {
      const form = RoomCodeForm.parse({
        ...{ accountId, name: code.name, state: code.state, roomIds: [code.room] },
        ...{ baseName: code.baseName, baseNumber: code.baseNumber },
      });
      await kit.db.transact(async (tx) => {
        await addRoomCode(kit, tx, form, [roomId(code.room)]);
        await addRoomGreeting(kit, tx, seeder, { accountId, ...greeting, attachments: [] });
      });
      kit.work.ring();
    },
  };
  const came = joins.map(({ name, room, at, byCode }) => ({
    daysAgo: at,
    happen: async () => {
      const owner = rooms.find(({ key }) => key === room)?.owner;
      const how = byCode ? { state: code.state } : { roomId: roomId(room), invitedBy: owner };
      memberIds.set(name, await join(phoneOf(name), how));
    },
  }));
  const left = joins.flatMap((one) =>
    'left' in one
      ? [
          {
            daysAgo: one.left,
            happen: async () => {
              const path = `/wecom/people/${phoneOf(one.name)}/leave-room${settled}`;
              await driver.post(path, { corpId, roomId: roomId(one.room) });
            },
          },
        ]
      : [],
  );
  const cameUnknown = strangers.map((name, place) => ({
    daysAgo: [21, 4, 1][place] ?? 1,
    happen: async () => {
      const path = '/wecom/people';
      const { personId } = await driver.post<{ personId: string }>(path, { corpId, name });
      await join(personId, { state: code.state });
    },
  }));
  const talked = {
    daysAgo: 1,
    happen: async () => {
      for (const { room, name, text } of saidYesterday) {
        const memberId = memberIds.get(name) ?? name;
        const { members } = await driver.get<Room>(`/wecom/rooms/${roomId(room)}`);
        if (!members.some((member) => member.memberId === memberId)) continue;
        await driver.post(`/wecom/rooms/${roomId(room)}/say${settled}`, { memberId, text });
      }
    },
  };
  return [...made, codeMade, ...came, ...left, ...cameUnknown, talked];
}
