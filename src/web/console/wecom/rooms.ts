import type StatusDot from '../../shared/parts/StatusDot.vue';

export interface Room {
  id: string;
  accountId: string;
  roomId: string;
  name: string;
  owner: { userId: string; name: string } | null;
  state: string;
  members: number;
  customers: number;
  joined7d: number;
  left7d: number;
  notice: string | null;
  createdAt: string | null;
  dismissedAt: string | null;
  readAt: string | null;
}

export interface RoomFigures {
  rooms: number;
  members: number;
  customers: number;
  joinedToday: number;
  leftToday: number;
  days: {
    day: string;
    messages: number;
    talkingMembers: number;
    talkingRooms: number;
    newMembers: number;
  }[];
  owners: { userId: string; name: string; rooms: number }[];
}

export interface RoomMember {
  id: string;
  memberId: string;
  kind: 'staff' | 'external';
  name: string;
  personId: string | null;
  joinedAt: string;
  joinedBy: string;
  invitedBy: string | null;
  source: string | null;
  sourceName: string | null;
  leftAt: string | null;
  leftBy: string | null;
}

type Tone = InstanceType<typeof StatusDot>['$props']['tone'];

const tones: Readonly<Record<string, Tone>> = {
  normal: 'good',
  transferred: 'good',
  'owner-left': 'warn',
  'in-transfer': 'warn',
  dismissed: 'hollow',
};

export const roomTone = (state: string): Tone => tones[state] ?? 'hollow';
