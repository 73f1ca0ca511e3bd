import { orgZone } from '../../shared/i18n/clock';
import { bodiesOf, draftsOf, type AttachmentDraft } from '../attachments/attachments';
import type { Kind, OutreachDetail } from './outreach';

export interface Draft {
  kind: Kind;
  accountId: string | null;
  name: string;
  audience: 'all' | 'segment';
  segmentId: string | null;
  /** Of a moment: who publishes it, and which tags see it; none: everybody. */
  userIds: string[];
  tagIds: string[];
  text: string;
  attachments: AttachmentDraft[];
  when: 'now' | 'later';
  /** `2026-11-22 20:00` on the organisation's clock. */
  at: string;
  reminds: boolean;
  remindAfterHours: number;
}

export const emptyDraft = (kind: Kind): Draft => ({
  ...{ kind, userIds: [], tagIds: [] },
  ...{ accountId: null, name: '', audience: 'all', segmentId: null, text: '', attachments: [] },
  ...{ when: 'now', at: '', reminds: false, remindAfterHours: 4 },
});

export const draftOf = (row: OutreachDetail): Draft => ({
  kind: row.kind,
  userIds: row.moment?.reps.map(({ userId }) => userId) ?? [],
  tagIds: row.moment?.tags.map(({ id }) => id) ?? [],
  ...{ accountId: row.accountId, name: row.name, segmentId: row.segmentId, text: row.text },
  audience: row.segmentId === null ? 'all' : 'segment',
  attachments: draftsOf(row.attachments),
  ...{ when: row.startsAt === null ? 'now' : 'later', at: wallTime(row.startsAt) },
  ...{ reminds: row.remindAfterHours !== null, remindAfterHours: row.remindAfterHours ?? 4 },
});

export const bodyOf = (draft: Draft): object => ({
  ...{ accountId: draft.accountId, name: draft.name.trim(), text: draft.text.trim() },
  ...{ kind: draft.kind, userIds: draft.userIds, tagIds: draft.tagIds },
  segmentId: draft.audience === 'all' ? null : draft.segmentId,
  attachments: bodiesOf(draft.attachments),
  startsAt: draft.when === 'now' ? null : instantOf(draft.at),
  remindAfterHours: draft.reminds ? draft.remindAfterHours : null,
});

const clockIn = (at: number): string =>
  new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: orgZone.value, hourCycle: 'h23' },
    ...{ dateStyle: 'short', timeStyle: 'short' },
  }).format(at);

const wallTime = (instant: string | null): string =>
  instant === null ? '' : clockIn(Date.parse(instant));

/** The instant at which the organisation's clocks show this; null for what is no time. */
export function instantOf(wall: string): string | null {
  const asUtc = Date.parse(`${wall.replace(' ', 'T')}:00Z`);
  if (Number.isNaN(asUtc)) return null;
  const ahead = Date.parse(`${clockIn(asUtc).replace(' ', 'T')}:00Z`) - asUtc;
  return new Date(asUtc - ahead).toISOString();
}

/** Words or something to see; whether it may hang together is for the server to say. */
export const hasContent = (draft: Draft): boolean =>
  draft.text.trim() !== '' || (draft.kind === 'moment' && draft.attachments.length > 0);
