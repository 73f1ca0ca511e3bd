import { z } from 'zod';
import { weComLimits } from '../../channels/wecom';
import { seenVersion } from '../../kernel/http';

const shape = {
  name: z.string().trim().min(1).max(64),
  /** Our ids of rooms, in the order in which they fill. */
  roomIds: z.array(z.string().min(1).max(26)).min(1).max(weComLimits.roomCode.rooms),
  makesRooms: z.boolean().default(true),
  /** What rooms that WeCom makes are called, before their number. */
  baseName: z.string().trim().min(1).max(weComLimits.roomCode.baseName).nullable().default(null),
  baseNumber: z.number().int().min(1).max(9_999).default(1),
};

type Written = { makesRooms: boolean; baseName: string | null; roomIds: readonly string[] };
const whole = ({ makesRooms, baseName, roomIds }: Written, context: z.RefinementCtx) => {
  const say = (path: string, code: string) =>
    context.addIssue({ code: 'custom', path: [path], params: { code } });
  if (makesRooms && baseName === null) say('baseName', 'base_name_missing');
  if (new Set(roomIds).size < roomIds.length) say('roomIds', 'room_twice');
};

export const RoomCodeForm = z
  .strictObject({
    accountId: z.string().max(26),
    state: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,30}$/)
      .optional(),
    ...shape,
  })
  .superRefine(whole);
export type RoomCodeForm = z.infer<typeof RoomCodeForm>;

export const RoomCodePatch = z.strictObject({ ...shape, version: seenVersion }).superRefine(whole);
export type RoomCodePatch = z.infer<typeof RoomCodePatch>;

const RoomBehind = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  members: z.number(),
  /** Members who came by this code and are in the room now. */
  came: z.number(),
});

export const RoomCodeView = z.object({
  id: z.string(),
  version: z.number().describe('Grows with every save; send it back with a change'),
  accountId: z.string(),
  name: z.string(),
  state: z.string(),
  roomIds: z.array(z.string()),
  makesRooms: z.boolean(),
  baseName: z.string().nullable(),
  baseNumber: z.number(),
  /** Null until WeCom has made it. */
  qrUrl: z.string().nullable(),
  /** In the order in which they fill, with those that WeCom made itself. */
  behind: z.array(RoomBehind),
  /** Why WeCom did not take the latest change, in a stable word. */
  trouble: z.string().nullable(),
  /** People in any room by this code, each counted once for a room; and those still there. */
  joined: z.number(),
  stayed: z.number(),
  createdAt: z.string(),
});

export const RoomCodeStatistics = z.object({
  days: z.array(
    z.object({
      day: z.string(),
      joined: z.number(),
      left: z.number(),
      /** Of those who came that day, how many are there still. */
      still: z.number(),
    }),
  ),
});
