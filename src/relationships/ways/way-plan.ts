import { DateTime } from 'luxon';

/** Monday is 1. A shift that ends before it begins ends on the next day. */
export type Shift = {
  readonly weekdays: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly userIds: readonly string[];
};

/** A code is a picture to scan; a link of the acquisition helper (获客助手) is tapped, and each use is paid for. */
export const wayKinds = ['code', 'link'] as const;
export type WayKind = (typeof wayKinds)[number];

/** `userIds` take turns all week; with shifts, only those on duty. `spare` stand in when nobody else can. */
export type WayPlan = {
  readonly userIds: readonly string[];
  readonly shifts: readonly Shift[];
  readonly spare: readonly string[];
};

export type WayDay = {
  readonly now: number;
  readonly zone: string;
  readonly capPerDay: number | null;
  /** New friends by this code since midnight. */
  readonly addedToday: ReadonlyMap<string, number>;
  /** Left or disabled. */
  readonly absent: ReadonlySet<string>;
};

/**
 * Who stands behind a code now: those on duty who have room today, else the spare ones, else those on duty
 * although they have none, else whoever of the plan is there. A printed code never leads nowhere while anybody
 * is left.
 */
export function behindNow(plan: WayPlan, day: WayDay): string[] {
  const { capPerDay, addedToday, absent } = day;
  const isThere = (userId: string) => !absent.has(userId);
  const hasRoom = (userId: string) =>
    capPerDay === null || (addedToday.get(userId) ?? 0) < capPerDay;
  const duty = onDuty(plan, day).filter(isThere);
  const spare = plan.spare.filter(isThere);
  const all = everybody(plan);
  const choices = [
    ...[duty.filter(hasRoom), spare.filter(hasRoom), duty, spare],
    ...[all.filter(isThere), all],
  ];
  return [...new Set(choices.find((some) => some.length > 0) ?? [])].sort();
}

export const everybody = ({ userIds, shifts, spare }: WayPlan): string[] => [
  ...new Set([...userIds, ...shifts.flatMap((shift) => shift.userIds), ...spare]),
];

/** The same plan with another userid for one of them. */
export function renamedIn(plan: WayPlan, from: string, to: string): WayPlan {
  const named = (userIds: readonly string[]) => [
    ...new Set(userIds.map((userId) => (userId === from ? to : userId))),
  ];
  return {
    userIds: named(plan.userIds),
    shifts: plan.shifts.map((shift) => ({ ...shift, userIds: named(shift.userIds) })),
    spare: named(plan.spare),
  };
}

function onDuty({ userIds, shifts }: WayPlan, { now, zone }: WayDay): string[] {
  if (shifts.length === 0) return [...userIds];
  const here = DateTime.fromMillis(now, { zone });
  const clock = here.toFormat('HH:mm');
  const yesterday = here.weekday === 1 ? 7 : here.weekday - 1;
  return shifts
    .filter(({ weekdays, from, to }) => {
      if (from < to) return weekdays.includes(here.weekday) && from <= clock && clock < to;
      return (
        (weekdays.includes(here.weekday) && from <= clock) ||
        (weekdays.includes(yesterday) && clock < to)
      );
    })
    .flatMap((shift) => shift.userIds);
}

/** When the answer of `behindNow` can change by itself: where shifts begin and end, and at midnight. */
export function turningPoints({ shifts }: WayPlan, capPerDay: number | null): string[] {
  const times = new Set(shifts.flatMap(({ from, to }) => [from, to]));
  if (capPerDay !== null) times.add('00:00');
  return [...times].sort().map((time) => {
    const [hour, minute] = time.split(':').map(Number);
    return `${minute ?? 0} ${hour ?? 0} * * *`;
  });
}
