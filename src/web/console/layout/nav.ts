import { computed, type Component } from 'vue';
import {
  ArrowLeftRight,
  BookOpen,
  ClipboardCheck,
  Contact,
  DoorOpen,
  Gift,
  Hand,
  Image,
  Layers,
  LayoutDashboard,
  Megaphone,
  MessageCircleQuestionMark,
  MessagesSquare,
  MessageSquareText,
  PanelBottom,
  QrCode,
  Reply,
  ScanQrCode,
  Send,
  Settings,
  Text,
  UserMinus,
  Users,
} from '@lucide/vue';
import { can, canForAll, session } from '../session/session';

export interface NavItem {
  key: string;
  icon: Component;
  to?: string;
  /** Without this permission the door is not drawn. */
  permission?: string;
  /** Somebody may be waiting behind this door: then it wears the red number. */
  waits?: boolean;
  children?: NavItem[];
}

/** Only what exists: a door that leads nowhere is not drawn. */
const everything: readonly NavItem[] = [
  { key: 'nav.overview', icon: LayoutDashboard, to: '/', permission: 'overview.read' },
  {
    key: 'nav.conversations',
    icon: MessagesSquare,
    to: '/conversations',
    permission: 'conversations.read',
    waits: true,
  },
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
      {
        key: 'nav.review',
        icon: ClipboardCheck,
        to: '/replies/review',
        permission: 'replies.read',
      },
      { key: 'nav.menus', icon: PanelBottom, to: '/replies/menus', permission: 'replies.read' },
      { key: 'nav.media', icon: Image, to: '/replies/media', permission: 'replies.read' },
    ],
  },
  {
    key: 'nav.wecom',
    icon: Contact,
    children: [
      { key: 'nav.ways', icon: QrCode, to: '/wecom/ways', permission: 'people.read' },
      {
        key: 'nav.room-codes',
        icon: ScanQrCode,
        to: '/wecom/room-codes',
        permission: 'people.read',
      },
      { key: 'nav.welcomes', icon: Hand, to: '/wecom/welcomes', permission: 'replies.read' },
      {
        key: 'nav.room-greetings',
        icon: DoorOpen,
        to: '/wecom/room-greetings',
        permission: 'replies.read',
      },
      { key: 'nav.losses', icon: UserMinus, to: '/wecom/losses', permission: 'people.read' },
      { key: 'nav.rooms', icon: MessagesSquare, to: '/wecom/rooms', permission: 'people.read' },
      {
        key: 'nav.handovers',
        icon: ArrowLeftRight,
        to: '/wecom/handovers',
        permission: 'people.read',
      },
      {
        key: 'nav.scripts',
        icon: MessageSquareText,
        to: '/wecom/scripts',
        permission: 'sales.read',
      },
      { key: 'nav.materials', icon: BookOpen, to: '/wecom/materials', permission: 'sales.read' },
    ],
  },
  { key: 'nav.segments', icon: Layers, to: '/segments', permission: 'segments.read' },
  {
    key: 'nav.reach',
    icon: Send,
    children: [
      { key: 'nav.campaigns', icon: Send, to: '/campaigns', permission: 'campaigns.read' },
      { key: 'nav.outreach', icon: Megaphone, to: '/outreach', permission: 'campaigns.read' },
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

/** The places of the settings this operator may enter. */
export const settingsPlaces = computed(() =>
  [
    { to: '/settings/accounts', key: 'settings.accounts', isOpen: can('accounts.read') },
    { to: '/settings/operators', key: 'settings.operators', isOpen: can('operators.read') },
    { to: '/settings/audit', key: 'settings.audit', isOpen: canForAll('audit.read') },
    {
      to: '/settings/models',
      key: 'settings.models',
      isOpen: can('accounts.edit') && session.value?.models === true,
    },
    { to: '/settings/dead-letters', key: 'settings.failed', isOpen: can('work.read') },
  ].filter((place) => place.isOpen),
);

/** Nothing while none of its places is open. */
export const settings = computed<NavItem | null>(() => {
  const [first] = settingsPlaces.value;
  return first ? { key: 'nav.settings', icon: Settings, to: first.to } : null;
});
