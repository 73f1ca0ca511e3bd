import type { Component } from 'vue';
import {
  ArrowLeftRight,
  Bot,
  CircleDot,
  Gift,
  Link2,
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
};

export function timelineIcon(kind: string): Component {
  return icons[kind] ?? CircleDot;
}

/** What the segmented control of the timeline means in kinds. */
export const timelineGroups: Readonly<Record<string, readonly string[]>> = {
  all: [],
  talk: ['message-in', 'message-out', 'menu-tapped', 'location'],
  relation: ['followed', 'unfollowed', 'returned', 'scanned', 'opted-out', 'joined', 'unjoined'],
  reach: ['template-sent', 'template-receipt'],
  money: ['payout'],
  notes: ['note', 'tagged', 'untagged', 'field-set'],
};

export function timelineTone(kind: string): string {
  if (kind === 'payout') return 'money';
  if (kind === 'message-in' || kind === 'message-out') return 'talk';
  return ['followed', 'returned', 'scanned'].includes(kind) ? 'good' : 'plain';
}
