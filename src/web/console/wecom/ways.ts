import { api } from '../../shared/api/client';
import { hasText, t, type Params } from '../../shared/i18n/i18n';
import { draftsOf, type Attachment, type AttachmentDraft } from '../attachments/attachments';

export const wayKinds = ['code', 'link'] as const;
export type WayKind = (typeof wayKinds)[number];

/** The words of codes; a link has its own where they differ. */
export const sayOf = (kind: WayKind, key: string, params: Params = {}): string =>
  t(kind === 'link' && hasText(`links.${key}`) ? `links.${key}` : `ways.${key}`, params);

export interface AcquisitionBalance {
  /** Null: this corp has none, or our app may not use them. */
  balance: number | null;
  total: number;
  isLow: boolean;
  ending: { at: string; balance: number } | null;
}

export interface Rep {
  userId: string;
  name: string;
}

export interface StaffMember extends Rep {
  position: string | null;
  status: string;
}

export interface Shift {
  weekdays: number[];
  from: string;
  to: string;
  userIds: string[];
}

export interface WayPlan {
  userIds: string[];
  shifts: Shift[];
  spare: string[];
}

/** What is written by hand. */
export interface WayForm {
  name: string;
  plan: WayPlan;
  capPerDay: number | null;
  skipsVerification: boolean;
  tags: string[];
  remark: string | null;
  welcome: string | null;
  attachments: AttachmentDraft[];
}

export interface ContactWay extends Omit<WayForm, 'attachments'> {
  version: number;
  attachments: Attachment[];
  id: string;
  accountId: string;
  kind: WayKind;
  state: string;
  isSingle: boolean;
  qrUrl: string | null;
  linkUrl: string | null;
  behind: Rep[];
  trouble: string | null;
  added: number;
  friends: number;
  today: (Rep & { added: number })[];
}

export interface WayStatistics {
  days: {
    day: string;
    added: number;
    lostByCustomer: number;
    lostByRep: number;
    still: number;
  }[];
  back: { same: number; elsewhere: number };
  reps: (Rep & { added: number; friends: number; handedOver: number; lost: number })[];
}

export const loadStaff = async (accountId: string, signal?: AbortSignal): Promise<StaffMember[]> =>
  (
    await api.get<{ items: StaffMember[] }>(
      `/accounts/${accountId}/staff`,
      signal === undefined ? {} : { signal },
    )
  ).items;

export const usedToday = (way: ContactWay): number =>
  way.today.reduce((sum, { added }) => sum + added, 0);

/** How many the reps behind the code may still be added today, all together. */
export const roomToday = (way: ContactWay): number | null =>
  way.capPerDay === null ? null : way.capPerDay * Math.max(1, way.behind.length);

export const blankForm = (): WayForm => ({
  name: '',
  plan: { userIds: [], shifts: [], spare: [] },
  capPerDay: null,
  skipsVerification: true,
  tags: [],
  remark: null,
  welcome: null,
  attachments: [],
});

export function formOf(way: ContactWay): WayForm {
  const { name, plan, capPerDay, skipsVerification, tags, remark, welcome } = way;
  const attachments = draftsOf(way.attachments);
  return structuredClone({
    ...{ name, plan, capPerDay, skipsVerification, tags, remark, welcome, attachments },
  });
}

/** Names the platform's refusals that an operator can do something about. */
const known = new Set([
  'rep-not-verified',
  'rep-not-activated',
  'no-external-contact-right',
  'member-out-of-range',
  'userid-unknown',
  'contact-ways-full',
  'contact-way-unknown',
  'link-unavailable',
  'link-deleted',
  'too-many-links',
]);
export const troubleKey = (trouble: string): string =>
  known.has(trouble) ? `ways.trouble-${trouble}` : 'ways.trouble-other';
