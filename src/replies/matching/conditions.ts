/** Wall clock of the organisation, `HH:mm`; a window whose end is not after its start goes over midnight. */
export type Hours = { readonly from: string; readonly to: string };

/** When a rule may answer besides its words. What is absent or empty asks nothing. */
export type Conditions = {
  readonly hours?: readonly Hours[] | undefined;
  /** 1 is Monday. A window over midnight belongs to the day on which it begins. */
  readonly weekdays?: readonly number[] | undefined;
  /** Calendar days (`2026-11-22`) of the organisation's zone, both included. */
  readonly dates?:
    { readonly from?: string | undefined; readonly to?: string | undefined } | undefined;
  /** Silent for this long for one who just got it. */
  readonly quietMinutes?: number | undefined;
  readonly tags?:
    | {
        readonly any?: readonly string[] | undefined;
        readonly none?: readonly string[] | undefined;
      }
    | undefined;
  /** In one of these. */
  readonly segmentIds?: readonly string[] | undefined;
  /** Came by one of these. */
  readonly scenes?: readonly string[] | undefined;
};

/** Minutes since midnight of `HH:mm`. */
export function minuteOf(clock: string): number {
  const known = minutes.get(clock);
  if (known !== undefined) return known;
  const minute = Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
  minutes.set(clock, minute);
  return minute;
}

/** There are no more clocks than minutes in a day. */
const minutes = new Map<string, number>();

export const isOverMidnight = ({ from, to }: Hours): boolean => to <= from;

/** Why a rule whose words apply may not answer; the catalogue has a sentence for each. */
export const UNMET_CODES = [
  'not-yet',
  'expired',
  'other-weekday',
  'outside-hours',
  'other-scene',
  'lacks-tag',
  'has-tag',
  'not-in-audience',
  'cooling-down',
] as const;

export type Unmet = {
  readonly code: (typeof UNMET_CODES)[number];
  readonly params: Readonly<Record<string, string | number>>;
};
