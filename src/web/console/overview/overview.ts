import type { Figure } from '../../shared/parts/FigureBand.vue';
import { moneyText, numberText, percentText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import { sumOf, trendOf, type DayRow } from './trend';

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
  /** Of red packets: sent and not opened yet, fen. */
  out?: number;
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

/** The chart's title is its finding: where new follows go, and whether the returned outnumber the lost. */
export function findingOf(series: readonly DayRow[]): { title: string; text: string } {
  const followed = sumOf(series, 'followed');
  const returned = sumOf(series, 'returned');
  const lost = sumOf(series, 'unfollowed');
  const text = t('overview.finding-text', {
    days: series.length,
    net: numberText(followed + returned - lost).replace('-', '−'),
    returned: numberText(returned),
  });
  if (followed === 0) return { title: t('overview.finding-none'), text };
  const { trend, balance } = trendOf(series);
  return { title: t(`overview.finding-${trend}-${balance}`), text };
}
