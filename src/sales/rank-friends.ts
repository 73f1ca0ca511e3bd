import type { OpenQuestion } from './questions';

/** Why a customer comes before others, as a code of the text catalogue; `weight` orders, and is nobody's to see. */
export type Reason = {
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly weight: number;
};

/** All instants in business time. */
export type FriendFacts = {
  readonly isFriend: boolean;
  readonly addedAt: number | null;
  readonly addCount: number;
  readonly awayDays: number | null;
  /** Had another rep before, who is named for some days: new to this one, and not to us. */
  readonly handedOver: { readonly from: string | null } | null;
  readonly unanswered: OpenQuestion | null;
  /** The material they opened most lately, more than once. */
  readonly opened: { readonly title: string; readonly times: number; readonly at: number } | null;
  /** Days on which they did something, over the last half year. */
  readonly activeDays: number;
  readonly firstActiveAt: number | null;
  readonly lastActiveAt: number | null;
  readonly unfollowedAt: number | null;
  readonly optedOutAt: number | null;
  readonly task: { readonly title: string; readonly dueAt: number } | null;
  readonly lastSentAt: number | null;
  /** The rep said: not now. */
  readonly laterUntil: number | null;
};

const hour = 3_600_000;
const day = 24 * hour;

/** How long each fact is worth acting on. */
const fresh = {
  question: 3 * day,
  opened: 3 * day,
  back: 3 * day,
  handedOver: 3 * day,
  leaving: 14 * day,
  sent: 3 * day,
};
/** Below this many days of activity nobody has a rhythm. */
const leastDays = 3;
/** So many times the usual distance is silence, and so many is goodbye. */
const silence = { begins: 2, isGoodbye: 4 };

/** What to do about somebody now and why, most pressing first; nothing for most people on most days. */
export function reasonsFor(
  facts: FriendFacts,
  { now, midnight }: { now: number; midnight: number },
): Reason[] {
  if (!facts.isFriend || (facts.laterUntil ?? 0) > now) return [];
  const isWithin = (at: number | null, ms: number): at is number => at !== null && now - at < ms;
  const reasons: Reason[] = [];
  const { unanswered, task, opened, addedAt, lastSentAt } = facts;
  if (unanswered && isWithin(unanswered.at, fresh.question)) {
    const hours = Math.floor((now - unanswered.at) / hour);
    const params = { text: unanswered.text.slice(0, 60), hours };
    reasons.push({ code: 'next.unanswered', params, weight: 100 - hours / 4 });
  }
  if (task && task.dueAt <= now) {
    reasons.push({ code: 'next.task', params: { title: task.title }, weight: 90 });
  }
  if (opened && isWithin(opened.at, fresh.opened) && (lastSentAt ?? 0) < opened.at) {
    const { title, times } = opened;
    reasons.push({ code: 'next.opened', params: { title, times }, weight: 80 + times });
  }
  const isGreeted = lastSentAt !== null && addedAt !== null && lastSentAt >= addedAt;
  const { handedOver } = facts;
  if (handedOver && isWithin(addedAt, fresh.handedOver) && !isGreeted) {
    const { from } = handedOver;
    const code = from === null ? 'next.handed-over' : 'next.handed-by';
    // Often many at once: they wait for whoever has something to say today.
    reasons.push({ code, params: from === null ? {} : { rep: from }, weight: 30 });
  }
  const isNews = !handedOver && !isGreeted;
  if (isNews && isWithin(addedAt, fresh.back) && facts.addCount > 1) {
    const params = { days: facts.awayDays ?? 0, nth: facts.addCount };
    reasons.push({ code: 'next.back', params, weight: 75 });
  }
  if (isNews && isWithin(addedAt, day) && facts.addCount === 1) {
    const code = addedAt < midnight ? 'next.new.yesterday' : 'next.new';
    reasons.push({ code, params: {}, weight: 60 });
  }
  return [...reasons, ...ofQuiet(facts, now)].sort((a, b) => b.weight - a.weight);
}

/** Silence is judged by the person's own rhythm, never by a number for everybody. */
function ofQuiet(facts: FriendFacts, now: number): Reason[] {
  const isWithin = (at: number | null) => at !== null && now - at < fresh.leaving;
  if (facts.lastSentAt !== null && now - facts.lastSentAt < fresh.sent) return [];
  if (isWithin(facts.unfollowedAt))
    return [{ code: 'next.leaving.unfollowed', params: {}, weight: 70 }];
  if (isWithin(facts.optedOutAt))
    return [{ code: 'next.leaving.opted-out', params: {}, weight: 68 }];
  const { activeDays, firstActiveAt, lastActiveAt } = facts;
  if (activeDays < leastDays || firstActiveAt === null || lastActiveAt === null) return [];
  const usual = Math.max(day, (lastActiveAt - firstActiveAt) / (activeDays - 1));
  const times = (now - lastActiveAt) / usual;
  if (times < silence.begins) return [];
  const params = {
    days: Math.floor((now - lastActiveAt) / day),
    usualDays: Math.max(1, Math.round(usual / day)),
  };
  return times < silence.isGoodbye
    ? [{ code: 'next.silent', params, weight: 40 + 5 * times }]
    : [
        {
          code: 'next.leaving.silent',
          params,
          weight: 65 - Math.min(20, times - silence.isGoodbye),
        },
      ];
}
