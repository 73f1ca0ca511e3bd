import { computed, type Component } from 'vue';
import {
  ClipboardCheck,
  Gift,
  Handshake,
  Image,
  Layers,
  LayoutDashboard,
  Megaphone,
  MessageCircleQuestionMark,
  MessagesSquare,
  PanelBottom,
  QrCode,
  Reply,
  Send,
  Settings,
  Text,
  Users,
} from '@lucide/vue';
import { can, canForAll, session } from '../session/session';

/** One of several pages behind a door: a tab in the head of each of them. */
export interface NavPlace {
  key: string;
  to: string;
  /** Without this permission it is not drawn. */
  permission?: string;
}

export interface NavItem extends Partial<NavPlace> {
  key: string;
  icon: Component;
  /** The door leads to the first of them that is open. */
  places?: NavPlace[];
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
  {
    key: 'nav.acquire',
    icon: QrCode,
    places: [
      { key: 'nav.ways', to: '/wecom/ways', permission: 'people.read' },
      { key: 'nav.room-codes', to: '/wecom/room-codes', permission: 'people.read' },
      { key: 'nav.welcomes', to: '/wecom/welcomes', permission: 'replies.read' },
      { key: 'nav.room-greetings', to: '/wecom/room-greetings', permission: 'replies.read' },
    ],
  },
  {
    key: 'nav.sales',
    icon: Handshake,
    places: [
      { key: 'nav.reps', to: '/wecom/reps', permission: 'people.read' },
      { key: 'nav.scripts', to: '/wecom/scripts', permission: 'sales.read' },
      { key: 'nav.materials', to: '/wecom/materials', permission: 'sales.read' },
      { key: 'nav.rooms', to: '/wecom/rooms', permission: 'people.read' },
      { key: 'nav.losses', to: '/wecom/losses', permission: 'people.read' },
      { key: 'nav.handovers', to: '/wecom/handovers', permission: 'people.read' },
    ],
  },
];

const isOpen = ({ permission }: Partial<NavPlace>): boolean =>
  permission === undefined || can(permission);

/** A door of the present operator, with what is open behind it; none if nothing is. */
function doorOf(item: NavItem): NavItem[] {
  const { children, places } = item;
  if (children)
    return children.some(isOpen) ? [{ ...item, children: children.filter(isOpen) }] : [];
  if (!places) return isOpen(item) ? [item] : [];
  const open = places.filter(isOpen);
  return open[0] ? [{ ...item, to: open[0].to, places: open }] : [];
}

export const navigation = computed(() => everything.flatMap(doorOf));

/** The door behind which a page stands beside others. */
export const doorWith = (path: string): NavItem | undefined =>
  navigation.value.find((item) => item.places?.some(({ to }) => to === path));

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
