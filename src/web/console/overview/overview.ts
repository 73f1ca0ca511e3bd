import type { Figure } from '../../shared/parts/FigureBand.vue';
import { moneyText, numberText, percentText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';

export interface DayRow {
  day: string;
  followed: number;
  unfollowed: number;
  returned: number;
}

export interface Today {
  newFollows: number;
  newFollowsBefore: number;
  unfollows: number;
  unfollowsBefore: number;
  asked: number;
  answered: number;
  sent: number;
  delivered: number;
  redPacketPaidFen: number;
  redPacketDayCapFen: number | null;
}

export interface Running {
  kind: 'campaign' | 'promotion' | 'sync' | 'import';
  id: string;
  name: string;
  done: number;
  total: number;
  status: string;
  etaSeconds?: number | null;
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
  today: Today;
  series: DayRow[];
  sources: { scene: string | null; name: string | null; followed: number }[];
  running: Running[];
  todo: Todo[];
}

/** Today is not over, so it stands beside the whole of yesterday and is not made a percentage of it. */
const yesterdayText = (before: number): string =>
  before === 0 ? t('overview.before-none') : t('overview.before', { n: numberText(before) });

export function figuresOf(today: Today): Figure[] {
  const paid = moneyText(today.redPacketPaidFen);
  return [
    {
      key: 'follows',
      label: t('overview.new-follows'),
      value: numberText(today.newFollows),
      note: yesterdayText(today.newFollowsBefore),
      noteTone: today.newFollows > today.newFollowsBefore ? 'good' : 'plain',
      to: '/people?state=following',
    },
    {
      key: 'unfollows',
      label: t('overview.unfollows'),
      value: numberText(today.unfollows),
      note: yesterdayText(today.unfollowsBefore),
      noteTone:
        today.unfollowsBefore > 0 && today.unfollows > today.unfollowsBefore ? 'warn' : 'plain',
      to: '/people?state=unfollowed',
    },
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
      note:
        today.sent === 0
          ? t('overview.nothing-sent')
          : t('overview.delivered', { share: percentText(today.delivered, today.sent, 1) }),
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

const sum = (rows: readonly DayRow[], key: 'followed' | 'unfollowed' | 'returned'): number =>
  rows.reduce((all, row) => all + row[key], 0);

/** The chart's title is its finding: where new follows go, and whether the returned outnumber the lost. */
export function findingOf(series: readonly DayRow[]): { title: string; text: string } {
  const followed = sum(series, 'followed');
  const returned = sum(series, 'returned');
  const lost = sum(series, 'unfollowed');
  const text = t('overview.finding-text', {
    days: series.length,
    net: numberText(followed + returned - lost).replace('-', '−'),
    returned: numberText(returned),
  });
  if (followed === 0) return { title: t('overview.finding-none'), text };
  const half = Math.floor(series.length / 2);
  const early = sum(series.slice(0, half), 'followed') / Math.max(half, 1);
  const late = sum(series.slice(-half), 'followed') / Math.max(half, 1);
  const trend = late > early * 1.1 ? 'rising' : late < early * 0.9 ? 'falling' : 'steady';
  const recent = series.slice(-7);
  const balance =
    sum(recent, 'returned') > sum(recent, 'unfollowed')
      ? 'returning'
      : sum(recent, 'unfollowed') > sum(recent, 'followed')
        ? 'leaving'
        : 'plain';
  return { title: t(`overview.finding-${trend}-${balance}`), text };
}
