import type { BarPart } from '../../shared/parts/ProgressBar.vue';
import type StatusDot from '../../shared/parts/StatusDot.vue';
import { t } from '../../shared/i18n/i18n';

export const handoverStates = [
  'queued',
  'waiting',
  'done',
  'refused',
  'rep-full',
  'rejected',
  'unknown',
] as const;
export type HandoverState = (typeof handoverStates)[number];

export interface Handover {
  id: string;
  accountId: string;
  way: 'on-job' | 'resigned';
  from: { userId: string; name: string };
  to: { userId: string; name: string };
  message: string | null;
  orderedBy: string;
  orderedAt: string;
  endedAt: string | null;
  total: number;
  counts: Record<HandoverState, number>;
  rooms: Record<RoomHandoverState, number>;
}

export type RoomHandoverState = 'queued' | 'waiting' | 'done' | 'rejected' | 'unknown';

export interface HandoverRoom {
  id: string;
  name: string;
  customers: number;
  state: RoomHandoverState;
  reason: string | null;
  changedAt: string;
}

export const roomsOf = ({ rooms }: Handover): number =>
  Object.values(rooms).reduce((sum, n) => sum + n, 0);

export interface HandoverItem {
  id: string;
  identityId: string;
  personId: string;
  name: string | null;
  state: HandoverState;
  reason: string | null;
  settlesAt: string | null;
  changedAt: string;
}

export interface StaffMember {
  userId: string;
  name: string;
  position: string | null;
  status: string;
  departments: string[];
  friends: number;
  rooms: number;
}

export interface Friend {
  identityId: string;
  personId: string;
  name: string | null;
  remark: string | null;
  addedAt: string | null;
}

type Tone = InstanceType<typeof StatusDot>['$props']['tone'];

export const itemTones: Readonly<Record<HandoverState, Tone>> = {
  queued: 'hollow',
  waiting: 'info',
  done: 'good',
  refused: 'warn',
  'rep-full': 'bad',
  rejected: 'bad',
  unknown: 'warn',
};

export const roomTones: Readonly<Record<RoomHandoverState, Tone>> = {
  queued: 'hollow',
  waiting: 'info',
  done: 'good',
  rejected: 'bad',
  unknown: 'warn',
};

export const hasLeft = ({ status }: Pick<StaffMember, 'status'>): boolean =>
  ['quit', 'unknown'].includes(status);

export const failedOf = ({ counts }: Handover): number =>
  counts.refused + counts['rep-full'] + counts.rejected + counts.unknown;

export const barOf = (handover: Handover): BarPart[] => {
  const { counts } = handover;
  return [
    { key: 'done', value: counts.done, tone: 'accent', label: t('wecom.handover-state-done') },
    {
      key: 'waiting',
      value: counts.waiting,
      tone: 'info',
      label: t('wecom.handover-state-waiting'),
    },
    { key: 'failed', value: failedOf(handover), tone: 'bad', label: t('wecom.handover-failed') },
  ];
};
