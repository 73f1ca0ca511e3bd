import type { FieldChange, VersionStand } from '../replies/life';
import type { Match } from '../replies/rules';

/** Something on its way to followers: what it would change, and where it stands. */
export interface Review extends VersionStand {
  kind: 'rule' | 'faq' | 'settings' | 'menu';
  id: string;
  title: string;
  account: string | null;
  /** Nothing of it answers now. */
  isNew: boolean;
  mayPublish: boolean;
  /** Whether it may be decided together with others. */
  inBulk: boolean;
  /** Of a rule: how its words are read. */
  match: Match | null;
  /** The import it came with. */
  batch: string | null;
  changes: FieldChange[];
}

/** An import of which something waits. */
export interface Batch {
  id: string;
  kind: Review['kind'];
  waiting: number;
  by: string;
  savedAt: string;
}

const homes = {
  rule: '/reply-rules',
  faq: '/faqs',
  settings: '/reply-settings',
  menu: '/menus',
} as const;

/** Where it is in the API. */
export const pathOf = ({ kind, id }: Review): string =>
  `${homes[kind]}/${id}${kind === 'menu' ? '/review' : ''}`;

/** Where it is written. */
export function pageOf({ kind, id, changes }: Review): string {
  if (kind === 'rule') return `/replies/rules/${id}`;
  if (kind === 'faq') return `/replies/faqs/${id}`;
  if (kind === 'menu') return '/replies/menus';
  const isWelcome = changes.some(({ field }) => field.startsWith('welcome'));
  return `/replies/rules/${isWelcome ? 'welcome' : 'default'}`;
}
