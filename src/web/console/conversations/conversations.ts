import { api, type Page } from '../../shared/api/client';
import { now } from '../../shared/i18n/clock';
import {
  clockText,
  dayHeading,
  daysSince,
  dayText,
  dayTimeText,
  durationText,
} from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';

export const views = ['waiting', 'unanswered', 'mine', 'all', 'closed'] as const;
export type View = (typeof views)[number];

export interface Named {
  id: string;
  name: string;
}

export interface Conversation {
  id: string;
  identityId: string;
  personId: string;
  personName: string;
  personNamed: boolean;
  accountId: string;
  accountName: string;
  channel: 'official-account' | 'wecom-kf';
  /** WeCom's own staff answer them: nothing can be said from here. */
  isElsewhere: boolean;
  state: 'bot' | 'waiting' | 'lapsed' | 'taken' | 'closed';
  assignee: Named | null;
  since: string;
  lastAt: string;
  lastText: string;
  lastBy: Speaker;
  waitingSince: string | null;
  unread: number;
  window: { left: number; until: string } | null;
  tags: string[];
  /** An operator who is writing an answer now. */
  draftBy: Named | null;
}

export interface Suggestion {
  text: string;
  source: 'faq' | 'canned';
  faqId?: string;
  score?: number;
}

export interface OpenConversation extends Conversation {
  suggestions: Suggestion[];
  handBackAt: string | null;
}

export type Speaker = 'follower' | 'bot' | 'operator';

export interface Message {
  id: string;
  at: string;
  by: Speaker;
  operator: Named | null;
  kind: 'text' | 'image' | 'voice' | 'video' | 'location' | 'link' | 'event' | 'note';
  text: string;
  mediaUrl: string | null;
  /** Of a picture an operator sent. */
  mediaId: string | null;
  voiceText: string | null;
  /** Who had the voice written down, when, by which model. */
  transcript: { by: string; at: string; model: string } | null;
  mayHear: boolean;
  /** Why the bot said it. */
  because: string | null;
  state: 'queued' | 'sent' | 'failed' | 'unknown' | null;
  reason: string | null;
  /** The reason in words. */
  reasonText: string | null;
  /** Whoever said it took it back. */
  recalled: boolean;
  clientKey?: string | null;
}

export interface Counts {
  waiting: number;
  /** Waited for a day, and nobody has looked since. */
  unanswered: number;
  mine: number;
  all: number;
  unread: number;
}

export interface ConversationPage extends Page<Conversation> {
  counts?: Counts;
}

export interface CannedReply {
  id: string;
  title: string;
  text: string;
  accountId: string | null;
  /** Empty where there is none. */
  shortcut: string;
  /** The text with this follower's facts in it, where a conversation was named. */
  filled?: string | null;
}

export interface InboxSettings {
  /** Who answers those who ask for a person: we here, or WeChat's own customer service. */
  inbox: 'guanxi' | 'wechat';
  handBackAfterMinutes: number;
  assign: 'none' | 'round-robin';
  hours: { days: number[]; from: string; to: string }[];
  awayText: string | null;
  handOffText: string | null;
}

export interface KnownSettings extends InboxSettings {
  /** Null where these are the settings of all accounts. */
  accountId: string | null;
  isOpenNow: boolean;
}

export const conversationAddress = (id: string): string => `/conversations/${id}`;

export const loadConversation = (id: string, signal: AbortSignal): Promise<OpenConversation> =>
  api.get<OpenConversation>(conversationAddress(id), { signal });

/** Somebody here waits for a person: they asked for one, or wrote again to the one they have. */
export const isWaiting = (one: Conversation, me: string): boolean =>
  one.state === 'waiting' || (one.state === 'taken' && one.assignee?.id === me && one.unread > 0);

/** 「刚刚」「3 分钟」「昨天」: how long ago, as short as it can be said. */
export function agoText(at: string): string {
  const minutes = Math.floor((now() - Date.parse(at)) / 60_000);
  if (minutes < 1) return t('time.just-now');
  if (minutes < 60) return t('conversations.minutes', { n: minutes });
  if (daysSince(at) === 0) return t('conversations.hours', { n: Math.floor(minutes / 60) });
  return daysSince(at) === 1 ? t('time.yesterday') : dayText(at);
}

/** 「3 分」「40 秒」: the largest unit only. */
export function waitText(since: string): string {
  const seconds = Math.max(0, (now() - Date.parse(since)) / 1_000);
  const unit = seconds < 60 ? 1 : seconds < 3_600 ? 60 : 3_600;
  return durationText(Math.floor(seconds / unit) * unit);
}

const JUST_MS = 20_000;

/** Whose turn it is, in one line below the name. */
export function stateText(one: Conversation, me: string): string {
  if (one.state === 'waiting') {
    const since = one.waitingSince ?? one.since;
    const isNew = now() - Date.parse(since) < JUST_MS;
    return isNew ? t('conversations.came') : t('conversations.waits', { time: waitText(since) });
  }
  if (one.state === 'lapsed') return t('conversations.lapsed', { time: dayTimeText(one.since) });
  if (one.state === 'closed') return t('conversations.closed');
  if (one.state === 'taken') {
    if (one.assignee === null || one.assignee.id === me) return t('conversations.with-me');
    return t('conversations.with', { name: one.assignee.name });
  }
  if (one.isElsewhere) return t('conversations.elsewhere');
  return t(one.lastBy === 'bot' ? 'conversations.bot-answered' : 'conversations.with-bot');
}

/** The time above a group of messages: 「今天 14:12」, 「11 月 16 日 15:02」. */
export function stampText(at: string): string {
  return daysSince(at) < 2 ? `${dayHeading(at)} ${clockText(at)}` : dayTimeText(at);
}

/** Why nothing may be written to a follower now; null when it may. */
export type Closed = 'elsewhere' | 'window-closed' | 'window-used-up' | 'taken';

export function closedBecause(one: Conversation, me: string): Closed | null {
  if (one.state === 'taken' && one.assignee !== null && one.assignee.id !== me) return 'taken';
  if (one.isElsewhere) return 'elsewhere';
  if (one.window === null || Date.parse(one.window.until) <= now()) return 'window-closed';
  return one.window.left <= 0 ? 'window-used-up' : null;
}
