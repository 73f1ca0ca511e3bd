import { t } from '../../shared/i18n/i18n';
import type { Schedule } from '../schedules/schedule';

export type CampaignStatus =
  'draft' | 'scheduled' | 'running' | 'paused' | 'finished' | 'cancelled';

export interface Counts {
  planned: number;
  pending: number;
  /** Taken by WeChat, including `delivered`. */
  sent: number;
  delivered: number;
  failed: number;
  skipped: number;
  unknown: number;
}

export interface Message {
  type: 'template';
  templateId: string;
  title?: string;
  data: Record<string, string>;
  url?: string;
  miniProgram?: { appId: string; path: string };
}

export interface Campaign extends Counts {
  id: string;
  name: string;
  segmentId: string;
  segmentName: string | null;
  accountId: string;
  accountName: string;
  appId: string;
  message: Message;
  schedule: (Schedule & { text: string }) | null;
  status: CampaignStatus;
  statusText: string;
  pauseReason: string | null;
  pauseText: string | null;
  nextRunAt: string | null;
  createdAt: string;
  updatedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface Run extends Counts {
  id: string;
  dueAt: string;
  cause: 'start' | 'tick' | 'button';
  state: string;
  note: string | null;
  finishedAt: string | null;
}

export interface Reason {
  state: string;
  reason: string;
  name: string;
  errcode: number | null;
  count: number;
}

export interface CampaignDetail extends Campaign {
  runs: Run[];
  totals: Counts;
  reasons: Reason[];
  pausePercent: number;
  pauseLeast: number;
  warnings?: { code: string; text: string }[];
  stopped?: number;
}

export interface Progress extends Counts {
  /** Which run the counts are of. */
  runId: string | null;
  status: CampaignStatus;
  perSecond: number;
  etaSeconds: number | null;
}

export interface Sample {
  personId: string;
  name: string;
  openid: string;
  rendered: Record<string, string>;
  url: string | null;
  troubles: { path: string; code: string; message: string }[];
}

export interface Plan {
  audience: number;
  willReceive: number;
  excluded: { reason: string; name: string; count: number }[];
  /** For how many of those who may be written to the message was filled in and judged. */
  filledIn: { people: number; of: number };
  samples: Sample[];
  nextRuns: string[];
}

export interface Delivery {
  id: string;
  personId: string;
  identityId: string;
  name: string;
  openid: string;
  state: string;
  reason: string | null;
  reasonText: string | null;
  errcode: number | null;
  messageId: string | null;
  tries: number;
  sentAt: string | null;
  receiptAt: string | null;
}

export interface TemplateField {
  key: string;
  name: string;
  kind: string;
  rule: string;
  most: number | null;
}

export interface WeChatTemplate {
  templateId: string;
  title: string;
  content: string;
  example: string;
  fields: TemplateField[];
}

export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'idle' | 'hollow';

export const statusTones: Readonly<Record<CampaignStatus, Tone>> = {
  draft: 'hollow',
  scheduled: 'info',
  running: 'good',
  paused: 'warn',
  finished: 'hollow',
  cancelled: 'hollow',
};

const deliveryTones: Readonly<Record<string, Tone>> = {
  delivered: 'good',
  sent: 'info',
  queued: 'hollow',
  sending: 'idle',
  failed: 'bad',
  skipped: 'hollow',
  unknown: 'warn',
};
export const deliveryTone = (state: string): Tone => deliveryTones[state] ?? 'idle';

/** The states of one run's messages; each is in one tab, so that the tabs add up to all of them. */
export const deliveryTabs = (counts: Counts) => [
  { value: 'delivered', count: counts.delivered },
  { value: 'no-receipt', count: counts.sent - counts.delivered },
  { value: 'pending', count: counts.pending },
  { value: 'failed', count: counts.failed },
  { value: 'unknown', count: counts.unknown },
  { value: 'skipped', count: counts.skipped },
];

export const isOver = (status: CampaignStatus): boolean =>
  status === 'finished' || status === 'cancelled';

/** What became of a run, as parts of its bar. */
export const partsOf = ({ sent, unknown, failed, skipped }: Counts) => [
  { key: 'sent', value: sent, tone: 'accent', label: t('campaigns.delivery.sent') } as const,
  { key: 'unknown', value: unknown, tone: 'warn', label: t('campaigns.delivery.unknown') } as const,
  { key: 'failed', value: failed, tone: 'bad', label: t('campaigns.delivery.failed') } as const,
  {
    key: 'skipped',
    value: skipped,
    tone: 'context',
    label: t('campaigns.delivery.skipped'),
  } as const,
];

export const doneOf = ({ planned, pending }: Counts): number => planned - pending;

/** WeChat gives no names: the server's stand-in ends in a mark of four signs. */
export const isNamed = (name: string): boolean => !/·[0-9a-z]{4}$/i.test(name);
