import type { Component } from 'vue';
import { moneyText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import type { TimelineEntry } from '../../shared/api/types';
import {
  Aperture,
  ArrowLeftRight,
  Bot,
  CircleDot,
  Eye,
  Flag,
  Gift,
  Heart,
  Link2,
  ListChecks,
  MapPin,
  MessageSquare,
  MousePointerClick,
  ScanLine,
  Send,
  StickyNote,
  Tag,
  Undo2,
  UserMinus,
  UserPlus,
} from '@lucide/vue';

const icons: Readonly<Record<string, Component>> = {
  followed: UserPlus,
  unfollowed: UserMinus,
  'friend-added': UserPlus,
  'friend-half-added': UserPlus,
  'friend-accepted': UserPlus,
  'friend-back': Undo2,
  'friend-elsewhere': Undo2,
  'friend-welcomed': MessageSquare,
  'friend-deleted-by-customer': UserMinus,
  'friend-deleted-by-rep': UserMinus,
  'friend-transferred': ArrowLeftRight,
  'friend-gone': UserMinus,
  'handover-asked': ArrowLeftRight,
  'handover-done': ArrowLeftRight,
  'handover-refused': ArrowLeftRight,
  'handover-failed': ArrowLeftRight,
  'room-joined': UserPlus,
  'room-left': UserMinus,
  returned: Undo2,
  scanned: ScanLine,
  'message-in': MessageSquare,
  'message-out': Bot,
  'menu-tapped': MousePointerClick,
  location: MapPin,
  'template-sent': Send,
  'template-receipt': Send,
  payout: Gift,
  tagged: Tag,
  untagged: Tag,
  'field-set': StickyNote,
  note: StickyNote,
  joined: Link2,
  unjoined: ArrowLeftRight,
  'material-opened': Eye,
  'material-opened-again': Eye,
  'material-read': Eye,
  'rep-sent-material': Send,
  'rep-sent-script': Send,
  'rep-sent-text': Send,
  'rep-mass-sent': Send,
  'rep-moment-shown': Aperture,
  'rep-moment-liked': Heart,
  'rep-moment-commented': MessageSquare,
  'task-done': ListChecks,
};

export function timelineIcon(kind: string): Component {
  return icons[kind] ?? (kind.startsWith('mark:') ? Flag : CircleDot);
}

/** What the segmented control of the timeline means in kinds. */
export const timelineGroups: Readonly<Record<string, readonly string[]>> = {
  all: [],
  talk: ['message-in', 'message-out', 'friend-welcomed', 'menu-tapped', 'location'],
  relation: [
    'followed',
    'unfollowed',
    'returned',
    'scanned',
    'opted-out',
    'joined',
    'unjoined',
    'friend-added',
    'friend-half-added',
    'friend-accepted',
    'friend-back',
    'friend-elsewhere',
    'friend-deleted-by-customer',
    'friend-deleted-by-rep',
    'friend-transferred',
    'friend-gone',
    'handover-asked',
    'handover-done',
    'handover-refused',
    'handover-failed',
    'room-joined',
    'room-left',
  ],
  reach: [
    'template-sent',
    'template-receipt',
    'rep-sent-script',
    'rep-sent-text',
    'rep-sent-material',
    'rep-mass-sent',
    'rep-moment-shown',
    'rep-moment-liked',
    'rep-moment-commented',
    'material-opened',
    'material-opened-again',
    'material-read',
  ],
  money: ['payout'],
  notes: ['note', 'tagged', 'untagged', 'field-set', 'task-done'],
};

export function timelineTone(kind: string): string {
  if (kind === 'payout') return 'money';
  if (kind === 'message-in' || kind === 'message-out') return 'talk';
  return ['followed', 'returned', 'scanned', 'friend-added', 'friend-back'].includes(kind)
    ? 'good'
    : 'plain';
}

/** The quiet second line: the cause, as far as the entry's own facts tell it. */
export function timelineCause(entry: TimelineEntry): string {
  if (entry.detail) return entry.detail;
  const { params } = entry;
  const word = (name: string): string => (typeof params?.[name] === 'string' ? params[name] : '');
  if (entry.kind === 'payout' && typeof params?.['amountFen'] === 'number') {
    return moneyText(params['amountFen']);
  }
  if (entry.kind === 'message-out' && ['welcome', 'default', 'clarify'].includes(word('by'))) {
    return word('text');
  }
  const isNoted = ['note', 'tagged', 'untagged', 'field-set'].includes(entry.kind);
  const by = isNoted || entry.kind.startsWith('mark:') ? word('by') : '';
  return by === '' ? '' : t('people.by', { name: by });
}

const homes: Readonly<Record<string, string>> = {
  rule: '/replies/rules/',
  'reply-rule': '/replies/rules/',
  faq: '/replies/faqs/',
  campaign: '/campaigns/',
  promotion: '/red-packets/',
};

/** Where the cause of an entry can be looked at. */
export function timelineHome(entry: TimelineEntry): string | null {
  const home = entry.ref ? homes[entry.ref.kind] : undefined;
  return home === undefined || !entry.ref ? null : home + entry.ref.id;
}
