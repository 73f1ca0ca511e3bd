import { DateTime } from 'luxon';
import { localTime, whyNotAt, type Conditions } from '../matching';
import type { ReplyState } from '../reply-book';
import type { Example } from '../reply-rule.schema';

/** Where and when sentences are tried. */
export type Scene = { readonly accountId: string; readonly now: number; readonly zone: string };

/**
 * Who says an example, and when. What it does not name itself is, where the rule is to answer, somebody whom the
 * rule is for, at the next moment that it allows; otherwise nobody in particular, at the scene's moment.
 */
export function stateFor(
  { expect, at, as }: Example,
  when: Conditions | null | undefined,
  { accountId, now, zone }: Scene,
): ReplyState {
  const limits = expect === 'not-this' ? {} : (when ?? {});
  const { tags, scene, segmentIds } = as ?? whomItIsFor(limits);
  return {
    accountId,
    now: at === undefined ? nextMoment(limits, now, zone) : Date.parse(at),
    tags: tags ?? [],
    scene: scene ?? null,
    segments: new Set(segmentIds),
  };
}

const whomItIsFor = ({ tags, scenes, segmentIds }: Conditions): NonNullable<Example['as']> => ({
  tags: tags?.any?.slice(0, 1),
  scene: scenes?.[0],
  segmentIds: segmentIds?.slice(0, 1),
});

/** Windows come round within a week, and the one of yesterday may last into today. */
const daysAhead = 8;

/** From now on the first moment at which the limits allow an answer; now, when there is none. */
export function nextMoment(when: Conditions, now: number, zone: string): number {
  const isAllowed = (at: number) => at >= now && whyNotAt(when, localTime(at, zone)) === undefined;
  if (isAllowed(now)) return now;
  const today = DateTime.fromMillis(now, { zone }).startOf('day');
  const first = DateTime.fromISO(when.dates?.from ?? '', { zone });
  const start = first.isValid && first > today ? first : today;
  const clocks = when.hours?.length ? when.hours.map(({ from }) => from) : ['00:00'];
  const moments = Array.from({ length: daysAhead }, (_, ahead) => start.plus({ days: ahead }))
    .flatMap((day) =>
      clocks.map((clock) => DateTime.fromISO(`${day.toISODate()}T${clock}`, { zone })),
    )
    .map((moment) => moment.toMillis())
    .filter(isAllowed);
  return moments.length === 0 ? now : Math.min(...moments);
}
