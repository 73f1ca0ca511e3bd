import { hasText, t, type Params } from '../../shared/i18n/i18n';
import {
  bodiesOf,
  draftsOf,
  type Attachment,
  type AttachmentDraft,
} from '../attachments/attachments';
import type { Rep } from './staff';

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
  hasShifts: boolean;
  cap: string;
  skipsVerification: boolean;
  tags: string[];
  remark: string;
  welcome: string;
  attachments: AttachmentDraft[];
  /** Of a new one alone. */
  isSingle: boolean;
  state: string;
}

export interface ContactWay {
  name: string;
  plan: WayPlan;
  capPerDay: number | null;
  skipsVerification: boolean;
  tags: string[];
  remark: string | null;
  welcome: string | null;
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

export const usedToday = (way: ContactWay): number =>
  way.today.reduce((sum, { added }) => sum + added, 0);

/** How many the reps behind the code may still be added today, all together. */
export const roomToday = (way: ContactWay): number | null =>
  way.capPerDay === null ? null : way.capPerDay * Math.max(1, way.behind.length);

export const blankForm = (): WayForm => ({
  name: '',
  plan: { userIds: [], shifts: [], spare: [] },
  hasShifts: false,
  cap: '',
  skipsVerification: true,
  tags: [],
  remark: '',
  welcome: '',
  attachments: [],
  ...{ isSingle: false, state: '' },
});

export const formOf = (way: ContactWay): WayForm => ({
  ...{ name: way.name, plan: structuredClone(way.plan), tags: [...way.tags] },
  ...{ hasShifts: way.plan.shifts.length > 0, cap: way.capPerDay?.toString() ?? '' },
  ...{ skipsVerification: way.skipsVerification, attachments: draftsOf(way.attachments) },
  ...{ remark: way.remark ?? '', welcome: way.welcome ?? '' },
  ...{ isSingle: way.isSingle, state: way.state },
});

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

export function bodyOf(form: WayForm) {
  const { plan, isSingle, skipsVerification, tags } = form;
  const shifts = form.hasShifts && !isSingle ? plan.shifts : [];
  const cap = form.cap.trim();
  const welcome = orNull(form.welcome);
  return {
    ...{ name: form.name.trim(), skipsVerification, tags },
    plan: {
      userIds: shifts.length > 0 ? [] : plan.userIds,
      shifts,
      spare: isSingle ? [] : plan.spare,
    },
    capPerDay: isSingle || !/^\d+$/.test(cap) ? null : Number(cap),
    ...{ remark: orNull(form.remark), welcome },
    attachments: welcome === null ? [] : bodiesOf(form.attachments),
  };
}

/** Everybody whom its plan names, each once. */
export const namedIn = ({ userIds, shifts, spare }: WayPlan): string[] => [
  ...new Set([...userIds, ...shifts.flatMap((shift) => shift.userIds), ...spare]),
];

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
