import type { Component } from 'vue';
import {
  Gift,
  Layers,
  LayoutDashboard,
  MessageCircleQuestionMark,
  Reply,
  Send,
  Settings,
  Text,
  Users,
} from '@lucide/vue';

export interface NavItem {
  key: string;
  icon: Component;
  to?: string;
  children?: NavItem[];
}

/** Only what exists: a door that leads nowhere is not drawn. */
export const navigation: readonly NavItem[] = [
  { key: 'nav.overview', icon: LayoutDashboard, to: '/' },
  { key: 'nav.people', icon: Users, to: '/people' },
  {
    key: 'nav.replies',
    icon: Reply,
    children: [
      { key: 'nav.rules', icon: Text, to: '/replies/rules' },
      { key: 'nav.faqs', icon: MessageCircleQuestionMark, to: '/replies/faqs' },
    ],
  },
  { key: 'nav.segments', icon: Layers, to: '/segments' },
  {
    key: 'nav.reach',
    icon: Send,
    children: [
      { key: 'nav.campaigns', icon: Send, to: '/campaigns' },
      { key: 'nav.red-packets', icon: Gift, to: '/red-packets' },
    ],
  },
];

export const settings: NavItem = { key: 'nav.settings', icon: Settings, to: '/settings/accounts' };
