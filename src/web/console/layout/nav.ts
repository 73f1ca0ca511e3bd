import { computed, type Component } from 'vue';
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
import { can } from '../session/session';

export interface NavItem {
  key: string;
  icon: Component;
  to?: string;
  /** Without this permission the door is not drawn. */
  permission?: string;
  children?: NavItem[];
}

/** Only what exists: a door that leads nowhere is not drawn. */
const everything: readonly NavItem[] = [
  { key: 'nav.overview', icon: LayoutDashboard, to: '/', permission: 'overview.read' },
  { key: 'nav.people', icon: Users, to: '/people', permission: 'people.read' },
  {
    key: 'nav.replies',
    icon: Reply,
    children: [
      { key: 'nav.rules', icon: Text, to: '/replies/rules', permission: 'replies.read' },
      {
        key: 'nav.faqs',
        icon: MessageCircleQuestionMark,
        to: '/replies/faqs',
        permission: 'replies.read',
      },
    ],
  },
  { key: 'nav.segments', icon: Layers, to: '/segments', permission: 'segments.read' },
  {
    key: 'nav.reach',
    icon: Send,
    children: [
      { key: 'nav.campaigns', icon: Send, to: '/campaigns', permission: 'campaigns.read' },
      { key: 'nav.red-packets', icon: Gift, to: '/red-packets', permission: 'promotions.read' },
    ],
  },
];

const isOpen = (item: NavItem): boolean => item.permission === undefined || can(item.permission);

/** The doors of the present operator. */
export const navigation = computed(() =>
  everything
    .map((item) => (item.children ? { ...item, children: item.children.filter(isOpen) } : item))
    .filter((item) => (item.children ? item.children.length > 0 : isOpen(item))),
);

export const settings: NavItem = { key: 'nav.settings', icon: Settings, to: '/settings/accounts' };
