import type { Figure } from '../../shared/parts/FigureBand.vue';
import { moneyText, numberText, percentText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import type { DayRow } from './trend';

export interface Today {
  newFollows: number;
  newFollowsBefore: number;
  unfollows: number;
  unfollowsBefore: number;
  newFriends: number;
  newFriendsBefore: number;
  lostFriends: number;
  lostFriendsBefore: number;
  asked: number;
  answered: number;
  sent: number;
  /** Of those sent, what WeChat tells the arrival of. */
  sentByTemplate: number;
  delivered: number;
  redPacketPaidFen: number;
  redPacketDayCapFen: number | null;
}

export interface Running {
  kind: 'campaign' | 'promotion' | 'message' | 'moment' | 'handover' | 'sync';
  id: string;
  accountId: string;
  name: string;
  done: number;
  total: number;
  /** Of red packets: sent and not opened yet, fen. */
  out?: number;
  status: string;
}

export interface Todo {
  code: string;
  params: Record<string, unknown>;
  href: string;
  text: string;
  detail?: string | null;
  actions?: { code: string; text: string; path: string; body: Record<string, unknown> }[];
}

export interface Overview {
  asOf: string;
  zone: string;
  /** Kinds of the accounts that are looked at. */
  kinds: string[];
  today: Today;
  series: DayRow[];
  friends: { day: string; added: number; lost: number; returned: number }[];
  sources: { scene: string | null; name: string | null; followed: number }[];
  running: Running[];
  todo: Todo[];
}

/** A brand that has connected nothing yet is shown what an Official Account would bring. */
export const hasFollowers = (kinds: readonly string[]): boolean =>
  kinds.includes('official-account') || !kinds.includes('wecom');

/** Today is not over, so it stands beside the whole of yesterday and is not made a percentage of it. */
const yesterdayText = (before: number): string =>
  before === 0 ? t('overview.before-none') : t('overview.before', { n: numberText(before) });

/** What is lost stands out when it is more than yesterday. */
const lossTone = (today: number, before: number) =>
  before > 0 && today > before ? ('warn' as const) : ('plain' as const);

const followersCame = (today: Today): Figure => ({
  key: 'follows',
  label: t('overview.new-follows'),
  value: numberText(today.newFollows),
  note: yesterdayText(today.newFollowsBefore),
  noteTone: today.newFollows > today.newFollowsBefore ? 'good' : 'plain',
  to: '/people?state=following',
});

const followersLeft = (today: Today): Figure => ({
  key: 'unfollows',
  label: t('overview.unfollows'),
  value: numberText(today.unfollows),
  note: yesterdayText(today.unfollowsBefore),
  noteTone: lossTone(today.unfollows, today.unfollowsBefore),
  to: '/people?state=unfollowed',
});

const friendsCame = (today: Today): Figure => ({
  key: 'friends',
  label: t('overview.new-friends'),
  value: numberText(today.newFriends),
  note: yesterdayText(today.newFriendsBefore),
  noteTone: today.newFriends > today.newFriendsBefore ? 'good' : 'plain',
  to: '/wecom/reps',
});

const friendsLeft = (today: Today): Figure => ({
  key: 'lost-friends',
  label: t('overview.lost-friends'),
  value: numberText(today.lostFriends),
  note: yesterdayText(today.lostFriendsBefore),
  noteTone: lossTone(today.lostFriends, today.lostFriendsBefore),
  to: '/wecom/losses',
});

/** Customer-service messages have no receipts: no share of them is known. */
function arrivedText({ sent, sentByTemplate, delivered }: Today): string {
  if (sent === 0) return t('overview.nothing-sent');
  if (sentByTemplate === 0) return t('overview.no-receipts');
  const share = percentText(delivered, sentByTemplate, 1);
  return t(sentByTemplate === sent ? 'overview.delivered' : 'overview.delivered-templates', {
    share,
  });
}

/** Followers and friends share their places where a brand has both. */
export function figuresOf({ today, kinds }: Overview): Figure[] {
  const paid = moneyText(today.redPacketPaidFen);
  const hasFriends = kinds.includes('wecom');
  const came = hasFollowers(kinds) ? followersCame(today) : friendsCame(today);
  const left = hasFollowers(kinds) ? followersLeft(today) : friendsLeft(today);
  const isBoth = hasFollowers(kinds) && hasFriends;
  return [
    { ...came, ...(isBoth ? { also: friendsCame(today) } : {}) },
    { ...left, ...(isBoth ? { also: friendsLeft(today) } : {}) },
    {
      key: 'answered',
      label: t('overview.answered'),
      value: percentText(today.answered, today.asked),
      note:
        today.asked === 0
          ? t('overview.nobody-asked')
          : t('overview.answered-of', {
              answered: numberText(today.answered),
              asked: numberText(today.asked),
            }),
      to: '/replies/faqs?tab=learning',
    },
    {
      key: 'sent',
      label: t('overview.sent'),
      value: numberText(today.sent),
      note: arrivedText(today),
      to: '/campaigns',
    },
    {
      key: 'paid',
      label: t('overview.paid'),
      value: paid,
      long: paid.length > 6,
      note:
        today.redPacketDayCapFen === null
          ? t('overview.no-cap')
          : t('overview.cap', { amount: moneyText(today.redPacketDayCapFen) }),
      to: '/red-packets',
    },
  ];
}
