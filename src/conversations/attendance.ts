import { elsewhere } from '../kf';

/** Who answers instead of the bot, as the identity's row keeps it for the callback path. */
export type Attendance = {
  /** `elsewhere`: WeCom's own staff answer. */
  readonly state: 'waiting' | 'taken' | 'elsewhere';
  /** When the away text was said last; business time, 0 for never. */
  readonly awayToldAt: number;
};

export function readAttendance(attended: string | null): Attendance | undefined {
  if (attended === null) return undefined;
  const [state, awayToldAt] = attended.split(' ');
  const known = state === 'taken' || state === elsewhere ? state : 'waiting';
  return { state: known, awayToldAt: Number(awayToldAt ?? 0) };
}

export const writeAttendance = ({ state, awayToldAt }: Attendance): string =>
  awayToldAt === 0 ? state : `${state} ${awayToldAt}`;
